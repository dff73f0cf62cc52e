"""Queries on requests to the wallet and on the holder's history; the only place that selects from these tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from idp.documents.presentation_models import PresentationRecord, PresentationTransaction


def transaction(session: Session, transaction_id: str) -> PresentationTransaction | None:
    if "\0" in transaction_id:  # PostgreSQL takes no such text, and no id of ours is one
        return None
    return session.get(PresentationTransaction, transaction_id)


def is_answered(session: Session, answer_key: str) -> bool:
    """Whether this request was answered, in whatever transaction."""
    query = select(PresentationTransaction.id).where(PresentationTransaction.answer_key == answer_key)
    return session.scalar(query) is not None


def keep_request(
    session: Session, transaction_id: str, request: str, request_hash: str, expires_at: datetime
) -> bool:
    """Keep the authenticated request object; false where one is there already."""
    result = session.execute(
        update(PresentationTransaction)
        .where(PresentationTransaction.id == transaction_id, PresentationTransaction.request.is_(None))
        .values(request=request, request_hash=request_hash, expires_at=expires_at)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(result, "rowcount", 0) == 1)


def claim(session: Session, transaction_id: str, answer_key: str, outcome: str, now: datetime) -> bool:
    """Take the right to answer, once. Raises IntegrityError where another transaction takes it meanwhile."""
    other = aliased(PresentationTransaction)
    result = session.execute(
        update(PresentationTransaction)
        .where(
            PresentationTransaction.id == transaction_id,
            PresentationTransaction.answered_at.is_(None),
            ~select(other.id).where(other.answer_key == answer_key).exists(),
        )
        .values(answered_at=now, answer_key=answer_key, outcome=outcome)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(result, "rowcount", 0) == 1)


def release(session: Session, transaction_id: str) -> None:
    """Nothing was delivered: the request may be answered after all."""
    session.execute(
        update(PresentationTransaction)
        .where(PresentationTransaction.id == transaction_id)
        .values(answered_at=None, answer_key=None, outcome=None)
        .execution_options(synchronize_session=False)
    )


def set_outcome(session: Session, transaction_id: str, outcome: str) -> None:
    session.execute(
        update(PresentationTransaction)
        .where(PresentationTransaction.id == transaction_id)
        .values(outcome=outcome)
        .execution_options(synchronize_session=False)
    )


def sweep(session: Session, before: datetime) -> None:
    """Forget requests that were over before this instant."""
    session.execute(delete(PresentationTransaction).where(PresentationTransaction.expires_at < before))


def record(session: Session, record_id: int) -> PresentationRecord | None:
    return session.get(PresentationRecord, record_id)
