"""Queries of QR sign-ins: the only place of this package with `select()`. Each step on is one UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from idp.accounts.qr_sign_in.models import QrSignInRow
from idp.prepared import Prepared
from idp.sessions import BrowserSessionRow

LIVE = ("waiting", "scanned")
# Statements made once, for what every sign-in page does.
_USER_CODE_KNOWN = Prepared(select(QrSignInRow.id).where(QrSignInRow.user_code_hash == bindparam("hash")))
_LIVE_FROM = Prepared(
    select(func.count().label("number"), func.min(QrSignInRow.expires_at).label("first")).where(
        QrSignInRow.asked_from == bindparam("asked_from"),
        or_(*(QrSignInRow.state == state for state in LIVE)),
        QrSignInRow.expires_at > bindparam("now"),
    )
)
_LIVE_OF = Prepared(
    select(QrSignInRow.id)
    .where(
        QrSignInRow.session_id == bindparam("session_id"),
        or_(*(QrSignInRow.state == state for state in LIVE)),
        QrSignInRow.expires_at > bindparam("now"),
    )
    .order_by(QrSignInRow.created_at.desc(), QrSignInRow.id)
)
_DELETE_OVER = Prepared(
    delete(cast("Table", QrSignInRow.__table__)).where(QrSignInRow.expires_at <= bindparam("before"))
)


@dataclass(frozen=True)
class Seen:
    """What the asking page may know of its transaction."""

    state: str
    expires_at: datetime
    decided_at: datetime | None
    collected_at: datetime | None
    masked_name: str | None
    csrf_token: str


def seen(session: Session, transaction_id: str, secret_hash: str) -> Seen | None:
    """The transaction, for the browser session with this cookie: one read by two keys, asked for twice a second."""
    row, browser = QrSignInRow, BrowserSessionRow
    query = (
        select(row.state, row.expires_at, row.decided_at, row.collected_at, row.masked_name, browser.csrf_token)
        .join(browser, browser.id == row.session_id)
        .where(row.id == transaction_id, browser.secret_hash == secret_hash)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else Seen(*found)


def by_id(session: Session, transaction_id: str) -> QrSignInRow | None:
    """As it is now, whatever this session has read before."""
    query = select(QrSignInRow).where(QrSignInRow.id == transaction_id)
    return session.scalar(query.execution_options(populate_existing=True))


def by_code(session: Session, code_hash: str) -> QrSignInRow | None:
    """The transaction that a code, scanned or typed, stands for."""
    row = QrSignInRow
    query = select(row).where(or_(row.code_hash == code_hash, row.user_code_hash == code_hash))
    return session.scalar(query.execution_options(populate_existing=True))


def user_code_known(session: Session, user_code_hash: str) -> bool:
    return _USER_CODE_KNOWN.one(session, hash=user_code_hash) is not None


def scan(
    session: Session, transaction_id: str, subject: str, device_id: str, masked_name: str, now: datetime
) -> bool:
    """One device takes it; False for every other."""
    values = {"subject": subject, "device_id": device_id, "masked_name": masked_name, "scanned_at": now}
    return _step(
        session,
        (QrSignInRow.id == transaction_id, QrSignInRow.state == "waiting", QrSignInRow.expires_at > now),
        state="scanned", **values,
    )  # fmt: skip


def decide(
    session: Session, transaction_id: str, subject: str, device_id: str, state: str, reason: str | None, now: datetime
) -> bool:
    """The device that scanned decides, once and in time; False for everything else."""
    row = QrSignInRow
    return _step(
        session,
        (
            row.id == transaction_id, row.state == "scanned", row.subject == subject, row.device_id == device_id,
            row.expires_at > now,
        ),
        state=state, reason=reason, decided_at=now,
    )  # fmt: skip


def collect(session: Session, transaction_id: str, session_id: str, decided_after: datetime, now: datetime) -> bool:
    """The browser session that asked takes the result, once and soon; False for everything else."""
    row = QrSignInRow
    return _step(
        session,
        (
            row.id == transaction_id, row.session_id == session_id, row.state == "approved",
            row.collected_at.is_(None), row.decided_at > decided_after,
        ),
        collected_at=now,
    )  # fmt: skip


def expire(session: Session, transaction_id: str, reason: str) -> bool:
    """End one that nobody has decided."""
    return _step(
        session, (QrSignInRow.id == transaction_id, QrSignInRow.state.in_(LIVE)), state="expired", reason=reason
    )


def live_of(session: Session, session_id: str, now: datetime) -> Sequence[str]:
    """The ids of this browser session's transactions that are not over, the newest first."""
    return [row.id for row in _LIVE_OF.all(session, session_id=session_id, now=now)]


def live_from(session: Session, asked_from: str, now: datetime) -> tuple[int, datetime | None]:
    """How many this address has asked for that are not over, and when the first of them ends."""
    row = _LIVE_FROM.one(session, asked_from=asked_from, now=now)
    return row.number, row.first


def delete_over(session: Session, before: datetime) -> None:
    """Forget what ended long ago: the record of it is in the log."""
    _DELETE_OVER.run(session, before=before)


def _step(session: Session, where: tuple[Any, ...], **values: Any) -> bool:
    statement = update(QrSignInRow).where(*where).values(**values).execution_options(synchronize_session=False)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
