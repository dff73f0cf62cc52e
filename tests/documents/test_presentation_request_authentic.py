"""What makes a request object this client's, for this wallet, now; else nothing in it is used (5, 5.10.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey
from relying_party import ENCRYPTION, SIGNING, WALLET, Verifier

from idp.documents.ports import RelyingParty
from idp.documents.request_object import NotAuthentic, authenticate, expires_at
from idp.documents.sd_jwt.encoding import b64url_encode, json_encode

NONCE = "w" * 43
STRANGER = ECKey.generate_key("P-256", {"use": "sig", "kid": "s1"}, private=True)


@pytest.fixture
def asking(now: datetime) -> Verifier:
    """A relying party that need not listen."""
    return Verifier(9, now)


def read(asking: Verifier, now: datetime, *, party: RelyingParty | None = None, **options: Any) -> Any:
    options = {"audience": WALLET, "wallet_nonce": NONCE, **options}
    text = options.pop("text", None) or asking.request_object(NONCE)
    return authenticate(text, party or asking.party(), now=now, **options)


def reason(asking: Verifier, now: datetime, **options: Any) -> str:
    with pytest.raises(NotAuthentic) as caught:
        read(asking, now, **options)
    return caught.value.reason


def test_a_genuine_request(asking: Verifier, now: datetime) -> None:
    """Its claims are handed on; `iss`, if any, is ignored (5)."""
    asking.answers.claims = {"iss": "https://somebody.example"}
    claims = read(asking, now)
    assert (claims["client_id"], claims["wallet_nonce"]) == ("demo-portal", NONCE)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"typ": None}, "typ"),
        ({"typ": "JWT"}, "typ"),
        ({"typ": "OAUTH-AUTHZ-REQ+JWT"}, "typ"),
        ({"typ": "dc+sd-jwt"}, "typ"),
        ({"crit": ["exp"]}, "malformed"),
        ({"kid": "another"}, "signature"),
        ({"kid": "e1"}, "signature"),
        ({"kid": 1}, "signature"),
    ],
)
def test_headers(asking: Verifier, now: datetime, header: dict[str, Any], expected: str) -> None:
    """5: `typ` MUST be oauth-authz-req+jwt; RFC 7515 4.1.11; a `kid` chooses among registered keys only."""
    asking.answers.header = header
    assert reason(asking, now) == expected


def test_without_kid_every_registered_key_is_tried(asking: Verifier, now: datetime) -> None:
    """A `kid` is a hint (RFC 7515 4.1.4)."""
    asking.answers.header = {"kid": None}
    old = ECKey.generate_key("P-256", {"use": "sig", "kid": "s0"}, private=True)
    keys = {"keys": [key.as_dict(private=False) for key in (old, ENCRYPTION, SIGNING)]}
    assert read(asking, now, party=asking.party(jwks=keys))["client_id"] == "demo-portal"


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "{}", "e30.e30.", "e30.e30.AA.AA", "e30=.e30.AA", "é.é.é"])
def test_what_is_no_jws(asking: Verifier, now: datetime, text: str) -> None:
    """An unsigned, encrypted or broken object; no JSON either."""
    assert reason(asking, now, text=text or " ") == "malformed"


def unsigned(asking: Verifier, algorithm: str, sign: Callable[[bytes], bytes]) -> str:
    header, payload = {"alg": algorithm, "typ": "oauth-authz-req+jwt", "kid": "s1"}, asking.request_object(NONCE)
    signed = f"{b64url_encode(json_encode(header))}.{payload.split('.')[1]}"
    return f"{signed}.{b64url_encode(sign(signed.encode()))}"


def test_alg_none(asking: Verifier, now: datetime) -> None:
    """RFC 8725 3.1: only algorithms that are expected, with or without something for a signature."""
    for signature in (b"\0", b"x" * 64):
        assert reason(asking, now, text=unsigned(asking, "none", lambda _, s=signature: s)) == "signature"
    empty = unsigned(asking, "none", lambda _: b"x").rpartition(".")[0] + "."
    assert reason(asking, now, text=empty) == "malformed"


def test_hs256_with_the_public_key(asking: Verifier, now: datetime) -> None:
    """RFC 8725 2.1: the public key is no shared secret, in whatever encoding."""
    public = SIGNING.as_dict(private=False)
    secrets = [
        SIGNING.as_pem(private=False),
        json.dumps(public).encode(),
        base64.urlsafe_b64decode(str(public["x"]) + "="),
    ]
    for secret in secrets:
        text = unsigned(asking, "HS256", lambda data, key=secret: hmac.digest(key, data, hashlib.sha256))
        assert reason(asking, now, text=text) == "signature"


def test_another_algorithm_than_the_keys(asking: Verifier, now: datetime) -> None:
    """An algorithm is one with its key."""
    for algorithm in ("ES384", "ES256K", "RS256", "Ed25519", "es256", ""):
        assert reason(asking, now, text=unsigned(asking, algorithm, lambda _: b"x" * 64)) == "signature"


def test_another_key(asking: Verifier, now: datetime) -> None:
    """Of the same name."""
    asking.answers.key = STRANGER
    assert reason(asking, now) == "signature"


@pytest.mark.parametrize("registered", [{"use": "enc", "alg": "ECDH-ES"}, {"alg": "ECDH-ES"}, {"use": "enc"}])
def test_a_key_for_encryption_signs_nothing(asking: Verifier, now: datetime, registered: dict[str, str]) -> None:
    """Whichever of `use` and `alg` says what it is for (RFC 7517 4.2, 4.4)."""
    key = ECKey.generate_key("P-256", {"kid": "e2"}, private=True)
    asking.answers.key = key
    party = asking.party(jwks={"keys": [{**key.as_dict(private=False), **registered}]})
    assert reason(asking, now, party=party) == "signature"


def test_keys_sent_along_prove_nothing(asking: Verifier, now: datetime) -> None:
    """Header parameters that bring a key are ignored: only registered keys count (5.1; RFC 8725 3.10)."""
    public = STRANGER.as_dict(private=False)
    along: dict[str, Any] = {"jwk": public, "jku": "https://evil.example/keys", "x5u": "https://evil.example/c"}
    asking.answers.key, asking.answers.header = STRANGER, {**along, "x5c": ["MIIB"], "kid": None}
    asking.answers.claims = {"client_metadata": {"jwks": {"keys": [public]}}, "jwks": {"keys": [public]}}
    assert reason(asking, now) == "signature"
    asking.answers.key = SIGNING
    assert read(asking, now)["client_id"] == "demo-portal"


def test_another_clients_key(asking: Verifier, now: datetime) -> None:
    """Signed well, by somebody else who is registered too."""
    asking.answers.key = STRANGER
    other = asking.party(client_id="other", jwks={"keys": [STRANGER.as_dict(private=False)]})
    assert reason(asking, now, party=other) == "client_id"


@pytest.mark.parametrize("jwks", [{}, {"keys": []}, {"keys": "s1"}, {"keys": [{"kty": "oct", "k": "AA"}]}])
def test_a_client_without_keys(asking: Verifier, now: datetime, jwks: dict[str, object]) -> None:
    """Nothing verifies."""
    assert reason(asking, now, party=asking.party(jwks=jwks)) == "signature"


def test_one_unusable_key_does_not_spoil_the_others(asking: Verifier, now: datetime) -> None:
    """A registry may hold a key of a curve that we do not know."""
    keys = [{"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"}, SIGNING.as_dict(private=False)]
    assert read(asking, now, party=asking.party(jwks={"keys": keys}))["client_id"] == "demo-portal"


@pytest.mark.parametrize("key", [ECKey.generate_key("P-384"), OKPKey.generate_key("Ed25519")])
def test_every_advertised_algorithm(asking: Verifier, now: datetime, key: Any) -> None:
    """ES384 and Ed25519 beside ES256."""
    asking.answers.key, asking.answers.header = key, {"kid": None}
    party = asking.party(jwks={"keys": [key.as_dict(private=False)]})
    assert read(asking, now, party=party)["client_id"] == "demo-portal"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"client_id": None}, "client_id"),
        ({"client_id": "Demo-Portal"}, "client_id"),
        ({"client_id": ["demo-portal"]}, "client_id"),
        ({"client_id": "pre-registered:demo-portal"}, "client_id"),
        ({"aud": None}, "aud"),
        ({"aud": "https://self-issued.me/v2"}, "aud"),
        ({"aud": "http://localhost:5000"}, "aud"),
        ({"aud": f"{WALLET}/"}, "aud"),
        ({"aud": [WALLET, "https://other.example"]}, "aud"),
        ({"aud": {"url": WALLET}}, "aud"),
        ({"wallet_nonce": None}, "wallet_nonce"),
        ({"wallet_nonce": "v" * 43}, "wallet_nonce"),
        ({"wallet_nonce": [NONCE]}, "wallet_nonce"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": 1e300}, "exp"),
        ({"nbf": "now"}, "nbf"),
        ({"nbf": -1e300}, "nbf"),
        ({"iat": [1]}, "iat"),
        ({"iat": 10**400}, "iat"),
    ],
)
def test_claims(asking: Verifier, now: datetime, claims: dict[str, Any], expected: str) -> None:
    """5.10.1: `client_id` the very same, `wallet_nonce` given back; 5.8: `aud` is this wallet."""
    asking.answers.claims = claims
    assert reason(asking, now) == expected


def test_an_audience_of_one_is_an_audience(asking: Verifier, now: datetime) -> None:
    """RFC 7519 4.1.3."""
    asking.answers.claims = {"aud": [WALLET]}
    assert read(asking, now)["client_id"] == "demo-portal"


def test_without_a_nonce_of_ours_none_is_expected(asking: Verifier, now: datetime) -> None:
    """Fetched by GET there was none to give back."""
    asking.answers.claims = {"wallet_nonce": None}
    assert read(asking, now, wallet_nonce=None)["client_id"] == "demo-portal"


@pytest.mark.parametrize(
    ("claim", "seconds", "expected"),
    [
        ("exp", -31, "expired"),
        ("exp", -30, "expired"),
        ("exp", -29, None),
        ("nbf", 30, None),
        ("nbf", 31, "not_yet_valid"),
        ("iat", 30, None),
        ("iat", 31, "not_yet_valid"),
        ("iat", -86_400, None),
    ],
)
def test_times(asking: Verifier, now: datetime, claim: str, seconds: int, expected: str | None) -> None:
    """RFC 7519 4.1.4 to 4.1.6, with half a minute for clocks that differ."""
    asking.answers.claims = {claim: int((now + timedelta(seconds=seconds)).timestamp())}
    if expected is None:
        assert read(asking, now)["client_id"] == "demo-portal"
    else:
        assert reason(asking, now) == expected


def test_a_request_may_have_no_times(asking: Verifier, now: datetime) -> None:
    """They are optional (RFC 9101 4); ours then ends with the transaction. The last instant there is, too."""
    asking.answers.claims = {"exp": None, "iat": None}
    assert expires_at(read(asking, now)) is None
    asking.answers.claims = {"exp": 253_402_300_799}
    assert expires_at(read(asking, now)) == datetime.fromisoformat("9999-12-31T23:59:59+00:00")
