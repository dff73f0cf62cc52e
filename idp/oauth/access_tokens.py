"""What an access token stands for at this moment: one answer for UserInfo (RFC 6750) and introspection (RFC 7662).

Nothing of it is kept between two requests, so that a revocation, a lock or a disabled client is felt by the next one,
in whichever process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import acting, jwt_access_token, resources, store, tokens
from idp.oauth.errors import InvalidTokenError
from idp.oauth.hashing import digest
from idp.oauth.models import AccessToken, Client, Grant
from idp.oauth.ports import OAuthServices


@dataclass(frozen=True)
class Live:
    """A token that may be used now; `jti` where it is a JWT."""

    row: AccessToken
    grant: Grant
    client: Client
    audience: tuple[str, ...]
    jti: str | None = None

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.row.scope.split())


def find(services: OAuthServices, session: Session, token: str, now: datetime) -> Live | None:
    """The token, unless it is unknown, expired or revoked, its client disabled, or its person may not act now."""
    row = store.access_token(session, digest(token))
    grant = tokens.live_grant(session, row.grant_id, now) if row is not None and row.expires_at > now else None
    client = store.client(session, grant.client_id) if grant else None
    if row is None or grant is None or client is None or not acting.holds(services, session, grant, now):
        return None
    audience = resources.audience(row, services.issuer)
    if not jwt_access_token.is_one(token):
        return Live(row, grant, client, audience)
    try:
        claims = jwt_access_token.verify(services.keys, services.issuer, token)
    except InvalidTokenError:  # its key was withdrawn since
        return None
    return Live(row, grant, client, audience, claims["jti"])
