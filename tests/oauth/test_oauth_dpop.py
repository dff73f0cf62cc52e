"""DPoP proofs (RFC 9449 4): what one must be, whatever else is right."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from dpop_sender import DPoPSender, sign
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from idp.oauth import dpop
from idp.oauth.errors import InvalidDPoPProofError
from tests.oauth.conftest import ISSUER, Provider
from tests.oauth.dpop_requests import (
    ES256,
    TOKEN,
    USERINFO,
    assert_proof_refused,
    at_token,
    post,
    redeem,
    tokens,
)
from tests.oauth.test_oauth_discovery import metadata

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
RSA_KEY = RSAKey.generate_key(2048)


# --- proofs (4.3) ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changes",
    [
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 501},
        {"jti": "a\0b"},
        {"htm": None},
        {"htm": "GET"},
        {"htm": "post"},
        {"htm": 1},
        {"htu": None},
        {"htu": 5},
        {"htu": USERINFO},
        {"htu": "https://other.vn-mock.example/token"},
        {"htu": f"{ISSUER}/token/"},
        {"htu": f"{ISSUER}/TOKEN"},
        {"htu": f"{ISSUER}/x/../token"},
        {"htu": TOKEN.replace("https", "http")},
        {"htu": f"{ISSUER}:8443/token"},
        {"htu": "https://user@op.vn-mock.example/token"},
        {"htu": "https://op.vn-mock.example:99999/token"},
        {"htu": "/token"},
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
        {"iat": 1e300},
        {"nonce": 5},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused(provider: Provider, changes: dict[str, Any]) -> None:
    """4.2 and 4.3 (3, 8, 9): required, of the right type, and for this request."""
    assert_proof_refused(redeem(provider, at_token(provider, **changes), code="c"))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": None},
        {"typ": "JWT"},
        {"typ": "dpop+JWT"},
        {"typ": "application/dpop+jwt"},
        {"jwk": None},
        {"jwk": 5},
        {"jwk": []},
        {"jwk": {}},
        {"jwk": {"kty": 5}},
        {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jwk": ECKey.generate_key("P-256").as_dict(private=False)},
        {"jwk": ECKey.generate_key("P-384").as_dict(private=False)},
        {"jwk": OKPKey.generate_key("Ed448").as_dict(private=False)},
        {"jwk": ES256.key.as_dict(private=True)},
        {"crit": ["htu"], "htu": TOKEN},
        {"crit": 5},
    ],
    ids=lambda header: str(next(iter(header))),
)
def test_a_wrong_header_is_refused(provider: Provider, header: dict[str, Any]) -> None:
    """4.3 (4, 6, 7): the type, one public key of a kind that we verify with, and its signature."""
    assert_proof_refused(redeem(provider, at_token(provider, header=header), code="c"))


def test_no_symmetric_key_and_no_missing_signature(provider: Provider) -> None:
    """4.3 (5): asymmetric algorithms alone, never `none`."""
    head, body, signature = at_token(provider).split(".")
    none = base64.urlsafe_b64encode(json.dumps({"typ": "dpop+jwt", "alg": "none"}).encode()).decode().rstrip("=")
    secret = OctKey.import_key(json.dumps(ES256.key.as_dict(private=False)))
    claims = {"jti": "j", "htm": "POST", "htu": TOKEN, "iat": int(provider.clock.now().timestamp())}
    public = ES256.key.as_dict(private=False)
    mac = sign({"typ": "dpop+jwt", "alg": "HS256", "jwk": public}, claims, secret)
    changed = ("B" if signature[0] == "A" else "A") + signature[1:]
    for proof in (f"{none}.{body}.", f"{head}.{body}.", f"{head}.{body}", mac, f"{head}.{body}.{changed}"):
        assert_proof_refused(redeem(provider, proof, code="c"))


@pytest.mark.parametrize(
    "proof", ["", " ", "x", "a.b.c", "a b", "é", "." * 10, "W10.W10.W10", "e30.e30.", "A" * 9000]
)
def test_what_is_no_jwt_is_refused(provider: Provider, proof: str) -> None:
    """4.3 (2): a single well-formed JWT."""
    assert_proof_refused(redeem(provider, proof, code="c"))


def test_a_short_rsa_key_is_refused_whatever_it_is_padded_with(provider: Provider) -> None:
    """RFC 7518 3.3: 2048 bits, of the number itself; and none that is made to cost us time."""
    short = {"kty": "RSA", "n": "A" * 300 + "w" * 100, "e": "AQAB"}
    longest = {"kty": "RSA", "n": "_" * 800, "e": "AQAB"}
    slow = {**RSA_KEY.as_dict(private=False), "e": "_" * 40}
    for jwk in (short, longest, slow):
        assert_proof_refused(redeem(provider, at_token(provider, header={"jwk": jwk}), code="c"))


def test_two_headers_are_refused(provider: Provider) -> None:
    """4.3 (1)."""
    response = post(provider, at_token(provider), [("DPoP", at_token(provider))], grant_type="authorization_code")
    assert_proof_refused(response)


@pytest.mark.parametrize("seconds", [-91, 31, 61, 3600, -86_400])
def test_only_a_fresh_proof_is_taken(provider: Provider, seconds: int) -> None:
    """4.3 (11) and FAPI 2.0 5.3.2.1 (13): a minute old, half a minute ahead."""
    iat = int(provider.clock.now().timestamp()) + seconds
    assert_proof_refused(redeem(provider, at_token(provider, iat=iat), code="c"))


@pytest.mark.parametrize("changes", [{"exp": -31}, {"nbf": 31}])
def test_a_proof_that_says_itself_when_it_is_good(provider: Provider, changes: dict[str, int]) -> None:
    """RFC 7519 4.1.4 and 4.1.5."""
    now = int(provider.clock.now().timestamp())
    told = {name: now + seconds for name, seconds in changes.items()}
    assert_proof_refused(redeem(provider, at_token(provider, **told), code="c"))


@pytest.mark.parametrize("seconds", [-60, -10, 0, 10, 30])
def test_clocks_may_differ(provider: Provider, seconds: int) -> None:
    """FAPI 2.0 5.3.2.1 (13): ten seconds ahead must be let pass."""
    iat = int(provider.clock.now().timestamp()) + seconds
    assert redeem(provider, at_token(provider, iat=iat, exp=iat + 60, nbf=iat)).status_code == 200


@pytest.mark.parametrize(
    "htu",
    [
        TOKEN,
        f"{TOKEN}?x=y",
        f"{TOKEN}#x",
        "HTTPS://OP.vn-mock.EXAMPLE/token",
        "https://op.vn-mock.example:443/token",
        "https://op.vn-mock.example/%74oken",
    ],
)
def test_the_address_is_normalized(provider: Provider, htu: str) -> None:
    """4.3 (9): without query and fragment, by RFC 3986 6.2.2 and 6.2.3."""
    assert redeem(provider, at_token(provider, htu=htu)).status_code == 200


@pytest.mark.parametrize("alg", ["ES256", "Ed25519", "RS256", "PS256"])
def test_each_algorithm(provider: Provider, alg: str) -> None:
    """Those of `dpop_signing_alg_values_supported`."""
    sender = DPoPSender(alg, RSA_KEY if alg.endswith("S256") and alg != "ES256" else None)
    assert tokens(provider, sender)["token_type"] == "DPoP"
    assert alg in metadata(provider)["dpop_signing_alg_values_supported"]


def test_eddsa_by_its_older_name(provider: Provider) -> None:
    """RFC 9864 2.2: what libraries still write, with an Ed25519 key."""
    sender = DPoPSender("EdDSA", OKPKey.generate_key("Ed25519"))
    named = {**sender.key.as_dict(private=False), "alg": "EdDSA"}
    assert redeem(provider, at_token(provider, sender, header={"jwk": named})).get_json()["token_type"] == "DPoP"


# --- whatever comes ------------------------------------------------------------------------------------------------
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}"))
def test_any_text_is_refused(text: str) -> None:
    """Never another failure than the one that the specification names."""
    with pytest.raises(InvalidDPoPProofError):
        dpop.verify(text, method="POST", urls=(TOKEN,), now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
)


@settings(max_examples=200, deadline=None)
@given(
    header=st.dictionaries(st.sampled_from(["typ", "jwk", "crit", "kid", "b64"]), JSON, max_size=3),
    claims=st.dictionaries(st.sampled_from(["jti", "htm", "htu", "iat", "exp", "nbf", "nonce"]), JSON, min_size=1),
)
def test_any_header_and_claims(header: dict[str, Any], claims: dict[str, Any]) -> None:
    """Signed by its own key, and still nothing of it is believed that does not have to be."""
    proof = ES256.proof("POST", TOKEN, NOW).split(".")
    head = {**json.loads(base64.urlsafe_b64decode(proof[0] + "==")), **header}
    alg = head["alg"] if head.get("alg") == "ES256" else "ES256"
    made = sign(
        {**head, "alg": alg}, {"jti": "j", "htm": "POST", "htu": TOKEN, "iat": NOW.timestamp(), **claims}, ES256.key
    )
    try:
        found = dpop.verify(made, method="POST", urls=(TOKEN,), now=NOW)
    except InvalidDPoPProofError:
        return
    assert found.jkt == ES256.jkt
    assert found.url == TOKEN


# --- what it costs --------------------------------------------------------------------------------------------------
def test_a_huge_proof_costs_little(provider: Provider) -> None:
    """An unauthenticated header must not be worth an attack: refused before anything is computed."""
    started = time.process_time()
    for _ in range(20):
        assert_proof_refused(redeem(provider, "e30." + "A" * 7000 + ".AA", code="c"))
    assert time.process_time() - started < 5
