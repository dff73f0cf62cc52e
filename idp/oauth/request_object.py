"""Request objects: an authorization request in a JWT that the client signed (RFC 9101, OpenID Connect Core 6).

Signed only, by an algorithm of `authorization_profile`, never encrypted. What is said outside of the object is not
looked at (RFC 9101 6.3), but for the `client_id` that finds the key.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc._rfc7515.model import JWSAlgModel
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from idp.keyset import UNREADABLE
from idp.oauth import authorization_profile, client_keys, request_object_claims
from idp.oauth.authorization_profile import ALGORITHMS
from idp.oauth.errors import InvalidRequestObjectError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

# RFC 9101 10.8: typ tells it from every other JWT of a client; one that names another kind is refused.
TYPES = frozenset({"oauth-authz-req+jwt", "application/oauth-authz-req+jwt", "jwt"})
LONGEST = 40_000  # characters
RSA_BITS = (2048, 4096)  # RFC 7518 3.3; a longer key would cost us more than the sender
_MEMBERS = ("kty", "crv", "x", "y", "n", "e")
_KINDS: Mapping[str, tuple[str, str | None, type[Key]]] = {
    "ES256": ("EC", "P-256", ECKey),
    "PS256": ("RSA", None, RSAKey),
    "RS256": ("RSA", None, RSAKey),
    "EdDSA": ("OKP", "Ed25519", OKPKey),
    "Ed25519": ("OKP", "Ed25519", OKPKey),
}


class _Registry(JWSRegistry):
    """RFC 7515 4: header members that are not understood are ignored; EdDSA means Ed25519 alone (RFC 9864 2.2)."""

    max_header_length = 4096

    def get_alg(self, name: str) -> JWSAlgModel:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


_REGISTRY = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)


def parameters(
    services: OAuthServices, client: Client, text: str, outside: Mapping[str, Sequence[str]], now: datetime
) -> Mapping[str, Sequence[str]]:
    """The request's parameters, from the object alone. Raises InvalidRequestObjectError."""
    claims = _authenticated(services, client, text)
    try:
        request_object_claims.check(claims, services.issuer, client, outside, now)
        return request_object_claims.parameters(claims)
    except InvalidRequestObjectError as error:
        error.told = request_object_claims.address(claims)
        raise


def _authenticated(services: OAuthServices, client: Client, text: str) -> Mapping[str, Any]:
    header = _header(text)
    alg = header["alg"]
    if alg not in authorization_profile.signing_algorithms(client):  # RFC 9101 10.1, Core 6.3.2
        raise InvalidRequestObjectError("The request object is not signed by an algorithm that the client may use.")
    for key in _keys(client_keys.of(services, client), alg, header.get("kid")):
        try:
            return jwt.decode(text, key, registry=_REGISTRY).claims
        except UNREADABLE:
            continue
    raise InvalidRequestObjectError("The request object is not signed by a key of the client.")


def _header(text: str) -> Mapping[str, Any]:
    parts = text.split(".")
    if len(parts) == 5:
        raise InvalidRequestObjectError("Encrypted request objects are not supported.")
    if len(parts) != 3 or len(text) > LONGEST or not text.isascii():
        raise InvalidRequestObjectError("The request object must be a signed JWT.")
    try:
        header = json.loads(base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        header = None
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise InvalidRequestObjectError("The request object must be a signed JWT.")
    typ = header.get("typ", "JWT")
    if not isinstance(typ, str) or typ.lower() not in TYPES:
        raise InvalidRequestObjectError("The typ of a request object must be oauth-authz-req+jwt.")
    if "crit" in header or "b64" in header:  # RFC 7515 4.1.11, RFC 7797 7
        raise InvalidRequestObjectError("The request object holds a critical header that is not supported.")
    return header


def _keys(jwks: Sequence[Mapping[str, Any]], alg: str, kid: object) -> list[Key]:
    """The client's keys that may have signed this: by kind, use and alg, and by kid where the header names one."""
    kty, curve, kind = _KINDS[alg]
    same = {alg, "EdDSA", "Ed25519"} if kty == "OKP" else {alg}
    found: list[Key] = []
    for jwk in jwks:
        fits = jwk.get("kty") == kty and curve in (None, jwk.get("crv")) and jwk.get("alg", alg) in same
        if not fits or jwk.get("use", "sig") != "sig" or (kid is not None and jwk.get("kid") != kid):
            continue
        try:
            if kty != "RSA" or RSA_BITS[0] <= _bits(jwk["n"]) <= RSA_BITS[1]:
                found.append(kind.import_key({name: jwk[name] for name in _MEMBERS if name in jwk}))
        except UNREADABLE:
            continue
    return found


def _bits(number: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()
