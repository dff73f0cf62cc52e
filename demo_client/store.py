"""Every query the portal makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from demo_client.models import Dossier, Evidence, Transaction
from demo_client.secret_values import is_token


def transaction(session: Session, transaction_id: str) -> Transaction | None:
    return session.get(Transaction, transaction_id) if is_token(transaction_id) else None


def transaction_by_request(session: Session, request_hash: str) -> Transaction | None:
    return session.scalar(select(Transaction).where(Transaction.request_hash == request_hash))


def transaction_by_code(session: Session, response_code_hash: str) -> Transaction | None:
    return session.scalar(select(Transaction).where(Transaction.response_code_hash == response_code_hash))


def answer(session: Session, request_hash: str, now: datetime, values: Mapping[str, Any]) -> bool:
    """Keep the wallet's answer; True for the first answer in time only, however many come at once."""
    open_one = (
        update(Transaction)
        .where(Transaction.request_hash == request_hash, Transaction.answered_at.is_(None))
        .where(Transaction.expires_at > now, Transaction.outcome.is_(None))
    )
    return _changed(session, open_one.values(answered_at=now, **values)) == 1


def claim(session: Session, transaction_id: str, now: datetime) -> bool:
    """Take the answered transaction for decision; True for one caller only."""
    waiting = (
        update(Transaction)
        .where(Transaction.id == transaction_id, Transaction.answered_at.is_not(None))
        .where(Transaction.claimed_at.is_(None), Transaction.outcome.is_(None))
    )
    return _changed(session, waiting.values(claimed_at=now)) == 1


def release(session: Session, transaction_id: str) -> None:
    """Give an undecided transaction back, so that the decision can be tried again."""
    claimed = update(Transaction).where(Transaction.id == transaction_id, Transaction.outcome.is_(None))
    session.execute(claimed.values(claimed_at=None))


def conclude(session: Session, transaction_id: str, values: Mapping[str, Any]) -> None:
    """Write the outcome and forget the answer itself."""
    session.execute(update(Transaction).where(Transaction.id == transaction_id).values(vp_token=None, **values))


def sweep(session: Session, answers_before: datetime, outcomes_before: datetime) -> int:
    """Forget transactions that led to nothing and, later, the outcomes of the others."""
    unfinished = (Transaction.outcome.is_(None)) & (Transaction.expires_at < answers_before)
    finished = Transaction.expires_at < outcomes_before
    return _changed(session, delete(Transaction).where(or_(unfinished, finished)))


def dossier(session: Session, dossier_id: str) -> Dossier | None:
    return session.get(Dossier, dossier_id) if is_token(dossier_id) else None


def dossier_of_transaction(session: Session, transaction_id: str) -> Dossier | None:
    return session.scalar(select(Dossier).where(Dossier.transaction_id == transaction_id))


def dossiers_of(session: Session, subject: str) -> Sequence[Dossier]:
    return session.scalars(
        select(Dossier).where(Dossier.subject == subject).order_by(Dossier.filed_at.desc(), Dossier.id)
    ).all()


def newest_dossiers(session: Session, limit: int) -> Sequence[Dossier]:
    return session.scalars(select(Dossier).order_by(Dossier.filed_at.desc(), Dossier.id).limit(limit)).all()


def highest_trust_list(session: Session, root_fingerprint: str) -> int | None:
    """The newest trust list version ever accepted under this root."""
    return session.scalar(
        select(func.max(Evidence.trust_list_version)).where(Evidence.root_fingerprint == root_fingerprint)
    )


def purge_dossiers(session: Session, today: date) -> int:
    """Delete dossiers whose retention has ended; their evidence goes with them."""
    ended = select(Dossier.id).where(Dossier.retain_until < today)
    session.execute(delete(Evidence).where(Evidence.dossier_id.in_(ended)))
    return _changed(session, delete(Dossier).where(Dossier.retain_until < today))


def _changed(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)  # noqa: S101 - what SQLAlchemy returns for these
    return result.rowcount
