"""An authorization request on its way: kept while the person signs in and decides (RFC 6749 4.1, steps A to C)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.db import insert_row
from idp.oauth import pushed_store, store
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.hashing import digest, new_secret
from idp.oauth.models import PendingAuthorization

LIFETIME = timedelta(minutes=30)


class PendingNotFound(Exception):
    """No such request for this browser: unknown, over, already answered, or opened elsewhere."""


@dataclass(frozen=True)
class Pending:
    """A stored request and how far it has come."""

    id: str
    request: AuthorizationRequest
    created_at: datetime
    sign_in_asked_at: datetime | None
    account_chosen: bool
    acting_sub: str | None
    pushed: str | None = None


def keep(
    session: Session, request: AuthorizationRequest, browser: str | None, now: datetime, pushed: str | None = None
) -> str:
    """Store a request; returns its id. `browser` None leaves it to the first browser that opens it.

    That is for a request posted from another site: the browser withholds SameSite=Lax cookies there. `pushed` is the
    pushed request that this one stands for: of all that do, one is answered.
    """
    request_id = new_secret()
    insert_row(
        session,
        PendingAuthorization,
        id=request_id,
        browser_hash=browser and digest(browser),
        client_id=request.client_id,
        request=request.document(),
        created_at=now,
        expires_at=now + LIFETIME,
        account_chosen=False,
        pushed_hash=pushed,
    )
    return request_id


def load(session: Session, request_id: str, browser: str, now: datetime) -> Pending:
    """The request, for the browser it belongs to. Raises PendingNotFound."""
    row = store.pending(session, request_id)
    if row is None or row.expires_at <= now or row.answered_at is not None:
        raise PendingNotFound
    if row.browser_hash is None and store.bind_pending(session, request_id, digest(browser)):
        session.refresh(row)
    if not hmac.compare_digest(row.browser_hash or "", digest(browser)):
        raise PendingNotFound
    _check_pushed(session, row.pushed_hash)
    return Pending(
        row.id,
        AuthorizationRequest.from_document(row.request),
        row.created_at,
        row.sign_in_asked_at,
        row.account_chosen,
        row.acting_sub,
        row.pushed_hash,
    )


def _check_pushed(session: Session, pushed: str | None) -> None:
    """Nobody signs in for a pushed request that was answered elsewhere."""
    if pushed is None:
        return
    row = pushed_store.pushed(session, pushed)
    if row is None or row.used_at is not None:
        raise PendingNotFound


def note_sign_in(session: Session, request_id: str, now: datetime) -> None:
    """Record that the person was sent to sign in, so that one who comes back is not sent again."""
    store.note_sign_in(session, request_id, now)


def note_account_chosen(session: Session, request_id: str) -> None:
    row = store.pending(session, request_id)
    if row is not None:
        row.account_chosen = True


def answer(session: Session, waiting: Pending, now: datetime) -> None:
    """Take the right to answer, once, for what was pushed too (RFC 9126 4). Raises PendingNotFound for all others."""
    if not store.answer_pending(session, waiting.id, now):
        raise PendingNotFound
    if waiting.pushed is not None and not pushed_store.use_pushed(session, waiting.pushed, now):
        raise PendingNotFound
