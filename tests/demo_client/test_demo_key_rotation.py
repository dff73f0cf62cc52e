"""Signing in after the provider has changed its keys (OpenID Connect Core 10.1.1), and how often it is asked."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from logout_calls import tell, token
from portal_provider import FakeProvider
from test_demo_sign_in import APPLY, browser, sign_in

from demo_client.clock import FixedClock

__all__ = ["browser"]


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


def counted(provider: FakeProvider) -> list[str]:
    """The paths asked for from now on."""
    asked: list[str] = []
    respond = provider.respond
    provider.respond = lambda path, form: (asked.append(path), respond(path, form))[1]  # type: ignore[method-assign]
    return asked


def comes_in(browser: FlaskClient, provider: FakeProvider) -> bool:
    with browser.session_transaction() as session:
        session.clear()
    return sign_in(browser, provider).location == APPLY


def test_a_withdrawn_key_is_not_believed_for_long(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """It signs nobody in once the set that was kept is five minutes old."""
    assert comes_in(browser, provider)
    provider.key = new_key("op-2")
    portal_clock.instant += timedelta(minutes=5)
    assert not comes_in(browser, provider)


def test_made_up_keys_do_not_turn_the_portal_against_its_provider(
    browser: FlaskClient, provider: FakeProvider
) -> None:
    """Once in ten seconds, however many come."""
    asked = counted(provider)
    for number in range(4):
        provider.signing_key = new_key(f"made-up-{number}")
        assert not comes_in(browser, provider)
    assert asked.count("/token") == 4
    assert asked.count("/jwks") == 1


def test_a_known_kid_of_another_key(browser: FlaskClient, provider: FakeProvider) -> None:
    assert comes_in(browser, provider)
    provider.signing_key = new_key("op-1")
    assert not comes_in(browser, provider)


def test_a_new_key_signs_in(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """`keys rotate --now`, the old key gone: the unknown kid makes the portal ask again, in the same process."""
    assert comes_in(browser, provider)
    asked = counted(provider)
    portal_clock.instant += timedelta(seconds=10)
    provider.key = provider.signing_key = new_key("op-2")
    assert comes_in(browser, provider)
    assert asked.count("/jwks") == 1
    assert comes_in(browser, provider)
    assert asked.count("/jwks") == 1  # kept


def test_strange_logout_tokens_use_up_nothing_of_a_sign_in(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """What anybody may send has its own ten seconds."""
    assert comes_in(browser, provider)
    portal_clock.instant += timedelta(seconds=10)
    asked = counted(provider)
    assert tell(browser, token(provider, {"kid": "made-up"})).status_code == 400
    assert asked == ["/jwks"]
    provider.key = provider.signing_key = new_key("op-2")
    assert comes_in(browser, provider)
