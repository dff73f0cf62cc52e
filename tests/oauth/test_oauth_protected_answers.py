"""ID Tokens and UserInfo responses signed and encrypted as a client registered (Core 5.3.2, 10.1, 10.2 and 16.14)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from asking_tokens import decrypted, verified
from joserfc.jwk import ECKey, RSAKey

from idp.oauth.id_token import half_hash
from idp.oauth.models import Client
from tests.oauth.conftest import ISSUER, Provider, payload_of

EC = ECKey.generate_key("P-256", {"kid": "ec-enc", "use": "enc"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa-enc", "use": "enc"})
SIGNING = ECKey.generate_key("P-256", {"kid": "ec-sig", "use": "sig"})
JWKS = {"keys": [key.as_dict(private=False) for key in (SIGNING, EC, RSA)]}
PROTOCOL = {"iss", "aud", "sub"}


def register(provider: Provider, **changes: Any) -> Provider:
    provider.secret = provider.register(jwks=JWKS, **changes).client_secret or ""
    return provider


def jwks(provider: Provider) -> dict[str, Any]:
    found: dict[str, Any] = provider.app.test_client().get("/jwks").get_json()
    return found


def set_keys(provider: Provider, keys: dict[str, Any] | None) -> None:
    with provider.db.begin() as session:
        client = session.get(Client, "rp")
        assert client is not None
        client.jwks = keys


def test_without_a_key_that_fits_there_is_no_id_token(bare: Provider) -> None:
    """An error of the registration, never the ID Token in the clear; the code can be redeemed when it is mended."""
    register(bare, id_token_encrypted_response_alg="ECDH-ES", scope="openid offline_access")
    code = bare.code(scope="openid offline_access")
    for keys in (None, {"keys": [SIGNING.as_dict(private=False)]}):
        set_keys(bare, keys)
        refused = bare.redeem(code)
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_client_metadata")
    set_keys(bare, JWKS)
    tokens = bare.redeem(code).get_json()
    set_keys(bare, None)
    assert bare.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_client_metadata"
    set_keys(bare, JWKS)
    assert bare.refresh(tokens["refresh_token"]).status_code == 200


def test_without_a_key_that_fits_there_is_no_userinfo(bare: Provider) -> None:
    """Nor the claims in the clear."""
    register(bare, userinfo_encrypted_response_alg="RSA-OAEP-256")
    token = bare.tokens()["access_token"]
    set_keys(bare, {"keys": [EC.as_dict(private=False)]})
    response = bare.userinfo(token)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_client_metadata")
    assert "Nguyễn" not in response.text


@pytest.mark.parametrize(
    ("alg", "enc", "key"),
    [
        ("RSA-OAEP", None, RSA),
        ("RSA-OAEP-256", "A256GCM", RSA),
        ("ECDH-ES", "A128GCM", EC),
        ("ECDH-ES+A256KW", "A256CBC-HS512", EC),
    ],
)
def test_an_id_token_signed_then_encrypted(bare: Provider, alg: str, enc: str | None, key: Any) -> None:
    """Core 10.2 and 16.14; Registration 2: A128CBC-HS256 where only alg is there. Inside it is what it always is."""
    register(bare, id_token_encrypted_response_alg=alg, id_token_encrypted_response_enc=enc)
    tokens = bare.tokens()
    header, text = decrypted(tokens["id_token"], key)
    assert (header["alg"], header["enc"]) == (alg, enc or "A128CBC-HS256")
    assert (header["cty"], header["kid"]) == ("JWT", key.kid)
    claims = verified(text, jwks(bare), "ES256").claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, "rp", "n-1")
    assert claims["at_hash"] == half_hash(tokens["access_token"], "ES256")


def test_a_decrypted_id_token_is_a_hint(bare: Provider) -> None:
    """Core 3.1.2.1: the client decrypts it before it sends it as id_token_hint."""
    register(bare, id_token_encrypted_response_alg="ECDH-ES")
    encrypted = bare.tokens()["id_token"]
    assert bare.answer(id_token_hint=encrypted)["error"] == "invalid_request"
    assert "code" in bare.answer(id_token_hint=decrypted(encrypted, EC)[1])


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_userinfo_signed(bare: Provider, alg: str) -> None:
    """Core 5.3.2: application/jwt, with iss and aud, and the `sub` of the ID Token; no exp is asked for."""
    register(bare, userinfo_signed_response_alg=alg)
    tokens = bare.tokens(scope="openid email")
    response = bare.userinfo(tokens["access_token"])
    assert (response.mimetype, response.headers["Cache-Control"]) == ("application/jwt", "no-store")
    claims = verified(response.text, jwks(bare), alg).claims
    assert (claims["iss"], claims["aud"]) == (ISSUER, "rp")
    assert claims["sub"] == payload_of(tokens["id_token"])["sub"]
    assert set(claims) == PROTOCOL | {"email", "email_verified"}


def test_userinfo_signed_then_encrypted(bare: Provider) -> None:
    """Core 5.3.2 and 10.2: a nested JWT."""
    register(bare, userinfo_signed_response_alg="ES256", userinfo_encrypted_response_alg="ECDH-ES+A128KW")
    response = bare.userinfo(bare.tokens(scope="openid email")["access_token"])
    assert response.mimetype == "application/jwt"
    header, text = decrypted(response.text, EC)
    assert (header["enc"], header["cty"]) == ("A128CBC-HS256", "JWT")
    assert verified(text, jwks(bare), "ES256").claims["email"] == "lan@vn-mock.example"


def test_userinfo_encrypted_alone(bare: Provider) -> None:
    """Core 5.3.2: who registers for no signature gets the claims themselves encrypted, and no cty."""
    register(bare, userinfo_encrypted_response_alg="RSA-OAEP-256", userinfo_encrypted_response_enc="A128GCM")
    response = bare.userinfo(bare.tokens(scope="openid email")["access_token"])
    assert response.mimetype == "application/jwt"
    header, text = decrypted(response.text, RSA)
    assert (header["enc"], "cty" in header) == ("A128GCM", False)
    assert json.loads(text)["email"] == "lan@vn-mock.example"


def test_its_errors_are_json(bare: Provider) -> None:
    """RFC 6750 3: whatever form the answer would have had."""
    register(bare, userinfo_signed_response_alg="ES256")
    bare.tokens()
    response = bare.userinfo("unknown")
    assert (response.status_code, response.mimetype) == (401, "application/json")


def test_a_userinfo_jwt_is_no_id_token(bare: Provider) -> None:
    """RFC 8725 3.12: though it has the same issuer, audience and subject."""
    register(bare, userinfo_signed_response_alg="ES256")
    text = bare.userinfo(bare.tokens()["access_token"]).text
    assert bare.answer(id_token_hint=text)["error"] == "invalid_request"


@pytest.mark.parametrize("alg", ["userinfo_signed_response_alg", "userinfo_encrypted_response_alg"])
def test_a_weak_sign_in_is_refused_in_every_form(bare: Provider, alg: str) -> None:
    """RFC 9470 3: what a sign-in does not suffice for is not told in a JWT either."""
    register(bare, **{alg: "ES256" if "signed" in alg else "ECDH-ES"}, default_acr_values=("urn:vn-mock:loa:2",))
    token = bare.tokens()["access_token"]
    with bare.db.begin() as session:
        client = session.get(Client, "rp")
        assert client is not None
        client.default_acr_values = ["urn:vn-mock:loa:3"]
    response = bare.userinfo(token)
    assert (response.status_code, response.get_json()["error"]) == (401, "insufficient_user_authentication")


@pytest.mark.parametrize(
    ("alg", "name", "half"),
    [
        ("RS256", "sha256", 16),
        ("ES256", "sha256", 16),
        ("PS256", "sha256", 16),
        ("ES384", "sha384", 24),
        ("PS512", "sha512", 32),
        ("EdDSA", "sha512", 32),
        ("Ed25519", "sha512", 32),
    ],
)
def test_at_hash_follows_the_algorithm(alg: str, name: str, half: int) -> None:
    """Core 3.1.3.6: the left half of the hash that the ID Token's signature uses; Ed25519 uses SHA-512."""
    expected = base64.urlsafe_b64encode(hashlib.new(name, b"token").digest()[:half]).rstrip(b"=").decode()
    assert half_hash("token", alg) == expected
