"""Initial access tokens (RFC 7591 1.2 and 3): who may register clients, how many, for which scopes, until when."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.oauth import store
from idp.oauth.claims import SCOPES
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.hashing import digest, new_secret
from idp.oauth.models import InitialAccessToken

#: Without the identity number and what organisations do: whoever gives a token out decides on more.
SCOPE = "address email offline_access openid phone profile"
MOST_USES, LONGEST = 1000, timedelta(days=90)
LABEL = 100


@dataclass(frozen=True)
class Made:
    """A token just made: told once. `id` names it in lists."""

    id: str
    token: str
    expires_at: datetime


def make(session: Session, label: str, scope: str, uses: int, lifetime: timedelta, now: datetime) -> Made:
    """Raises ClientMetadataError for what a token cannot be."""
    scopes = frozenset(scope.split())
    if "openid" not in scopes or not scopes <= SCOPES:
        raise ClientMetadataError("scope", f"must hold openid, and else only {' '.join(sorted(SCOPES))}")
    if not 1 <= uses <= MOST_USES:
        raise ClientMetadataError("uses", f"must be 1 to {MOST_USES}")
    if not timedelta(0) < lifetime <= LONGEST:
        raise ClientMetadataError("days", f"must be 1 to {LONGEST.days}")
    if not 0 < len(label.strip()) <= LABEL or not label.isprintable():
        raise ClientMetadataError("label", f"must say in at most {LABEL} characters whom the token is for")
    token, token_id = new_secret(), secrets.token_hex(6)
    row = InitialAccessToken(
        token_hash=digest(token), id=token_id, label=label.strip(), scope=" ".join(sorted(scopes)), uses_left=uses,
        created_at=now, expires_at=now + lifetime,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Made(token_id, token, row.expires_at)


def live(session: Session, token: str, now: datetime) -> InitialAccessToken | None:
    """The token's row, while it may still be used."""
    row = store.initial_access_token(session, digest(token))
    return row if row is not None and row.expires_at > now and row.uses_left > 0 else None


def use(session: Session, token: str, now: datetime) -> bool:
    """True for a caller that got one of the uses that are left."""
    return store.use_initial_access_token(session, digest(token), now)


@dataclass(frozen=True)
class Listed:
    """A token as the page lists it; it outlives its transaction."""

    id: str
    label: str
    scope: str
    uses_left: int
    expires_at: datetime
    live: bool


def listed(session: Session, now: datetime) -> Sequence[Listed]:
    """All that are kept, newest first."""
    return [
        Listed(
            row.id, row.label, row.scope, row.uses_left, row.expires_at, row.expires_at > now and row.uses_left > 0
        )
        for row in store.initial_access_tokens(session)
    ]
