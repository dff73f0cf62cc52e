"""The keys that the portal checks logout tokens with: the provider's of now, and asked for now and then."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from logout_calls import SID, browser, refused, signed_in, tell, token
from portal_provider import FakeProvider

from demo_client.clock import FixedClock

__all__ = ["browser"]


def test_a_key_that_is_new(browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock) -> None:
    """OpenID Connect Core 10.1.1: an unknown kid makes the portal ask for the keys again, once in ten seconds."""
    assert tell(browser, token(provider, sid="another")).status_code == 200
    old, provider.key = provider.key, ECKey.generate_key("P-256", {"kid": "op-2", "use": "sig", "alg": "ES256"})
    new = token(provider, {"kid": "op-2"}, jti="jti-2", sub=SID)
    assert "kid" in tell(browser, new).get_json()["error_description"]
    portal_clock.instant += timedelta(seconds=10)
    assert tell(browser, new).status_code == 200
    withdrawn = token(provider, key=old, jti="jti-3")
    assert "kid" in tell(browser, withdrawn).get_json()["error_description"]


def test_a_withdrawn_key_is_not_believed_for_long(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """Five minutes, as the keys are kept."""
    assert tell(browser, token(provider, sid="another")).status_code == 200
    old, provider.key = provider.key, ECKey.generate_key("P-256", {"kid": "op-2", "use": "sig", "alg": "ES256"})
    portal_clock.instant += timedelta(minutes=5)
    refused(browser, token(provider, key=old, jti="jti-2"), "kid")


def test_a_stranger_makes_us_ask_once(browser: FlaskClient, provider: FakeProvider) -> None:
    """Invented kids do not turn the portal against its provider."""
    asked = []
    respond = provider.respond
    provider.respond = lambda path, form: (asked.append(path), respond(path, form))[1]  # type: ignore[method-assign]
    for number in range(5):
        refused(browser, token(provider, {"kid": f"made-up-{number}"}), "kid")
    assert asked.count("/jwks") == 1


def test_keys_that_cannot_be_had(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 2.8: 400 where the logout failed; nobody is believed without a key."""
    sent = token(provider)
    provider.server.shutdown()
    provider.server.server_close()
    answer = tell(browser, sent)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_request"
    assert signed_in(browser)
