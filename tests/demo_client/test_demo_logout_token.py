"""Which logout tokens the portal does not believe (Back-Channel Logout 1.0 sections 2.4, 2.6 and 4.1)."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from logout_calls import EVENT, browser, claims, refused, token
from portal_provider import FakeProvider

from demo_client.clock import FixedClock
from demo_client.logout_token import LogoutTokenError, read

__all__ = ["browser"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": ["demo-portal", "another-client"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"iat": None}, "iat"),
        ({"iat": "now"}, "iat"),
        ({"iat": True}, "iat"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_100}, "iat"),
        ({"exp": None}, "exp"),
        ({"exp": 10**30}, "exp"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"jti": "x" * 256}, "jti"),
        ({"sub": None, "sid": None}, "neither sid nor sub"),
        ({"sid": 7}, "sid"),
        ({"sid": ""}, "sid"),
        ({"sub": ["pairwise-lan"]}, "sub"),
        ({"events": None}, "events"),
        ({"events": {}}, "events"),
        ({"events": [EVENT]}, "events"),
        ({"events": {EVENT: True}}, "events"),
        ({"events": {"http://schemas.openid.net/event/other": {}}}, "events"),
        ({"nonce": "n-1"}, "nonce"),
        ({"nonce": ""}, "nonce"),
    ],
)
def test_claims_that_must_be_right(provider: FakeProvider, changes: dict[str, Any], why: str) -> None:
    """Section 2.6, items 4 to 7."""
    with pytest.raises(LogoutTokenError, match=why):
        believe(provider, token(provider, **changes))


@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt", "secevent+jwt"])
def test_another_kind_of_token(provider: FakeProvider, typ: str | None) -> None:
    """Section 4.1: each kind says what it is."""
    with pytest.raises(LogoutTokenError):
        believe(provider, token(provider, {"typ": typ}))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "....", "e30.e30.e30", "ý.ý.ý", "null", "[]", "a" * 9_000])
def test_what_is_no_token(provider: FakeProvider, text: str) -> None:
    with pytest.raises(LogoutTokenError):
        believe(provider, text)


def believe(provider: FakeProvider, logout_token: str) -> None:
    read(
        logout_token,
        lambda kid: provider.key if kid == "op-1" else None,
        algorithm="ES256",
        issuer=provider.issuer,
        client_id="demo-portal",
        now=provider.clock.now(),
    )


def test_a_token_that_has_just_expired(
    browser: FlaskClient, provider: FakeProvider, portal_clock: FixedClock
) -> None:
    """After two minutes and a minute's grace."""
    late = token(provider)
    portal_clock.instant += timedelta(seconds=180)
    refused(browser, late, "expired")


def test_a_signature_by_another_key(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 2, even under the name of the provider's."""
    refused(browser, token(provider, key=ECKey.generate_key("P-256")), "signed")


def test_a_payload_that_was_changed(browser: FlaskClient, provider: FakeProvider) -> None:
    head, _payload, signature = token(provider, sid="another").split(".")
    refused(browser, f"{head}.{part(json.dumps(claims(provider)))}.{signature}", "signed")


@pytest.mark.parametrize("kid", [None, "unknown", 7, ["op-1"]])
def test_a_key_that_is_not_the_providers(browser: FlaskClient, provider: FakeProvider, kid: object) -> None:
    """Nor is one taken from the token."""
    made = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "typ": "logout+jwt", "jwk": made.as_dict(private=False), "kid": kid}
    raw = json.dumps({name: value for name, value in header.items() if value is not None})
    signed = f"{part(raw)}.{part(json.dumps(claims(provider)))}"
    signature = jws.default_registry.algorithms["ES256"].sign(signed.encode(), made)
    why = "kid" if kid in (None, "unknown") else ""
    refused(browser, f"{signed}.{encoded(signature)}", why)


def part(text: str) -> str:
    return encoded(text.encode())


def encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def test_alg_none(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 3: MUST NOT be used."""
    head = part(json.dumps({"alg": "none", "kid": "op-1", "typ": "logout+jwt"}))
    refused(browser, f"{head}.{part(json.dumps(claims(provider)))}.", "alg")


def test_hs256_with_the_public_key(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 3: the algorithm is the registered one, so the public key is no secret to sign with."""
    head = part(json.dumps({"alg": "HS256", "kid": "op-1", "typ": "logout+jwt"}))
    signed = f"{head}.{part(json.dumps(claims(provider)))}"
    forged = hmac.digest(provider.key.as_pem(private=False), signed.encode(), "sha256")
    refused(browser, f"{signed}.{encoded(forged)}", "alg")


def test_another_algorithm_of_the_provider(browser: FlaskClient, provider: FakeProvider) -> None:
    """Item 3: RS256 is offered, and not what the portal is registered with."""
    key = RSAKey.generate_key(2048, {"kid": "op-1"})
    head = {"alg": "RS256", "kid": "op-1", "typ": "logout+jwt"}
    signed = jws.serialize_compact(head, json.dumps(claims(provider)), key, algorithms=["RS256"])
    refused(browser, signed, "alg")


def test_an_id_token_in_its_place(browser: FlaskClient, provider: FakeProvider) -> None:
    """Section 4.1: genuine, about this very session, and for something else."""
    refused(browser, provider.id_token({"nonce": "n"}), "typ")


def test_a_payload_that_is_no_object(browser: FlaskClient, provider: FakeProvider) -> None:
    head = {"alg": "ES256", "kid": "op-1", "typ": "logout+jwt"}
    refused(browser, jws.serialize_compact(head, b'["x"]', provider.key, algorithms=["ES256"]), "object")


def test_too_long_a_token(browser: FlaskClient, provider: FakeProvider) -> None:
    refused(browser, token(provider, extra="x" * 8_000), "longer")
