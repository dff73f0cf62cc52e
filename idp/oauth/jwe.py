"""JWTs encrypted to a client's own key (RFC 7516, RFC 7518 4 and 5, RFC 7519 11.2: sign first, then encrypt).

What is encrypted is a signed JWT always: the key is public, so that an encryption alone says nothing of who made it
(OpenID Connect Core 16.14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from idp.oauth import client_keys
from idp.oauth.errors import NoEncryptionKeyError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

# RSA1_5 leaks by its padding (RFC 8725 3.2); a symmetric key would be made of a secret that is kept hashed here.
_RSA, _ECDH = ("RSA-OAEP", "RSA-OAEP-256"), ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW")
ALGORITHMS = (*_RSA, *_ECDH)
ENCODINGS = ("A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM")
DEFAULT_ENCODING = "A128CBC-HS256"  # where only alg is registered: Registration 2, JARM 3, RFC 9701 6
SHORTEST_MODULUS = 342  # base64url characters of 2048 bits
_CURVES: Mapping[str, type[ECKey] | type[OKPKey]] = {"P-256": ECKey, "P-384": ECKey, "P-521": ECKey, "X25519": OKPKey}
_REGISTRY = jwe.JWERegistry(algorithms=[*ALGORITHMS, *ENCODINGS])


def encrypt(services: OAuthServices, client: Client, token: str, alg: str, enc: str | None) -> str:
    """The nested JWT (RFC 7519 5.2: cty). Raises NoEncryptionKeyError where no key of the client fits."""
    return encrypt_to(key_for(services, client, alg), token, alg, enc)


def key_for(services: OAuthServices, client: Client, alg: str) -> Key:
    """The client's key for `alg`; one meant for encryption alone goes first. Raises NoEncryptionKeyError."""
    if alg in ALGORITHMS:
        for jwk in _for_encryption(client_keys.of(services, client)):
            key = _imported(jwk, alg)
            if key is not None:
                return key
    raise NoEncryptionKeyError("The client has no key that fits the encryption it is registered with.")


def encrypt_to(key: Key, token: str, alg: str, enc: str | None) -> str:
    """The nested JWT, to a key that `key_for` gave."""
    if enc is not None and enc not in ENCODINGS:
        raise NoEncryptionKeyError("The client is registered with a content encryption that is not supported.")
    header = {"alg": alg, "enc": enc or DEFAULT_ENCODING, "cty": "JWT"}
    if key.kid is not None:  # Core 10.2: REQUIRED where the client has more keys than one
        header["kid"] = key.kid
    return jwe.encrypt_compact(header, token, key, registry=_REGISTRY)


def _for_encryption(jwks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """RFC 7517 4.2 and 4.3: neither `use` nor `key_ops` may speak of signatures alone."""
    fitting = [jwk for jwk in jwks if jwk.get("use", "enc") == "enc" and "verify" not in jwk.get("key_ops", ())]
    return sorted(fitting, key=lambda jwk: "use" not in jwk)


def _imported(jwk: Mapping[str, Any], alg: str) -> Key | None:
    """The key, where its kind, and its `alg` if it has one (RFC 7517 4.4), are right for `alg`."""
    if jwk.get("alg", alg) != alg:
        return None
    kind = _kind(jwk, alg)
    public = {name: jwk[name] for name in ("kty", "kid", "crv", "x", "y", "n", "e") if name in jwk}
    try:
        return None if kind is None else kind.import_key(public)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _kind(jwk: Mapping[str, Any], alg: str) -> type[Key] | None:
    if alg in _RSA:
        long = isinstance(jwk.get("n"), str) and len(jwk["n"]) >= SHORTEST_MODULUS
        return RSAKey if jwk.get("kty") == "RSA" and long else None
    kind = _CURVES.get(str(jwk.get("crv")))
    return kind if kind is not None and jwk.get("kty") == kind.key_type else None
