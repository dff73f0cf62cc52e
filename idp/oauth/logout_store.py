"""Queries of logout: who is to hear that a browser session is over, and what is on its way to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from idp.oauth.models import Client, Grant, LogoutDelivery

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Party:
    """A client in which somebody signed in during a browser session, and as whom."""

    client_id: str
    subject: str
    acting_for: str | None


def parties(session: Session, session_id: str) -> Sequence[Party]:
    """Each client of a browser session with each person it knows from there, revoked grants included.

    What a client was granted may have ended before; the session that it made of it has not.
    """
    query = (
        select(Grant.client_id, Grant.subject, Grant.acting_for)
        .join(Client, Client.client_id == Grant.client_id)
        .where(Grant.session_id == session_id, Client.disabled_at.is_(None))
        .distinct()
        .order_by(Grant.client_id, Grant.subject)
    )
    return [Party(*row) for row in session.execute(query)]


def is_announced(session: Session, session_id: str) -> bool:
    return (
        session.scalar(select(LogoutDelivery.id).where(LogoutDelivery.session_id == session_id).limit(1)) is not None
    )


def due(session: Session, now: datetime, limit: int) -> Sequence[LogoutDelivery]:
    row = LogoutDelivery
    return session.scalars(select(row).where(row.next_at <= now).order_by(row.next_at, row.id).limit(limit)).all()


def next_due(session: Session) -> datetime | None:
    """When the next delivery is to be tried, or None where nothing waits."""
    return session.scalar(select(func.min(LogoutDelivery.next_at)))


def claim(session: Session, delivery_id: str, seen: datetime | None, until: datetime) -> bool:
    """True for the one process that may try this delivery now; `until` then, another may."""
    row = LogoutDelivery
    statement = update(row).where(row.id == delivery_id, row.next_at == seen)
    return _count(session, statement.values(next_at=until, attempts=row.attempts + 1)) == 1


def conclude(
    session: Session, delivery_id: str, *, next_at: datetime | None, delivered_at: datetime | None, error: str | None
) -> None:
    statement = update(LogoutDelivery).where(LogoutDelivery.id == delivery_id)
    _count(session, statement.values(next_at=next_at, delivered_at=delivered_at, last_error=error))


def forget(session: Session, before: datetime) -> None:
    """Delete deliveries that ended, well or badly, and are old."""
    row = LogoutDelivery
    session.execute(delete(row).where(row.next_at.is_(None), row.created_at < before))


def _count(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
