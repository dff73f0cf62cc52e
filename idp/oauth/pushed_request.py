"""Pushed authorization requests (RFC 9126): kept for a moment, under a reference that only the client knows.

A reference is used up when its request is answered, not when a page is loaded (FAPI 2.0 5.3.2.2, note 3): software
that loads addresses ahead would spend it, and a person may reload.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.oauth import pushed_store
from idp.oauth.authorization_request import Parameters, values
from idp.oauth.errors import TemporarilyUnavailableError
from idp.oauth.hashing import digest, new_secret
from idp.oauth.models import Client, PushedRequest

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFETIME = timedelta(seconds=90)  # FAPI 2.0 5.3.2.2 (12): less than 600 seconds
MOST_WAITING = 5000  # of one client at a time: RFC 9126 2.3, 429


@dataclass(frozen=True)
class Pushed:
    """A request that was pushed and is neither over nor answered; `id` is the hash of its reference."""

    id: str
    client_id: str
    parameters: Parameters
    signed: bool


@dataclass(frozen=True)
class Unusable:
    """Why a reference leads nowhere any more (RFC 9126 4), and whose it was."""

    description: str
    client_id: str | None


def keep(session: Session, client: Client, parameters: Parameters, *, signed: bool, now: datetime) -> str:
    """Store a request that was checked; returns its `request_uri`. Raises TemporarilyUnavailableError."""
    if pushed_store.waiting_pushed(session, client.client_id, now, MOST_WAITING) >= MOST_WAITING:
        raise TemporarilyUnavailableError("Too many pushed requests of this client wait to be used.")
    reference = new_secret()
    session.add(
        PushedRequest(
            reference_hash=digest(reference),
            client_id=client.client_id,
            parameters={name: list(sent) for name, sent in parameters.items()},
            signed=signed,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return PREFIX + reference


def find(session: Session, sent: Parameters, now: datetime) -> Pushed | Unusable | None:
    """What a request at the authorization endpoint refers to, if it refers to one that was pushed."""
    references: Sequence[str] = values(sent, "request_uri")
    if len(references) != 1 or not references[0].startswith(PREFIX):
        return None
    row = pushed_store.pushed(session, digest(references[0].removeprefix(PREFIX)))
    if row is None:
        return Unusable("The request_uri is unknown: this provider did not make it, or has forgotten it.", None)
    if row.used_at is not None:
        return Unusable("The request_uri was used before: push the request again.", row.client_id)
    if row.expires_at <= now:
        return Unusable("The request_uri has expired: push the request again.", row.client_id)
    return Pushed(row.reference_hash, row.client_id, row.parameters, row.signed)
