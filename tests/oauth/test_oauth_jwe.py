"""Encryption to a client's key (RFC 7516, RFC 7518 4 and 5, OpenID Connect Core 10.2): which key, and which never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from joserfc import jwe as jose
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from idp.oauth import jwe
from idp.oauth.errors import NoEncryptionKeyError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

RSA = RSAKey.generate_key(2048, {"kid": "rsa-enc", "use": "enc"})
EC = ECKey.generate_key("P-256", {"kid": "ec-enc", "use": "enc"})
SIGNING = ECKey.generate_key("P-256", {"kid": "ec-sig", "use": "sig"})
X25519 = OKPKey.generate_key("X25519", {"kid": "x"})
NOBODY = cast("OAuthServices", None)  # no service is asked for keys that are registered themselves


def public(key: Key, **changes: Any) -> dict[str, Any]:
    members = {**key.as_dict(private=False), **changes}
    return {name: value for name, value in members.items() if value is not None}


def encrypt(alg: str, enc: str | None, *keys: Mapping[str, Any]) -> str:
    return jwe.encrypt(NOBODY, Client(jwks={"keys": list(keys)}), "a.b.c", alg, enc)


def decrypted(token: str, key: Key) -> tuple[Mapping[str, Any], bytes]:
    registry = jose.JWERegistry(algorithms=[*jwe.ALGORITHMS, *jwe.ENCODINGS])
    found = jose.decrypt_compact(token, key, registry=registry)
    assert found.plaintext is not None
    return found.protected, found.plaintext


@pytest.mark.parametrize(
    "alg", ["RSA1_5", "dir", "A128KW", "A256GCMKW", "PBES2-HS256+A128KW", "none", "", "RSA-OAEP-384"]
)
def test_what_is_never_used(alg: str) -> None:
    """RFC 8725 3.2: no RSA1_5; and nothing symmetric, whatever the client registered."""
    with pytest.raises(NoEncryptionKeyError):
        encrypt(alg, None, public(RSA, use=None), public(EC, use=None))


@pytest.mark.parametrize(
    ("alg", "jwk"),
    [
        ("RSA-OAEP", public(EC)),
        ("ECDH-ES", public(RSA)),
        ("ECDH-ES", public(SIGNING)),
        ("ECDH-ES", public(SIGNING, use=None, key_ops=["verify"])),
        ("ECDH-ES", public(OKPKey.generate_key("Ed25519"))),
        ("ECDH-ES", public(EC, alg="ECDH-ES+A128KW")),
        ("ECDH-ES", public(EC, x="AAAA")),
        ("ECDH-ES", public(EC, y=None)),
        ("ECDH-ES", public(EC, crv="secp256k1")),
        ("ECDH-ES", public(X25519, kty="EC")),
        ("RSA-OAEP-256", public(RSA, alg="RS256")),
        ("RSA-OAEP-256", public(RSA, e=None)),
        ("RSA-OAEP-256", public(RSA, n=7)),
        ("RSA-OAEP-256", public(RSA, n=public(RSA)["n"][:171])),
    ],
)
def test_keys_that_do_not_fit(alg: str, jwk: Mapping[str, Any]) -> None:
    """Another kind, another use, another alg, too short, or no key at all: an error of the client's registration."""
    for keys in ([jwk], []):
        with pytest.raises(NoEncryptionKeyError) as refused:
            encrypt(alg, None, *keys)
        assert refused.value.error == "invalid_client_metadata"


@pytest.mark.parametrize("enc", ["A192GCM", "A128CBC", "none", ""])
def test_another_content_encryption(enc: str) -> None:
    """Only what the metadata offers."""
    with pytest.raises(NoEncryptionKeyError):
        encrypt("ECDH-ES", enc, public(EC))


@pytest.mark.parametrize("enc", [None, *jwe.ENCODINGS])
@pytest.mark.parametrize("alg", jwe.ALGORITHMS)
def test_every_pair(alg: str, enc: str | None) -> None:
    """It is read with the private key; nested (cty), with the key's own kid; A128CBC-HS256 where nothing was said."""
    key = RSA if alg.startswith("RSA") else EC
    header, text = decrypted(encrypt(alg, enc, public(SIGNING), public(RSA), public(EC)), key)
    assert text == b"a.b.c"
    assert (header["alg"], header["enc"], header["cty"]) == (alg, enc or "A128CBC-HS256", "JWT")
    assert header["kid"] == key.kid


def test_a_key_for_encryption_goes_before_one_for_anything() -> None:
    """And one without `use` will do where there is no other; one without kid has none in the header."""
    anything = ECKey.generate_key("P-256")
    header, _ = decrypted(encrypt("ECDH-ES", None, public(anything, kid=None), public(EC)), EC)
    assert header["kid"] == "ec-enc"
    header, _ = decrypted(encrypt("ECDH-ES", None, public(anything, kid=None), public(SIGNING)), anything)
    assert "kid" not in header


def test_a_key_that_cannot_be_read_is_passed_over() -> None:
    """The next one may do."""
    header, _ = decrypted(encrypt("ECDH-ES", None, public(EC, x="AAAA"), public(X25519)), X25519)
    assert header["kid"] == "x"


def test_no_two_are_alike() -> None:
    """A fresh content key, and a fresh ephemeral one, each time."""
    assert encrypt("ECDH-ES", None, public(EC)) != encrypt("ECDH-ES", None, public(EC))
