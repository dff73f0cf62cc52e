"""A button pressed twice at once files one dossier, and whichever answer the browser shows leads to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from portal_browser import LICENCE, World
from portal_provider import FakeProvider

from demo_client.app import create_app
from demo_client.clock import FixedClock
from demo_client.config import Config
from tests.demo_client.test_demo_sign_in import browser, sign_in

__all__ = ["browser"]

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def application_of(page: str) -> str:
    return page.split('name="application" value="')[1].split('"')[0]


def copies(world: World, count: int) -> list[FlaskClient]:
    """The same browser in several threads."""
    cookie = world.client.get_cookie("mock_portal_session_5001")
    assert cookie
    made = [world.app.test_client() for _ in range(count)]
    for one in made:
        one.set_cookie("mock_portal_session_5001", cookie.value)
    return made


@both
def test_filing_without_documents_twice_at_once(citizen: World) -> None:
    """Six presses: six times the way to the one receipt, also for a session older than this rule."""
    with citizen.client.session_transaction() as session:
        del session["browser"]
    application = application_of(citizen.client.get(LICENCE).text)
    form = {"device": "none", "application": application, "csrf_token": citizen.token()}
    together = Barrier(6)

    def press(client: FlaskClient) -> str:
        together.wait()
        answer = client.post(LICENCE, data=form)
        assert answer.status_code == 303, answer.text[:2000]
        return client.get(answer.location).location

    with ThreadPoolExecutor(6) as pool:
        receipts = set(pool.map(press, copies(citizen, 6)))
    assert len(receipts) == 1
    assert citizen.client.get(receipts.pop()).status_code == 200
    assert citizen.count() == 1


def test_the_browser_is_known_before_anything_is_filed(browser: FlaskClient, provider: FakeProvider) -> None:
    """What binds a request to a browser is made when she signs in: a form must not be the first to make it."""
    assert sign_in(browser, provider).status_code == 303
    with browser.session_transaction() as session:
        first = session["browser"]
    application = application_of(browser.get(LICENCE).text)
    token = browser.get(LICENCE).text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = browser.post(LICENCE, data={"device": "none", "application": application, "csrf_token": token})
    assert answer.status_code == 303
    with browser.session_transaction() as session:
        assert session["browser"] == first


def test_a_stranger_gets_no_secret(portal_config: Config, portal_clock: FixedClock) -> None:
    """Coming back to a browser that began nothing stores nothing."""
    app = create_app(portal_config, portal_clock)
    client = app.test_client()
    client.get("/presentation/return?response_code=x")
    with client.session_transaction() as session:
        assert "browser" not in session
    app.extensions["mock_portal"].db.dispose()
