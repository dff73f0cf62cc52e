"""The portal's front-channel logout address (Front-Channel Logout 1.0 section 2), shown in the provider's frame."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from logout_calls import SID, both, browser, signed_in
from portal_provider import FakeProvider
from werkzeug.test import TestResponse

from tests.demo_client.test_demo_sign_in import sign_in

__all__ = ["browser"]
PATH = "/auth/frontchannel-logout"


def shown(browser: FlaskClient, **parameters: str | list[str]) -> TestResponse:
    """In a frame of another site, where the browser sends no cookie of ours."""
    return browser.application.test_client().get(f"{PATH}?{urlencode(parameters, doseq=True)}")


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"iss": "{issuer}"},
        {"sid": SID},
        {"iss": "https://evil.example", "sid": SID},
        {"iss": "{issuer}/", "sid": SID},
        {"iss": "{issuer}", "sid": "another"},
        {"iss": "{issuer}", "sid": ""},
        {"iss": "{issuer}", "sid": [SID, SID]},
        {"iss": ["{issuer}", "{issuer}"], "sid": SID},
        {"iss": "{issuer}", "sid": "x" * 5_000},
        {"iss": "{issuer}", "sid": "ý\x00"},
    ],
)
def test_what_ends_nothing_is_told_the_same(
    browser: FlaskClient, provider: FakeProvider, parameters: dict[str, str | list[str]]
) -> None:
    """iss and sid together, both right; and nobody learns which sessions there are."""
    named = {
        name: [one.format(issuer=provider.issuer) for one in ([value] if isinstance(value, str) else value)]
        for name, value in parameters.items()
    }
    answer = shown(browser, **named)
    assert signed_in(browser)
    right = shown(browser, iss=provider.issuer, sid=SID)
    assert not signed_in(browser)
    assert (answer.status_code, answer.data) == (right.status_code, right.data) == (200, right.data)
    assert sorted(answer.headers) == sorted(right.headers)


@both
def test_the_session_ends(browser: FlaskClient, provider: FakeProvider) -> None:
    """That one alone, again and again without harm."""
    other = browser.application.test_client()
    provider.claims = {"sid": "another-browser"}
    sign_in(other, provider)
    for _ in range(2):
        answer = shown(browser, iss=provider.issuer, sid=SID)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert not signed_in(browser)
    assert signed_in(other)


def test_in_the_frame_of_a_browser_that_sends_cookies(browser: FlaskClient, provider: FakeProvider) -> None:
    """Provider and portal on one site: her session comes along, and is not written back as if nothing had been."""
    browser.get(f"{PATH}?{urlencode({'iss': provider.issuer, 'sid': SID})}")
    folder = browser.application.extensions["mock_portal"].config.data_dir / "portal-sessions"
    assert not any(b"pairwise-lan" in file.read_bytes() for file in folder.iterdir())
    assert not signed_in(browser)


def test_only_the_provider_may_frame_it(browser: FlaskClient, provider: FakeProvider) -> None:
    """And no other page of the portal may be framed by anybody."""
    answer = shown(browser, iss=provider.issuer, sid=SID)
    assert answer.headers["Content-Security-Policy"] == f"default-src 'none'; frame-ancestors {provider.issuer}"
    assert "X-Frame-Options" not in answer.headers
    assert answer.mimetype == "text/plain"
    assert "MÔ PHỎNG" in answer.text
    for path in ("/", "/auth/signed-out", "/clerk", "/missing"):
        page = browser.get(path)
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"


def test_it_is_a_get_and_nothing_else(browser: FlaskClient, provider: FakeProvider) -> None:
    named = {"iss": provider.issuer, "sid": SID}
    assert browser.application.test_client().post(PATH, data=named).status_code == 405
    assert signed_in(browser)


def test_english(browser: FlaskClient) -> None:
    assert "MOCK" in shown(browser, lang="en").text
