"""Request objects: an authorization request in a JWT that the client signed (RFC 9101, OpenID Connect Core 6).

Signed only, by an algorithm of `authorization_profile`, never encrypted. What is said outside of the object is not
looked at (RFC 9101 6.3), but for the `client_id` that finds the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from idp.oauth import authorization_profile, client_jwt, client_keys, request_object_claims
from idp.oauth.errors import InvalidRequestObjectError
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

# RFC 9101 10.8: typ tells it from every other JWT of a client; one that names another kind is refused.
TYPES = frozenset({"oauth-authz-req+jwt", "application/oauth-authz-req+jwt", "jwt"})
LONGEST = 40_000  # characters


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
    signed = client_keys.signed(services, client, text, [alg], longest=LONGEST)
    if signed is None:
        raise InvalidRequestObjectError("The request object is not signed by a key of the client.")
    return signed.claims


def _header(text: str) -> Mapping[str, Any]:
    parts = text.split(".")
    if len(parts) == 5:
        raise InvalidRequestObjectError("Encrypted request objects are not supported.")
    if len(parts) != 3 or len(text) > LONGEST or not text.isascii():
        raise InvalidRequestObjectError("The request object must be a signed JWT.")
    header = client_jwt.header_of(text)
    if not isinstance(header.get("alg"), str):
        raise InvalidRequestObjectError("The request object must be a signed JWT.")
    typ = header.get("typ", "JWT")
    if not isinstance(typ, str) or typ.lower() not in TYPES:
        raise InvalidRequestObjectError("The typ of a request object must be oauth-authz-req+jwt.")
    if "crit" in header or "b64" in header:  # RFC 7515 4.1.11, RFC 7797 7
        raise InvalidRequestObjectError("The request object holds a critical header that is not supported.")
    return header
