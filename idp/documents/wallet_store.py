"""Queries of the wallet's pages: unlocked browsers, presentations for a counter, the history of use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from idp.documents.presentation_models import CounterShow, PresentationRecord, WalletUnlock


def unlock(session: Session, session_id: str) -> WalletUnlock | None:
    return session.get(WalletUnlock, session_id)


def delete_unlock(session: Session, session_id: str) -> None:
    session.execute(delete(WalletUnlock).where(WalletUnlock.session_id == session_id))


def delete_expired_unlocks(session: Session, now: datetime) -> None:
    session.execute(delete(WalletUnlock).where(WalletUnlock.until <= now))


def counter_show(session: Session, token_hash: str) -> CounterShow | None:
    return session.get(CounterShow, token_hash)


def claim_counter_show(session: Session, token_hash: str, now: datetime) -> bool:
    """Mark as taken what still waits; true for the one caller who does."""
    result = session.execute(
        update(CounterShow)
        .where(CounterShow.token_hash == token_hash, CounterShow.taken_at.is_(None), CounterShow.expires_at > now)
        .values(taken_at=now, presentation="")
        .execution_options(synchronize_session="fetch")
    )
    return bool(getattr(result, "rowcount", 0) == 1)


def delete_counter_shows(session: Session, expired_before: datetime) -> None:
    session.execute(delete(CounterShow).where(CounterShow.expires_at <= expired_before))


def records(session: Session, holder: str, before: int | None, limit: int) -> Sequence[PresentationRecord]:
    """A holder's history, newest first; `before` continues after the record of that id."""
    query = select(PresentationRecord).where(PresentationRecord.holder == holder)
    if before is not None:
        query = query.where(PresentationRecord.id < before)
    return session.scalars(query.order_by(PresentationRecord.id.desc()).limit(limit)).all()
