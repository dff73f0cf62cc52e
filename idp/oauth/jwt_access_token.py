"""Access tokens that say themselves what they are (RFC 9068), for clients whose resources read them.

They can be revoked like opaque ones: each is kept by its hash as well, and UserInfo and introspection go by that row.
Only a resource that looks at nothing but the signature takes a revoked one till it expires.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from idp.keyset import KeySet
from idp.oauth import jws
from idp.oauth.errors import InvalidTokenError
from idp.oauth.models import Grant

TYPE = "at+jwt"  # RFC 9068 2.1
ALGORITHM = "ES256"


def sign(
    keys: KeySet,
    *,
    issuer: str,
    grant: Grant,
    sub: str,
    scope: str,
    audience: Sequence[str],
    cnf: Mapping[str, str] | None,
    now: datetime,
    expires_at: datetime,
) -> str:
    """RFC 9068 2.2: what it must hold, and the sign-in behind it (2.2.1); nothing of the person but `sub` (6)."""
    claims: dict[str, object] = {
        "iss": issuer,
        "exp": int(expires_at.timestamp()),
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "sub": sub,
        "client_id": grant.client_id,
        "iat": int(now.timestamp()),
        "jti": secrets.token_urlsafe(16),
        "auth_time": int(grant.auth_time.timestamp()),
        "acr": grant.acr,
        "amr": grant.amr.split(),
        "scope": scope,
    }
    if cnf:
        claims["cnf"] = dict(cnf)  # RFC 7800 3.1: what its sender must prove
    return jws.sign(keys, ALGORITHM, TYPE, claims)


def is_one(token: str) -> bool:
    """True for what has the form of a JWT; an opaque token holds no dot."""
    return "." in token


def verify(keys: KeySet, issuer: str, token: str) -> Mapping[str, Any]:
    """The claims (RFC 9068 4): typ, signature and issuer are right. Raises InvalidTokenError.

    Expiry and audience are judged by the row of the token, as an opaque one's are.
    """
    try:
        claims = jws.read(keys, token, TYPE, only=ALGORITHM)
    except jws.NotOurs as error:
        raise InvalidTokenError("The access token is unknown, expired or revoked.") from error
    if claims.get("iss") != issuer:
        raise InvalidTokenError("The access token is unknown, expired or revoked.")
    return claims
