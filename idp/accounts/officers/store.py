"""Queries of officers, their sessions, look-ups and requests: the only place of this package with `select()`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from idp.accounts.officers.models import (
    Officer,
    OfficerLookUp,
    OfficerOrganisationLookUp,
    OfficerRequest,
    OfficerSession,
)


@dataclass(frozen=True)
class RequestView:
    """An open request as pages show it; it outlives its transaction."""

    id: str
    kind: str
    case_number: str
    asked_by: str
    asked_at: datetime


def by_login(session: Session, login: str) -> Officer | None:
    return session.scalar(select(Officer).where(Officer.login == login))


def officer(session: Session, officer_id: str) -> Officer | None:
    return session.get(Officer, officer_id)


def everybody(session: Session) -> Sequence[Officer]:
    """All who may sign in, by login."""
    return session.scalars(select(Officer).where(Officer.active).order_by(Officer.login)).all()


def names(session: Session) -> dict[str, str]:
    """Officer id -> name."""
    return {row.id: row.full_name for row in session.scalars(select(Officer))}


def use_code_step(session: Session, officer_id: str, step: int) -> bool:
    """Each time step is good once (RFC 6238 5.2)."""
    return _one(
        session,
        update(Officer)
        .where(Officer.id == officer_id, or_(Officer.code_step.is_(None), Officer.code_step < step))
        .values(code_step=step),
    )


# --- sessions --------------------------------------------------------------------------------------------
def session_of(session: Session, secret_hash: str) -> OfficerSession | None:
    return session.scalar(select(OfficerSession).where(OfficerSession.secret_hash == secret_hash))


def touch(session: Session, session_id: str, now: datetime) -> None:
    statement = update(OfficerSession).where(OfficerSession.id == session_id).values(last_used_at=now)
    session.execute(statement.execution_options(synchronize_session=False))


def end_session(session: Session, session_id: str) -> None:
    _one(session, delete(OfficerSession).where(OfficerSession.id == session_id))


def delete_expired(session: Session, now: datetime) -> None:
    session.execute(delete(OfficerSession).where(OfficerSession.expires_at <= now))


# --- look-ups and requests -------------------------------------------------------------------------------
def look_up(session: Session, look_up_id: str, officer_id: str, now: datetime) -> OfficerLookUp | None:
    """This officer's own look-up, while it lasts."""
    statement = select(OfficerLookUp).where(OfficerLookUp.id == look_up_id, OfficerLookUp.officer_id == officer_id)
    return session.scalar(statement.where(OfficerLookUp.expires_at > now))


def organisation_look_up(
    session: Session, look_up_id: str, officer_id: str, now: datetime
) -> OfficerOrganisationLookUp | None:
    """As `look_up`, of an organisation."""
    row = OfficerOrganisationLookUp
    statement = select(row).where(row.id == look_up_id, row.officer_id == officer_id, row.expires_at > now)
    return session.scalar(statement)


def open_requests(session: Session) -> Sequence[RequestView]:
    statement = select(OfficerRequest).where(OfficerRequest.state == "open")
    rows = session.scalars(statement.order_by(OfficerRequest.asked_at))
    return [RequestView(row.id, row.kind, row.case_number, row.asked_by, row.asked_at) for row in rows]


def open_request_of(session: Session, subject: str) -> OfficerRequest | None:
    return session.scalar(select(OfficerRequest).where(OfficerRequest.open_of == subject))


def request(session: Session, request_id: str) -> OfficerRequest | None:
    return session.get(OfficerRequest, request_id)


def decide_request(session: Session, request_id: str, state: str, decided_by: str, now: datetime) -> bool:
    """Decide an open request of somebody else; the row count decides (four eyes)."""
    return _one(
        session,
        update(OfficerRequest)
        .where(OfficerRequest.id == request_id, OfficerRequest.state == "open", OfficerRequest.asked_by != decided_by)
        .values(state=state, decided_by=decided_by, decided_at=now, open_of=None),
    )


def _one(session: Session, statement: Update | Delete) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount == 1)  # type: ignore[attr-defined]
