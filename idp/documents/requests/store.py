"""Queries on requests, judicial records and officers' look-ups; the only place that selects from these tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp.documents.request_models import DocumentLookUpRow, DocumentRequestRow, JudicialRecordRow
from idp.documents.requests.document_request import DocumentRequest, value


def request(session: Session, request_id: str) -> DocumentRequestRow | None:
    return None if "\0" in request_id else session.get(DocumentRequestRow, request_id)


def by_receipt(session: Session, receipt: str) -> DocumentRequestRow | None:
    if "\0" in receipt:
        return None
    return session.scalar(select(DocumentRequestRow).where(DocumentRequestRow.receipt == receipt))


def requests_of(session: Session, holder: str) -> Sequence[DocumentRequest]:
    """A holder's requests, newest first."""
    query = select(DocumentRequestRow).where(DocumentRequestRow.holder == holder)
    rows = session.scalars(query.order_by(DocumentRequestRow.received_at.desc(), DocumentRequestRow.id))
    return list(map(value, rows))


def open_requests(session: Session) -> Sequence[DocumentRequest]:
    """Those that wait, the most urgent first."""
    query = select(DocumentRequestRow).where(DocumentRequestRow.state == "open")
    rows = session.scalars(query.order_by(DocumentRequestRow.due_on, DocumentRequestRow.received_at))
    return list(map(value, rows))


def close(
    session: Session, request_id: str, state: str, now: datetime, by: str | None, reason: str | None = None
) -> bool:
    """End an open request; false where somebody else has done so already."""
    result = session.execute(
        update(DocumentRequestRow)
        .where(DocumentRequestRow.id == request_id, DocumentRequestRow.state == "open")
        .values(state=state, open_of=None, decided_at=now, decided_by=by, reason=reason)
        .execution_options(synchronize_session="fetch")
    )
    return bool(getattr(result, "rowcount", 0) == 1)


def record(session: Session, holder: str) -> JudicialRecordRow | None:
    return session.get(JudicialRecordRow, holder)


def holders_with_record(session: Session) -> frozenset[str]:
    """Whose judicial record is known here."""
    return frozenset(session.scalars(select(JudicialRecordRow.holder)))


def look_up(session: Session, look_up_id: str, officer_id: str, now: datetime) -> DocumentLookUpRow | None:
    """A look-up of this officer that still lasts."""
    row = None if "\0" in look_up_id else session.get(DocumentLookUpRow, look_up_id)
    return row if row is not None and row.officer_id == officer_id and now < row.expires_at else None
