"""private_key_jwt (RFC 7523 3, OpenID Connect Core 9): every rule of the assertion, one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider

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
    assert "WWW-Authenticate" in response.headers


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
