"""Introspection answered as a signed JWT (RFC 9701), encrypted where the resource is registered for it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from altered_client import alter
from asking_tokens import API, OTHER_API, ask, decrypted, verified
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from idp.oauth import introspection, store
from tests.oauth.conftest import ISSUER, Provider

MEDIA_TYPE = "application/token-introspection+jwt"
KEY = ECKey.generate_key("P-256", {"kid": "api-enc", "use": "enc"})
JWKS = {"keys": [KEY.as_dict(private=False)]}
HELD: dict[str, Any] = {
    "client_id": "held",
    "profile": "fapi2_security",
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [ECKey.generate_key("P-256", {"kid": "s", "use": "sig"}).as_dict(private=False)]},
    "id_token_signed_response_alg": "ES256",
}


@pytest.fixture
def served(bare: Provider) -> Provider:
    bare.secret = bare.register(resources=(API,)).client_secret or ""
    return bare


def resource(provider: Provider, **registered: Any) -> tuple[str, str]:
    """A resource server `api`, registered so."""
    made = provider.register(client_id="api", **{"resources": (API,), **registered})
    return "api", made.client_secret or ""


def answer(provider: Provider, caller: tuple[str, str], token: str, accept: str | None = MEDIA_TYPE) -> TestResponse:
    headers = {"Accept": accept} if accept is not None else {}
    return ask(provider.app, "/introspect", caller, {"token": token}, **headers)


def jwks(provider: Provider) -> dict[str, Any]:
    found: dict[str, Any] = provider.app.test_client().get("/jwks").get_json()
    return found


def test_without_authentication_there_is_no_jwt(served: Provider) -> None:
    """RFC 9701 5 and 8.2: refused, and the refusal is plain JSON."""
    response = ask(served.app, "/introspect", None, {"token": "x"}, Accept=MEDIA_TYPE)
    assert (response.status_code, response.mimetype) == (401, "application/json")


@pytest.mark.parametrize("registered", [(), (OTHER_API,)])
def test_who_may_not_know_is_told_nothing_signed(served: Provider, registered: tuple[str, ...]) -> None:
    """RFC 9701 5: for another audience MUST be active=false, without any other member."""
    caller, token = resource(served, resources=registered), served.tokens(resource=API)["access_token"]
    for asked in (token, "unknown"):
        read = verified(answer(served, caller, asked).text, jwks(served), "RS256")
        assert read.claims["token_introspection"] == {"active": False}


def test_asked_for_by_accept(served: Provider) -> None:
    """RFC 9701 4 and 5: typ, iss, aud, iat, and the answer in a member of its own; RS256 where nothing is said."""
    caller, token = resource(served), served.tokens(resource=API)["access_token"]
    response = answer(served, caller, token)
    assert (response.mimetype, response.headers["Cache-Control"]) == (MEDIA_TYPE, "no-store")
    read = verified(response.text, jwks(served), "RS256")
    assert read.header["typ"] == "token-introspection+jwt"
    assert read.claims == {
        "iss": ISSUER,
        "aud": "api",
        "iat": int(served.clock.now().timestamp()),
        "token_introspection": answer(served, caller, token, "application/json").get_json(),
    }
    assert read.claims["token_introspection"]["active"] is True


def test_it_is_no_access_token(served: Provider) -> None:
    """RFC 9701 8.1: no `sub` nor `exp` of its own, and it opens nothing."""
    caller, token = resource(served), served.tokens(resource=API)["access_token"]
    text = answer(served, caller, token).text
    assert not {"sub", "exp"} & set(verified(text, jwks(served), "RS256").claims)
    assert served.userinfo(text).status_code == 401
    assert answer(served, caller, text, "application/json").get_json() == {"active": False}


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", MEDIA_TYPE])
def test_who_is_registered_for_it_gets_no_other(served: Provider, accept: str | None) -> None:
    """RFC 9701 6 and 8.2: whatever the request accepts, in the registered algorithm."""
    caller = resource(served, introspection_signed_response_alg="ES256")
    response = answer(served, caller, served.tokens(resource=API)["access_token"], accept)
    assert response.mimetype == MEDIA_TYPE
    assert verified(response.text, jwks(served), "ES256").claims["token_introspection"]["active"] is True


def test_who_is_held_to_fapi_gets_no_rs256(served: Provider) -> None:
    """FAPI 2.0 Security Profile 5.4.1 (1) leaves it out, also where nothing is registered."""
    served.register(**HELD, resources=(API,))
    with served.db.read() as session:
        caller = store.client(session, "held")
        assert caller is not None
        text = introspection.signed(served.services, caller, introspection.INACTIVE, served.clock.now())
    assert verified(text, jwks(served), "ES256").claims["token_introspection"] == {"active": False}


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/jwt"])
def test_everyone_else_gets_json(served: Provider, accept: str | None) -> None:
    """A JWT is for those who ask for it by its name."""
    response = answer(served, resource(served), served.tokens(resource=API)["access_token"], accept)
    assert response.mimetype == "application/json"


@pytest.mark.parametrize("enc", [None, "A256GCM"])
def test_encrypted(served: Provider, enc: str | None) -> None:
    """RFC 9701 5 and 6: a nested JWT; A128CBC-HS256 where only the algorithm is registered."""
    caller = resource(
        served,
        jwks=JWKS,
        introspection_signed_response_alg="ES256",
        introspection_encrypted_response_alg="ECDH-ES+A128KW",
        introspection_encrypted_response_enc=enc,
    )
    response = answer(served, caller, served.tokens(resource=API)["access_token"], None)
    header, text = decrypted(response.text, KEY)
    assert (header["enc"], header["cty"], header["kid"]) == (enc or "A128CBC-HS256", "JWT", "api-enc")
    assert verified(text, jwks(served), "ES256").claims["token_introspection"]["active"] is True


def test_without_a_key_that_fits(served: Provider) -> None:
    """An error of its registration, and not the answer in the clear."""
    caller = resource(served, jwks=JWKS)
    alter(served.db, caller[0], introspection_encrypted_response_alg="RSA-OAEP-256")
    response = answer(served, caller, served.tokens(resource=API)["access_token"])
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client_metadata")


def test_a_changed_answer_does_not_verify(served: Provider) -> None:
    """What it is for."""
    text = answer(served, resource(served), "unknown").text
    head, payload, signature = text.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["token_introspection"]["active"] = True
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(BadSignatureError):
        verified(f"{head}.{forged}.{signature}", jwks(served), "RS256")
