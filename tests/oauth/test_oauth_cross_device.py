"""After a sign-in by the phone alone less is granted, and for a shorter time (RFC 10027 6.1.9 and 6.1.10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from idp.oauth import cross_device
from tests.oauth.conftest import Provider

OFFLINE = "openid identity offline_access"
BY_PHONE = ("swk", "pin", "mfa")
IN_THE_BROWSER = {
    "password and passcode": ("pwd", "pin"),
    "passkey": ("swk", "user", "mfa"),
    "hardware passkey": ("hwk", "user", "mfa"),
    "phone, then password": ("swk", "pin", "mfa", "pwd"),
    "phone, then code": ("swk", "pin", "otp", "mfa"),
    "phone, then passkey": ("swk", "pin", "hwk", "user", "mfa"),
}


@pytest.fixture
def phoned(provider: Provider) -> Provider:
    provider.page.amr = BY_PHONE
    return provider


def test_there_is_no_access_without_the_person(phoned: Provider) -> None:
    """No refresh token; the token response says which scope was granted (RFC 6749 5.1)."""
    tokens = phoned.tokens(scope=OFFLINE)
    assert "refresh_token" not in tokens
    assert tokens["scope"] == "identity openid"


def test_the_consent_page_does_not_speak_of_it(phoned: Provider) -> None:
    """What is shown is what is granted, and the receipt says no more."""
    assert 'data-testid="consent-offline"' not in phoned.authorize(scope=OFFLINE).text
    phoned.tokens(scope=OFFLINE)
    given = next(details for event, *_, details in phoned.audit.events if event == "oauth.consent_given")
    assert given["scope"] == "openid identity"


def test_such_a_consent_does_not_count_for_more_later(phoned: Provider) -> None:
    """Signed in by password afterwards, she is asked about access while she is away."""
    phoned.tokens(scope=OFFLINE)
    phoned.page.amr = IN_THE_BROWSER["password and passcode"]
    page = phoned.authorize(scope=OFFLINE, prompt="login").text
    assert 'data-testid="consent-offline"' in page
    assert "refresh_token" in phoned.tokens(scope=OFFLINE)


def test_access_tokens_are_shorter(phoned: Provider) -> None:
    """Five minutes, and `expires_in` says so."""
    tokens = phoned.tokens(scope="openid")
    assert tokens["expires_in"] == 300
    phoned.clock.instant += timedelta(seconds=299)
    assert phoned.userinfo(tokens["access_token"]).status_code == 200
    phoned.clock.instant += timedelta(seconds=1)
    assert phoned.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize("amr", IN_THE_BROWSER.values(), ids=IN_THE_BROWSER.keys())
def test_whatever_is_proven_in_the_browser_gives_all(provider: Provider, amr: tuple[str, ...]) -> None:
    """A victim's phone cannot give a password, code or passkey to the browser of whoever relayed the code."""
    provider.page.amr = amr
    tokens = provider.tokens(scope=OFFLINE)
    assert "refresh_token" in tokens
    assert tokens["expires_in"] == 600


@pytest.mark.parametrize("amr", [(), ("pin",), ("mfa",)])
def test_without_a_key_there_was_no_phone(amr: tuple[str, ...]) -> None:
    assert not cross_device.by_phone_alone(amr)
