"""The client's public keys (OpenID Connect Registration 2, RFC 7517)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, KeySet, OctKey, RSAKey

from idp.oauth.client_metadata_algorithms import key_algorithms
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
RSA_BITS = 2048
LARGEST, MOST = 20_000, 20  # characters of the set as JSON, keys in it


def mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    if client.jwks is not None and client.jwks_uri is not None:
        # Registration 2: "The jwks_uri and jwks parameters MUST NOT be used together."
        yield ClientMetadataError("jwks", "and jwks_uri must not both be given")
    if client.jwks is not None:
        try:
            _check_set(client.jwks)
        except ClientMetadataError as error:
            yield error
            return
    for field, alg in key_algorithms(client):
        if client.jwks is None and client.jwks_uri is None:
            yield ClientMetadataError(field, "needs a key of the client's to encrypt to: jwks or jwks_uri")
        if client.jwks is not None and not any(_encrypts(jwk, alg) for jwk in client.jwks["keys"]):
            yield ClientMetadataError("jwks", f"holds no key that {field} could encrypt to")


def _check_set(jwks: Mapping[str, Any]) -> None:
    keys = _imported(jwks)
    given: Sequence[Mapping[str, Any]] = jwks["keys"]
    if not keys or len(keys) > MOST or any(PRIVATE_MEMBERS & set(jwk) for jwk in given):
        raise ClientMetadataError("jwks", "must hold public keys, and no private member")
    for key in keys:
        weak = isinstance(key, RSAKey) and key.raw_value.key_size < RSA_BITS
        if isinstance(key, OctKey) or weak or (isinstance(key, ECKey) and key.curve_name != "P-256"):
            raise ClientMetadataError("jwks", "must hold P-256, Ed25519, X25519 or RSA keys of 2048 bits or more")


def _imported(jwks: Mapping[str, Any]) -> Sequence[Key]:
    try:
        if len(json.dumps(jwks)) > LARGEST:
            raise ClientMetadataError("jwks", f"must be at most {LARGEST} characters")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # a short key is refused below, not warned of
            return KeySet.import_key_set(dict(jwks)).keys  # type: ignore[arg-type]
    except (JoseError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ClientMetadataError("jwks", "must be a JWK Set (RFC 7517)") from error


def _encrypts(jwk: Mapping[str, Any], alg: str) -> bool:
    if jwk.get("use", "enc") != "enc" or jwk.get("alg", alg) != alg or "verify" in jwk.get("key_ops", ()):
        return False
    if alg.startswith("RSA"):
        return bool(jwk["kty"] == "RSA")
    return bool(jwk["kty"] == "EC" or jwk.get("crv") == "X25519")
