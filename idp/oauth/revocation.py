"""Token revocation (RFC 7009), by the client that a token was issued to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import id_token, store
from idp.oauth.errors import InvalidGrantError, UnsupportedTokenTypeError
from idp.oauth.hashing import digest
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices


def revoke(services: OAuthServices, session: Session, client: Client, token: str, now: datetime) -> None:
    """An access token ends alone; a refresh token ends its whole grant, with every token of it (RFC 7009 2.1).

    A token that is unknown, or has ended already, is what the client wanted (2.2). Raises InvalidGrantError for
    another client's, UnsupportedTokenTypeError for a code or an ID Token. A `token_type_hint` is not needed.
    """
    hashed = digest(token)
    access, refresh = store.access_token(session, hashed), store.refresh_token(session, hashed)
    if access is not None:
        _owned(session, client, access.grant_id)
        if store.delete_access_token(session, hashed):
            _record(services, session, client, access.grant_id, "access_token", now)
    elif refresh is not None:
        _owned(session, client, refresh.grant_id)
        if store.revoke_grant(session, refresh.grant_id, now):
            _record(services, session, client, refresh.grant_id, "refresh_token", now)
    elif store.code(session, hashed) is not None or _is_id_token(services, token):
        raise UnsupportedTokenTypeError("Only access tokens and refresh tokens can be revoked.")


def _owned(session: Session, client: Client, grant_id: str) -> None:
    """RFC 7009 2.1: issued to another client, the request is refused and the client informed (RFC 6749 5.2)."""
    grant = store.grant(session, grant_id)
    if grant is None or grant.client_id != client.client_id:
        raise InvalidGrantError("The token was issued to another client.")


def _is_id_token(services: OAuthServices, token: str) -> bool:
    try:
        id_token.read_hint(services.keys, services.issuer, token)
    except id_token.HintError:
        return False
    return True


def _record(
    services: OAuthServices, session: Session, client: Client, grant_id: str, kind: str, now: datetime
) -> None:
    grant = store.grant(session, grant_id)
    services.audit.record(
        session,
        event="oauth.token_revoked",
        subject=grant.subject if grant else None,
        client_id=client.client_id,
        details={"grant": grant_id, "kind": kind},
        now=now,
    )
