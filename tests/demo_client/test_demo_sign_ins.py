"""Who is signed in at the portal is written down, and ends: by itself, by leaving, and when the provider says so."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from logout_calls import both, browser, rows, signed_in, tell, token
from portal_provider import FakeProvider

from demo_client.app import create_app
from demo_client.clock import FixedClock
from tests.demo_client.test_demo_sign_in import APPLY, sign_in

__all__ = ["browser"]


@both
@pytest.mark.parametrize("changes", [{}, {"sid": None}])
def test_told_before_she_is_back(browser: FlaskClient, provider: FakeProvider, changes: dict[str, Any]) -> None:
    """The provider ends the session between its code and our redeeming it: she is not signed in by it afterwards."""
    other = browser.application.test_client()
    on_the_way = provider.authorize(other.get(other.get(APPLY).location).location)
    assert tell(browser, token(provider, **changes)).status_code == 200
    page = other.get(f"/auth/callback?{urlencode(on_the_way)}")
    assert page.status_code == 403
    assert ">ended_meanwhile</code>" in page.get_data(as_text=True)
    assert not signed_in(other)


@both
def test_signing_in_anew(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """In another session of the provider; or, where all of hers were ended, afterwards."""
    assert tell(browser, token(provider, sid=None)).status_code == 200
    portal_clock.instant += timedelta(seconds=5)
    provider.claims = {"sid": "a-new-session"}
    sign_in(browser, provider)
    assert signed_in(browser)


@both
def test_it_is_known_after_a_restart(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """Who is signed in, and which tokens were taken."""
    portal = browser.application.extensions["mock_portal"]
    name = browser.application.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name)
    assert cookie
    first = token(provider, sid="another")
    tell(browser, first)
    restarted = create_app(portal.config, portal_clock)
    with restarted.test_client() as client:
        client.set_cookie(name, cookie.value)
        assert signed_in(client)
        assert tell(client, first).status_code == 400
        assert tell(client, token(provider, jti="jti-2")).status_code == 200
        assert not signed_in(client)
    restarted.extensions["mock_portal"].db.dispose()


def test_a_sign_in_ends_by_itself(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """After eight hours, however busy the browser was; nothing of it is kept."""
    portal_clock.instant += timedelta(hours=8, seconds=-1)
    assert signed_in(browser)
    portal_clock.instant += timedelta(seconds=1)
    assert not signed_in(browser)
    provider.claims = {"sid": "a-new-session"}
    sign_in(browser, provider)
    assert rows(browser, "portal_sign_in") == 1


def test_old_tokens_are_forgotten(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """Once they would be refused as expired, and no sign-in of before can arrive any more."""
    for number in range(3):
        assert tell(browser, token(provider, jti=f"old-{number}", sid="another")).status_code == 200
    portal_clock.instant += timedelta(minutes=10)
    assert tell(browser, token(provider, jti="new", sid="another")).status_code == 200
    assert rows(browser, "portal_logout_notice") == 1


@both
def test_leaving_or_signing_in_again_leaves_no_row(browser: FlaskClient, provider: FakeProvider) -> None:
    sign_in(browser, provider, "/auth/sign-in?level=2")
    assert rows(browser, "portal_sign_in") == 1
    page = browser.get("/clerk").get_data(as_text=True)
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/auth/sign-out", data={"csrf_token": csrf})
    assert rows(browser, "portal_sign_in") == 0


@both
def test_the_clerks_desk_in_the_same_browser(browser: FlaskClient, provider: FakeProvider) -> None:
    """A session that is renewed for the clerk is still hers, and still ends."""
    page = browser.get("/clerk").get_data(as_text=True)
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    browser.post("/clerk/sign-in", data={"csrf_token": csrf, "password": "a clerk's password"})
    assert signed_in(browser)
    assert tell(browser, token(provider)).status_code == 200
    assert not signed_in(browser)


def test_a_request_that_was_running_brings_nobody_back(
    browser: FlaskClient, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes the session it read when it ends, and that session is nobody's all the same."""
    from demo_client.session_store import SessionStore

    reading, told = threading.Event(), threading.Event()
    keep = SessionStore.set

    def slowly(store: SessionStore, key: str, value: Any, timeout: Any = None) -> bool:
        reading.set()
        assert told.wait(20)
        return keep(store, key, value, timeout)

    monkeypatch.setattr(SessionStore, "set", slowly)
    other = browser.application.test_client()
    name = browser.application.config["SESSION_COOKIE_NAME"]
    other.set_cookie(name, str(getattr(browser.get_cookie(name), "value", "")))
    running = threading.Thread(target=lambda: other.get("/"))
    running.start()
    assert reading.wait(20)
    monkeypatch.setattr(SessionStore, "set", keep)
    assert tell(browser, token(provider)).status_code == 200
    told.set()
    running.join()
    folder = browser.application.extensions["mock_portal"].config.data_dir / "portal-sessions"
    assert any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())
    assert not signed_in(browser)
    assert not any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())


def test_nothing_of_hers_is_left_on_the_disk(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.7: any state, before her browser comes back, if it ever does."""
    folder = browser.application.extensions["mock_portal"].config.data_dir / "portal-sessions"
    assert any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())
    tell(browser, token(provider))
    assert not any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())
