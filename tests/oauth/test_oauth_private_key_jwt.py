"""private_key_jwt (RFC 7523 3, OpenID Connect Core 9): every rule of the assertion, one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from dpop_sender import DPoPSender, sign
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider
from tests.oauth.test_oauth_discovery import metadata

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256", {"kid": "sig-1", "use": "sig"})
ENCRYPTION = ECKey.generate_key("P-256", {"kid": "enc-1", "use": "enc"})
STRANGER = ECKey.generate_key("P-256", {"kid": "sig-1", "use": "sig"})
JWKS = {"keys": [KEY.as_dict(private=False), ENCRYPTION.as_dict(private=False)]}


@pytest.fixture
def signing(bare: Provider) -> Provider:
    bare.register(token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
    return bare


def claims(provider: Provider, **changes: Any) -> dict[str, Any]:
    now = int(provider.clock.now().timestamp())
    values = {"iss": "rp", "sub": "rp", "aud": ISSUER, "jti": "j-1", "exp": now + 60, "iat": now, **changes}
    return {name: value for name, value in values.items() if value is not None}


def assertion(payload: Mapping[str, Any], key: Key = KEY, header: Mapping[str, Any] | None = None) -> str:
    head = {"alg": "ES256", "kid": "sig-1", **(header or {})}
    return jwt.encode(head, dict(payload), key, algorithms=[head["alg"]])


def redeem(provider: Provider, token: str, code: str | None = None, **fields: str) -> TestResponse:
    body = {
        "grant_type": "authorization_code",
        "code": code or provider.code(),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_assertion_type": TYPE,
        "client_assertion": token,
        **fields,
    }
    return provider.app.test_client().post("/token", data=body)


@pytest.mark.parametrize("aud", [ISSUER, f"{ISSUER}/token", [ISSUER]])
def test_an_assertion_for_us(signing: Provider, aud: object) -> None:
    """The issuer, or the token endpoint as older clients write; alone."""
    assert redeem(signing, assertion(claims(signing, aud=aud))).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None},
        {"iss": "other"},
        {"sub": None},
        {"sub": "other"},
        {"sub": 1},
        {"aud": None},
        {"aud": "https://other.example"},
        {"aud": ISSUER + "/"},
        {"aud": f"{ISSUER}/authorize"},
        {"aud": []},
        {"aud": [ISSUER, "https://other.example"]},
        {"aud": {"x": ISSUER}},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "j" * 501},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e300},
    ],
)
def test_a_wrong_claim_is_refused(signing: Provider, changes: dict[str, Any]) -> None:
    """RFC 7523 3: iss, sub, aud, exp and jti are required and must be right."""
    response = redeem(signing, assertion(claims(signing, **changes)))
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"].startswith("Basic realm=")  # RFC 9110 15.5.2: every 401


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("exp", -31), ("exp", 631), ("iat", 31), ("iat", -631), ("nbf", 31)],
)
def test_a_wrong_time_is_refused(signing: Provider, name: str, seconds: int) -> None:
    """Expired, living longer than ten minutes, from the future, or too old; half a minute of skew is allowed."""
    now = int(signing.clock.now().timestamp())
    late = assertion(claims(signing, **{name: now + seconds}))
    assert redeem(signing, late).status_code == 401


def test_an_assertion_is_used_once(signing: Provider) -> None:
    """RFC 7523 3, rule 7."""
    token = assertion(claims(signing))
    assert redeem(signing, token).status_code == 200
    assert redeem(signing, token).get_json()["error"] == "invalid_client"
    assert redeem(signing, assertion(claims(signing, jti="j-2"))).status_code == 200


def test_an_assertion_of_a_wrong_request_is_used_up_too(signing: Provider) -> None:
    """It was seen; what else was wrong does not matter."""
    token = assertion(claims(signing))
    assert redeem(signing, token, code="wrong").get_json()["error"] == "invalid_grant"
    assert redeem(signing, token).get_json()["error"] == "invalid_client"


def test_one_of_many_at_once_gets_through(signing: Provider) -> None:
    """The primary key decides, also between processes."""
    token, code = assertion(claims(signing)), signing.code()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: redeem(signing, token, code=code).status_code, range(6)))
    assert sorted(answers) == [200, 401, 401, 401, 401, 401]


def test_another_key_is_refused(signing: Provider) -> None:
    """Signed by somebody else, though under the same kid."""
    assert redeem(signing, assertion(claims(signing), STRANGER)).status_code == 401


def test_an_encryption_key_does_not_authenticate(signing: Provider) -> None:
    """RFC 7517 4.2: `use` is kept to."""
    same_key = {name: value for name, value in ENCRYPTION.as_dict(private=True).items() if name != "use"}
    token = assertion(claims(signing), ECKey.import_key(same_key), {"kid": "enc-1"})
    assert redeem(signing, token).status_code == 401


def test_no_shared_secret_and_no_signature(signing: Provider) -> None:
    """client_secret_jwt and alg=none are not there; a public key is no secret."""
    public = OctKey.import_key(json.dumps(JWKS["keys"][0]))
    hs256 = jwt.encode({"alg": "HS256", "kid": "sig-1"}, claims(signing), public, algorithms=["HS256"])
    head, body, _ = assertion(claims(signing)).split(".")
    unsigned = "eyJhbGciOiJub25lIn0." + body + "."
    for token in (hs256, unsigned, f"{head}.{body}.", f"{head}.{body}", "", "a.b.c", "ý", "." * 10):
        assert redeem(signing, token, code="c").status_code == 401


def test_a_nested_header_is_no_failure(signing: Provider) -> None:
    """What cannot be parsed is refused, never a failure of the server."""
    import base64

    deep = base64.urlsafe_b64encode(b"[" * 20_000).decode().rstrip("=")
    for token in (f"{deep}.{deep}.x", f"e30.{deep}.x", "e30.e30.e30"):
        assert redeem(signing, token, code="c").status_code == 401


def test_the_assertion_type_is_required(signing: Provider) -> None:
    """RFC 7523 2.2."""
    token = assertion(claims(signing))
    for kind in ("", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"):
        response = redeem(signing, token, code="c", client_assertion_type=kind)
        assert response.get_json()["error"] == "invalid_request"


def test_only_for_a_client_registered_for_it(provider: Provider) -> None:
    """Exactly the registered method."""
    assert redeem(provider, assertion(claims(provider))).status_code == 401


def test_rsa_keys(bare: Provider) -> None:
    """RS256 and PS256."""
    key = RSAKey.generate_key(2048, {"kid": "rsa"})
    bare.register(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [key.as_dict(private=False)]})
    for alg in ("RS256", "PS256"):
        token = assertion(claims(bare, jti=alg), key, {"alg": alg, "kid": "rsa"})
        assert redeem(bare, token).status_code == 200


# --- algorithms, types and audiences --------------------------------------------------------------------------------
KEYS = {
    "ES256": KEY,
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "ed-1"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed-2", "alg": "EdDSA"}),
    "RS256": RSAKey.generate_key(2048, {"kid": "rs-1"}),
    "PS256": RSAKey.generate_key(2048, {"kid": "ps-1", "alg": "PS256"}),
}


def by(provider: Provider, alg: str, jti: str = "j-1", **header: Any) -> str:
    key = KEYS[alg]
    head = {"alg": alg, "kid": key.get("kid"), **header}
    return sign({name: value for name, value in head.items() if value is not None}, claims(provider, jti=jti), key)


def authenticates(provider: Provider, token: str) -> bool:
    found = redeem(provider, token, code="c").get_json()["error"]
    assert found in ("invalid_grant", "invalid_client")
    return bool(found == "invalid_grant")


@pytest.fixture
def versatile(bare: Provider) -> Provider:
    jwks = {"keys": [key.as_dict(private=False) for key in KEYS.values()]}
    bare.register(token_endpoint_auth_method="private_key_jwt", jwks=jwks)
    return bare


@pytest.mark.parametrize("alg", list(KEYS))
def test_each_algorithm(versatile: Provider, alg: str) -> None:
    """Those of `token_endpoint_auth_signing_alg_values_supported`."""
    assert authenticates(versatile, by(versatile, alg))
    assert alg in metadata(versatile)["token_endpoint_auth_signing_alg_values_supported"]


def test_a_key_that_says_its_algorithm_signs_by_no_other(versatile: Provider) -> None:
    """RFC 7517 4.4."""
    body = claims(versatile)
    assert not authenticates(versatile, sign({"alg": "RS256", "kid": "ps-1"}, body, KEYS["PS256"]))


@pytest.mark.parametrize("alg", list(KEYS))
def test_the_registered_algorithm_is_the_only_one(bare: Provider, alg: str) -> None:
    """Registration 2, token_endpoint_auth_signing_alg: all others MUST be rejected."""
    jwks = {"keys": [key.as_dict(private=False) for key in KEYS.values()]}
    bare.register(token_endpoint_auth_method="private_key_jwt", jwks=jwks, token_endpoint_auth_signing_alg=alg)
    taken = [other for other in KEYS if authenticates(bare, by(bare, other, f"j-{other}"))]
    assert taken == [alg]


@pytest.mark.parametrize(
    "typ", [None, "JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"]
)
def test_types_that_an_assertion_may_have(versatile: Provider, typ: str | None) -> None:
    """RFC 7523bis gives it one of its own; libraries write JWT, or nothing."""
    assert authenticates(versatile, by(versatile, "ES256", typ=typ))


@pytest.mark.parametrize("typ", ["dpop+jwt", "at+jwt", "logout+jwt", "oauth-authz-req+jwt", "", "kb+jwt"])
def test_a_jwt_made_for_something_else_is_no_assertion(versatile: Provider, typ: str) -> None:
    """RFC 8725 3.11."""
    assert not authenticates(versatile, by(versatile, "ES256", typ=typ))


@pytest.mark.parametrize("seconds", [0, 10, 30])
@pytest.mark.parametrize("name", ["iat", "nbf"])
def test_a_clock_may_be_ahead(versatile: Provider, name: str, seconds: int) -> None:
    """FAPI 2.0 5.3.2.1 (13): ten seconds must be let pass."""
    later = int(versatile.clock.now().timestamp()) + seconds
    token = sign({"alg": "ES256", "kid": "sig-1"}, claims(versatile, **{name: later}), KEY)
    assert authenticates(versatile, token)


def test_a_key_without_kid_and_several_under_one(bare: Provider) -> None:
    """FAPI 2.0 5.4.3: where several keys bear one kid, the one that fits is found."""
    anonymous = ECKey.generate_key("P-256")
    twins = [STRANGER.as_dict(private=False), KEY.as_dict(private=False)]
    plain = {name: value for name, value in anonymous.as_dict(private=False).items() if name != "kid"}
    bare.register(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [*twins, plain]})
    assert authenticates(bare, sign({"alg": "ES256", "kid": "sig-1"}, claims(bare), KEY))
    assert authenticates(bare, sign({"alg": "ES256"}, claims(bare, jti="j-2"), anonymous))
    other = sign({"alg": "ES256", "kid": "sig-1"}, claims(bare, jti="j-3"), ECKey.generate_key("P-256"))
    assert not authenticates(bare, other)


def test_unknown_header_members_are_ignored(versatile: Provider) -> None:
    """RFC 7515 4: and one that must be understood is not."""
    assert authenticates(versatile, by(versatile, "ES256", x5t="abc", mine={"a": 1}))
    assert not authenticates(versatile, by(versatile, "ES256", "j-2", crit=["mine"], mine=1))


def test_an_assertion_survives_a_demand_for_a_nonce(versatile: Provider) -> None:
    """RFC 9449 8: a client that sends the same assertion again, with the nonce, is let in; once."""
    token, sender = by(versatile, "ES256"), DPoPSender()
    now = versatile.clock.now()
    body = {
        "grant_type": "authorization_code",
        "code": versatile.code(),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_assertion_type": TYPE,
        "client_assertion": token,
    }

    def post(nonce: str) -> TestResponse:
        proof = sender.proof("POST", f"{ISSUER}/token", now, nonce=nonce)
        return versatile.app.test_client().post("/token", data=body, headers={"DPoP": proof})

    asked = post("old")
    assert asked.get_json()["error"] == "use_dpop_nonce"
    assert post(asked.headers["DPoP-Nonce"]).status_code == 200
    assert post(asked.headers["DPoP-Nonce"]).get_json()["error"] == "invalid_client"
