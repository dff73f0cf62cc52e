"""The portal's back-channel logout endpoint (Back-Channel Logout 1.0 sections 2.5 to 2.8)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from logout_calls import PATH, both, browser, refused, signed_in, tell, token
from portal_provider import FakeProvider

from demo_client.clock import FixedClock
from tests.demo_client.test_demo_sign_in import APPLY, sign_in

__all__ = ["browser"]


def test_too_large_a_request(browser: FlaskClient) -> None:
    """Refused by its length, without being kept."""
    refused(browser, "x" * 30_000, "larger")


@pytest.mark.parametrize(
    ("body", "mimetype"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("token=x", "application/x-www-form-urlencoded"),
        ("logout_token=a&logout_token=b", "application/x-www-form-urlencoded"),
        ('{"logout_token": "x"}', "application/json"),
        ("x", "multipart/form-data; boundary=y"),
        ("logout_token=x", "text/plain"),
    ],
)
def test_what_is_no_logout_request(browser: FlaskClient, body: str, mimetype: str) -> None:
    """Section 2.5: form-encoded, with the parameter, once."""
    answer = browser.application.test_client().post(PATH, data=body, content_type=mimetype)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_request"


def test_the_token_is_not_taken_from_the_address(browser: FlaskClient, provider: FakeProvider) -> None:
    sent = urlencode({"logout_token": token(provider)})
    assert browser.application.test_client().post(f"{PATH}?{sent}").status_code == 400
    assert browser.application.test_client().get(f"{PATH}?{sent}").status_code == 405
    assert signed_in(browser)


def test_nothing_sent_is_repeated(browser: FlaskClient, provider: FakeProvider) -> None:
    answer = tell(browser, token(provider, iss="https://evil.example", sid="<b>secret</b>"))
    assert "evil" not in answer.text
    assert "secret" not in answer.text


@both
def test_a_token_counts_once(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 8: who caught one cannot sign her out again."""
    caught = token(provider)
    assert tell(browser, caught).status_code == 200
    provider.claims = {"sid": "a-new-session"}
    sign_in(browser, provider)
    refused(browser, caught, "jti")


def test_replayed_as_long_as_it_could_be_taken(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """Item 8, to the end of its life: other tokens and sign-ins in between sweep nothing that still counts."""
    caught = token(provider, exp=int(portal_clock.now().timestamp()) + 3600)
    assert tell(browser, caught).status_code == 200
    portal_clock.instant += timedelta(minutes=59)
    assert tell(browser, token(provider, jti="jti-2")).status_code == 200
    assert "jti" in tell(browser, caught).get_json()["error_description"]
    portal_clock.instant += timedelta(minutes=2)
    assert "expired" in tell(browser, caught).get_json()["error_description"]


@both
@pytest.mark.parametrize("changes", [{}, {"sub": None}, {"sid": None}, {"aud": ["demo-portal"]}, {"other": "claim"}])
def test_the_session_is_over_at_the_next_request(
    browser: FlaskClient, provider: FakeProvider, changes: dict[str, Any]
) -> None:
    """Sections 2.4 and 2.7: by sid, by sub, by both; 200 with an empty answer that nobody keeps."""
    assert signed_in(browser)
    answer = tell(browser, token(provider, **changes))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not signed_in(browser)
    assert browser.get(APPLY).location.startswith("/auth/sign-in")
    with browser.session_transaction() as session:
        assert not {"citizen", "id_token", "browser"} & set(session)


def test_nobody_there_is_a_success(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.7: already logged out is logged out."""
    assert tell(browser, token(provider, sid="another", sub="somebody-else")).status_code == 200
    assert signed_in(browser)


def test_other_parameters_are_ignored(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.5: MUST be."""
    data = {"logout_token": token(provider), "other": ["a", "b"]}
    assert browser.application.test_client().post(PATH, data=data).status_code == 200
    assert not signed_in(browser)


@both
def test_of_several_sessions_the_one_that_is_meant(browser: FlaskClient, provider: FakeProvider) -> None:
    """By sid one browser, by sub alone all of hers and nobody else's."""
    others = {"sid": "her-telephone"}, {"sid": "somebody", "sub": "pairwise-hoa"}
    clients = []
    for provider.claims in others:
        provider.userinfo = {"sub": provider.claims.get("sub", "pairwise-lan")}
        client = browser.application.test_client()
        sign_in(client, provider)
        clients.append(client)
    assert tell(browser, token(provider, sid="her-telephone")).status_code == 200
    assert [signed_in(one) for one in (browser, *clients)] == [True, False, True]
    assert tell(browser, token(provider, jti="jti-2", sid=None)).status_code == 200
    assert [signed_in(one) for one in (browser, *clients)] == [False, False, True]


def test_who_acts_for_an_organisation_too(browser: FlaskClient, provider: FakeProvider) -> None:
    """The same session of the provider, whatever the `sub` she has in that role."""
    acting_for = {"organisation_number": "0650000777", "name": "Công ty TNHH Mô Phỏng", "role": "staff"}
    act = {"sub": "pairwise-lan", "role": "staff"}
    provider.claims = {
        "sub": "pairwise-acting", "personal_id_number": None, "identity_level": None,
        "acting_for": acting_for, "act": act,
    }  # fmt: skip
    provider.userinfo = {"sub": "pairwise-acting", "acting_for": acting_for, "act": act}
    sign_in(browser, provider, "/auth/sign-in?level=2")
    assert "thay mặt" in browser.get("/").get_data(as_text=True)
    assert tell(browser, token(provider)).status_code == 200
    assert "thay mặt" not in browser.get("/").get_data(as_text=True)


@both
def test_sixteen_at_once_are_one(browser: FlaskClient, provider: FakeProvider) -> None:
    """The same token on sixteen connections: taken once, and refused by its jti fifteen times."""
    app, sent = browser.application, token(provider)
    start, statuses = threading.Barrier(16), []

    def post() -> None:
        start.wait()
        statuses.append(app.test_client().post(PATH, data={"logout_token": sent}).status_code)

    threads = [threading.Thread(target=post) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [400] * 15
    assert not signed_in(browser)
