"""Token introspection (RFC 7662), and its answer as a signed JWT (RFC 9701)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from idp import refusal_log
from idp.oauth import (
    access_tokens,
    acting,
    fapi,
    jwe,
    jws,
    resources,
    sender_constraint,
    store,
    tokens,
)
from idp.oauth.access_tokens import Live
from idp.oauth.hashing import digest
from idp.oauth.models import Client, Grant, RefreshToken
from idp.oauth.ports import OAuthServices

TYPE = "token-introspection+jwt"  # RFC 9701 5
INACTIVE: Mapping[str, object] = {"active": False}
NO_MORE = "the token is unknown, expired or revoked"
log = logging.getLogger("mock_vneid.oauth")


def introspect(
    services: OAuthServices, session: Session, caller: Client, token: str, now: datetime
) -> Mapping[str, object]:
    """What `caller` may know of a token: all that a resource needs to decide, or that it is not active.

    RFC 7662 2.2: whatever the reason, it is not told. A `token_type_hint` is not needed: both are found by hash.
    """
    found = access_tokens.find(services, session, token, now)
    if found is not None:
        if not _may_know(services, caller, found):
            owner = refusal_log.plain(found.client.client_id)
            return _inactive(caller, f"the access token is of the client {owner}, for no resource of the caller's")
        whom = acting.claims(services, session, found.client, found.grant, now)
        return {**_of_access_token(services, found), **whom}
    refresh = store.refresh_token(session, digest(token))
    if refresh is not None and not refresh.check_client(caller):
        return _inactive(caller, f"the refresh token is of the client {refusal_log.plain(refresh.client_id)}")
    if refresh is None or refresh.used_at or refresh.expires_at <= now:
        return _inactive(caller, NO_MORE)
    grant = tokens.live_grant(session, refresh.grant_id, now)
    if grant is None or not acting.holds(services, session, grant, now):
        return _inactive(caller, NO_MORE)
    whom = acting.claims(services, session, caller, grant, now)
    return {**_of_refresh_token(services, caller, refresh, grant), **whom}


def _inactive(caller: Client, check: str) -> Mapping[str, object]:
    """Why, for the operator's log alone: no fault of anybody's, but a thing that is searched for long."""
    log.info("inactive to this caller: client=%s: %s", refusal_log.plain(caller.client_id), check)
    return INACTIVE


def signed(services: OAuthServices, caller: Client, told: Mapping[str, object], now: datetime) -> str:
    """RFC 9701 5, encrypted where the caller is registered for it (6). Raises NoEncryptionKeyError.

    Neither `sub` nor `exp` is among its own claims, and `typ` says what it is: it is no access token (8.1).
    """
    claims = {
        "iss": services.issuer,
        "aud": caller.client_id,
        "iat": int(now.timestamp()),
        "token_introspection": dict(told),
    }
    alg = caller.introspection_signed_response_alg or fapi.signed_by_default(caller)  # 6
    encryption = caller.introspection_encrypted_response_alg
    token = jws.sign(services.keys, alg, TYPE, claims)
    if encryption is None:
        return token
    return jwe.encrypt(services, caller, token, encryption, caller.introspection_encrypted_response_enc)


def always_signed(caller: Client) -> bool:
    """Who is registered for signed or encrypted answers gets no other, whatever it accepts (RFC 9701 5, 8.2)."""
    return bool(caller.introspection_signed_response_alg or caller.introspection_encrypted_response_alg)


def _may_know(services: OAuthServices, caller: Client, found: Live) -> bool:
    """The client that the token was issued to, and a resource that it is for (RFC 7662 4, RFC 9701 3).

    UserInfo is our own resource: that a client may ask for it makes it nobody who may read others' tokens.
    """
    if found.client.client_id == caller.client_id:
        return True
    return bool((set(found.audience) - {resources.userinfo(services.issuer)}) & set(caller.resources))


def _of_access_token(services: OAuthServices, found: Live) -> dict[str, object]:
    bound = found.row.cnf
    told: dict[str, object] = {
        "token_type": sender_constraint.token_type(bound),
        "iat": int(found.row.created_at.timestamp()),
        "exp": int(found.row.expires_at.timestamp()),
        "aud": found.audience[0] if len(found.audience) == 1 else list(found.audience),
        **({"cnf": bound} if bound else {}),
        **({"jti": found.jti} if found.jti else {}),
    }
    return _of(services, found.client, found.grant, found.row.scope) | told


def _of_refresh_token(
    services: OAuthServices, client: Client, token: RefreshToken, grant: Grant
) -> dict[str, object]:
    told: dict[str, object] = {
        "iat": int(token.created_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
        **({"cnf": token.cnf} if token.cnf else {}),
    }
    return _of(services, client, grant, token.scope) | told


def _of(services: OAuthServices, client: Client, grant: Grant, scope: str) -> dict[str, object]:
    """`sub` is the one that the token's client knows, as in its JWT; `acr` and `auth_time` are of RFC 9470 6.2."""
    return {
        "active": True,
        "iss": services.issuer,
        "sub": acting.sub(services, client, grant.subject, grant.acting_for),
        "client_id": client.client_id,
        "scope": scope,
        "acr": grant.acr,
        "auth_time": int(grant.auth_time.timestamp()),
    }
