"""Every query the portal makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CursorResult, and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from demo_client.models import Dossier, Evidence, LogoutNotice, Receipt, SeenBundle, SignIn, Transaction
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


def sweep(session: Session, answers_before: datetime, shown_before: datetime, outcomes_before: datetime) -> int:
    """Forget transactions that led to nothing and, later, what was shown and the outcomes of the others."""
    looked_at = update(Transaction).where(Transaction.shown.is_not(None), Transaction.claimed_at <= shown_before)
    _changed(session, looked_at.values(shown=None))
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


def receipt(session: Session, receipt_id: str) -> Receipt | None:
    return session.get(Receipt, receipt_id) if is_token(receipt_id) else None


def newest_receipts(session: Session, clerk: str, limit: int) -> Sequence[Receipt]:
    hers = select(Receipt).where(Receipt.clerk == clerk)
    return session.scalars(hers.order_by(Receipt.issued_at.desc(), Receipt.id).limit(limit)).all()


def purge_receipts(session: Session, today: date) -> int:
    """Delete receipts whose retention has ended."""
    return _changed(session, delete(Receipt).where(Receipt.retain_until < today))


def seen_bundle(session: Session, root_fingerprint: str) -> SeenBundle | None:
    return session.get(SeenBundle, root_fingerprint)


def replace_bundle(session: Session, root_fingerprint: str, made_at: datetime, values: Mapping[str, Any]) -> None:
    """Keep a newer bundle; one that another request kept meanwhile stays where it is newer still."""
    older = update(SeenBundle).where(SeenBundle.root_fingerprint == root_fingerprint, SeenBundle.made_at < made_at)
    _changed(session, older.values(made_at=made_at, **values))


def one_sign_in_at_a_time(session: Session) -> None:
    """Wait for every other transaction that signs in or out, so that neither misses the other's row.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE portal_sign_in IN SHARE ROW EXCLUSIVE MODE"))


def sign_in(session: Session, session_hash: str) -> SignIn | None:
    return session.get(SignIn, session_hash)


def sign_ins_of(session: Session, *, sid_hash: str | None = None, subject: str | None = None) -> Sequence[str]:
    """The session hashes of one session of the provider, or of one person."""
    one = SignIn.sid_hash == sid_hash if sid_hash is not None else SignIn.subject == subject
    return session.scalars(select(SignIn.session_hash).where(one)).all()


def rename_sign_in(session: Session, before: str, after: str) -> None:
    _changed(session, update(SignIn).where(SignIn.session_hash == before).values(session_hash=after))


def end_sign_ins(session: Session, session_hashes: Sequence[str]) -> None:
    _changed(session, delete(SignIn).where(SignIn.session_hash.in_(session_hashes)))


def was_told_over(session: Session, sid_hash: str | None, subject: str, since: datetime) -> bool:
    """True where the provider has ended this session of its own, or all of this person's at or after `since`."""
    all_of_hers = and_(
        LogoutNotice.sid_hash.is_(None), LogoutNotice.subject == subject, LogoutNotice.issued_at >= since
    )
    this_one = and_(LogoutNotice.sid_hash.is_not(None), LogoutNotice.sid_hash == sid_hash)
    return session.scalar(select(LogoutNotice.jti_hash).where(or_(this_one, all_of_hers)).limit(1)) is not None


def logout_notice(session: Session, jti_hash: str) -> LogoutNotice | None:
    return session.get(LogoutNotice, jti_hash)


def forget_sign_ins(session: Session, now: datetime) -> None:
    """Those that have run their time, and notices that nothing can come after any more."""
    _changed(session, delete(SignIn).where(SignIn.expires_at <= now))
    _changed(session, delete(LogoutNotice).where(LogoutNotice.keep_until <= now))


def _changed(session: Session, statement: Any) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)  # noqa: S101 - what SQLAlchemy returns for these
    return result.rowcount
