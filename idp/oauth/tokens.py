"""Grants, codes, access tokens and refresh tokens: made here, found by hash, revoked together.

An access token is opaque, or a JWT that is kept by its hash alike (`idp.oauth.jwt_access_token`). A refresh token is
issued for `offline_access` alone (OpenID Connect Core 11) and rotates: an old one that comes back means that two
parties hold it, and ends the whole family (RFC 9700 4.14.2).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.db import insert_row
from idp.oauth import claims, cross_device, logout_announcement, store
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.hashing import digest, new_secret
from idp.oauth.models import AccessToken, AuthorizationCode, Grant, RefreshToken
from idp.sessions import Authentication

CODE_LIFETIME = timedelta(seconds=60)  # RFC 6749 4.1.2 allows up to ten minutes
ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
GRANT_LIFETIME = timedelta(days=180)  # however often it is refreshed
OFFLINE = "offline_access"
LENIENT = "lenient"  # beside the claims asked for: the switches that let the request through


@dataclass(frozen=True)
class Issued:
    """Tokens as the client gets them, once; `scope` is that of the access token."""

    access_token: str
    scope: str
    refresh_token: str | None


def issue_code(
    session: Session,
    request: AuthorizationRequest,
    authentication: Authentication,
    session_id: str,
    acr: str,
    now: datetime,
) -> str:
    """A new grant and its authorization code (RFC 6749 4.1.2).

    Somebody who acts for an organisation grants less than was asked (3.3): the token response says what.
    """
    scopes = claims.granted(request.scopes, acting=authentication.acting_for is not None)
    grant_id, code = secrets.token_hex(16), new_secret()
    insert_row(
        session,
        Grant,
        id=grant_id,
        client_id=request.client_id,
        subject=authentication.subject,
        acting_for=authentication.acting_for,
        session_id=session_id,
        scope=" ".join(sorted(scopes)),
        claims={**request.claims.document(), **({LENIENT: list(request.lenient)} if request.lenient else {})},
        resource=list(request.resource) or None,
        nonce=request.nonce,
        acr=acr,
        amr=" ".join(authentication.amr),
        auth_time=authentication.auth_time,
        created_at=now,
    )
    insert_row(
        session,
        AuthorizationCode,
        code_hash=digest(code),
        grant_id=grant_id,
        client_id=request.client_id,
        redirect_uri=request.redirect_uri,
        code_challenge=request.code_challenge,
        dpop_jkt=request.dpop_jkt,
        expires_at=now + CODE_LIFETIME,
    )
    return code


def live_grant(session: Session, grant_id: str, now: datetime) -> Grant | None:
    """The grant, unless it was revoked or has run its time."""
    grant = store.grant(session, grant_id)
    if grant is None or grant.revoked_at is not None or grant.created_at + GRANT_LIFETIME <= now:
        return None
    return grant


def access_token_lifetime(grant: Grant) -> timedelta:
    """Of each access token of this grant."""
    shorter = cross_device.by_phone_alone(grant.amr.split())
    return cross_device.ACCESS_TOKEN_LIFETIME if shorter else ACCESS_TOKEN_LIFETIME


def issue(
    session: Session,
    grant: Grant,
    scope: str | None,
    now: datetime,
    *,
    access_token: str | None = None,
    audience: Sequence[str] = (),
    cnf: Mapping[str, str] | None = None,
    refresh_cnf: Mapping[str, str] | None = None,
    rotate: bool = True,
) -> Issued:
    """Tokens of a grant: an access token for `scope` (None: all of it), and a refresh token where it is offline.

    `access_token` is one that was made before; else it is opaque. `cnf` and `refresh_cnf` are what they are bound to.
    Without `rotate` the refresh token stays that which there is.
    """
    access, refresh = access_token or new_secret(), new_secret() if rotate and OFFLINE in grant.scopes else None
    narrowed = scope or grant.scope
    store.note_use(session, grant.id, now)
    insert_row(
        session,
        AccessToken,
        token_hash=digest(access),
        grant_id=grant.id,
        scope=narrowed,
        audience=list(audience) or None,
        cnf=dict(cnf) if cnf else None,
        created_at=now,
        expires_at=now + access_token_lifetime(grant),
    )
    if refresh is not None:
        # RFC 6749 6: a new refresh token has the scope of the old one, whatever this access token was narrowed to.
        insert_row(
            session,
            RefreshToken,
            token_hash=digest(refresh),
            grant_id=grant.id,
            client_id=grant.client_id,
            scope=grant.scope,
            cnf=dict(refresh_cnf) if refresh_cnf else None,
            created_at=now,
            expires_at=refresh_ends(grant, now),
        )
    return Issued(access, narrowed, refresh)


def refresh_ends(grant: Grant, now: datetime) -> datetime:
    """When a refresh token that is used at `now` ends unless it is used again."""
    return min(now + REFRESH_TOKEN_LIFETIME, grant.created_at + GRANT_LIFETIME)


def end_browser_session(session: Session, session_id: str, now: datetime) -> None:
    """Signing out ends what was granted in that session, except where access without the person was granted.

    Clients that registered an address for it are told (Back-Channel Logout 2.5).
    """
    logout_announcement.announce(session, session_id, now)
    for grant in store.grants_of_browser(session, session_id):
        if OFFLINE not in grant.scopes:
            store.revoke_grant(session, grant.id, now)


def end_acting(session: Session, subject: str, organisation: str, now: datetime) -> None:
    """A person may not act for an organisation any more: all that she was granted for it ends."""
    store.revoke_acting(session, subject, organisation, now)
