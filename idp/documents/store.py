"""Queries on documents, holder keys and status lists; the only place that selects from these tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from idp.documents.models import DocumentRow, HolderKeyRow, StatusChangeRow, StatusListRow

LAST_NUMBER = 2**31 - 1  # of a column of integers


def current_documents(session: Session, holder: str) -> Sequence[DocumentRow]:
    """A holder's documents without those that a newer file has replaced; newest first."""
    query = select(DocumentRow).where(DocumentRow.holder == holder, DocumentRow.superseded_by.is_(None))
    return session.scalars(query.order_by(DocumentRow.issued_at.desc(), DocumentRow.id)).all()


def document(session: Session, document_id: str) -> DocumentRow | None:
    if "\0" in document_id:  # PostgreSQL takes no such text, and no id of ours is one
        return None
    return session.get(DocumentRow, document_id)


def current_seeded(session: Session) -> dict[str, DocumentRow]:
    """The current documents that came from seed data, by their seed key."""
    query = select(DocumentRow).where(DocumentRow.seed_key.is_not(None), DocumentRow.superseded_by.is_(None))
    return {str(row.seed_key): row for row in session.scalars(query)}


def holder_key(session: Session, document_id: str) -> HolderKeyRow | None:
    return session.get(HolderKeyRow, document_id)


def status_list(session: Session, issuer_id: str, number: int) -> StatusListRow | None:
    if not issuer_id.isprintable() or number > LAST_NUMBER:  # PostgreSQL takes neither
        return None
    return session.get(StatusListRow, (issuer_id, number))


def status_lists(session: Session) -> Sequence[StatusListRow]:
    """Every status list there is."""
    return session.scalars(select(StatusListRow).order_by(StatusListRow.issuer_id, StatusListRow.number)).all()


def newest_status_list(session: Session, issuer_id: str) -> StatusListRow | None:
    query = select(StatusListRow).where(StatusListRow.issuer_id == issuer_id)
    return session.scalars(query.order_by(StatusListRow.number.desc()).limit(1)).first()


def index_is_used(session: Session, issuer_id: str, number: int, index: int) -> bool:
    query = select(DocumentRow.id).where(
        DocumentRow.issuer_id == issuer_id,
        DocumentRow.status_list == number,
        DocumentRow.status_index == index,
    )
    return session.scalar(query) is not None


def bad_statuses(session: Session, issuer_id: str, number: int) -> list[tuple[int, int]]:
    """Index and value of every entry of a list that is not VALID."""
    query = select(DocumentRow.status_index, DocumentRow.status).where(
        DocumentRow.issuer_id == issuer_id, DocumentRow.status_list == number, DocumentRow.status != 0
    )
    return [(index, status) for index, status in session.execute(query)]


def change_status(session: Session, row: DocumentRow, status: int, now: datetime, reason: str) -> bool:
    """Change it where it still is what was read; false where another transaction has changed it meanwhile."""
    result = session.execute(
        update(DocumentRow)
        .where(DocumentRow.id == row.id, DocumentRow.status == row.status)
        .values(status=status, updated_at=now, status_reason=reason)
        .execution_options(synchronize_session="fetch")
    )
    return bool(getattr(result, "rowcount", 0) == 1)


def add_change(session: Session, row: DocumentRow, now: datetime) -> None:
    """Keep what the document's entry has become."""
    change = StatusChangeRow(
        issuer_id=row.issuer_id, status_list=row.status_list, status_index=row.status_index, value=row.status, at=now
    )
    session.add(change)


def statuses_at(session: Session, issuer_id: str, number: int, at: datetime) -> dict[int, int]:
    """What each entry that ever changed was at an instant."""
    query = select(StatusChangeRow.status_index, StatusChangeRow.value).where(
        StatusChangeRow.issuer_id == issuer_id, StatusChangeRow.status_list == number, StatusChangeRow.at <= at
    )
    rows = session.execute(query.order_by(StatusChangeRow.at, StatusChangeRow.id))
    return {index: value for index, value in rows}  # noqa: C416 - rows are no pairs for dict()


def earlier_files(session: Session, document_id: str) -> Sequence[DocumentRow]:
    """The files whose place this one has taken, newest first."""
    query = select(DocumentRow).where(DocumentRow.superseded_by == document_id)
    return session.scalars(query.order_by(DocumentRow.issued_at.desc(), DocumentRow.id)).all()


def documents_of_type(session: Session, holder: str, vct: str) -> Sequence[DocumentRow]:
    """A holder's current documents of one type, newest first."""
    return [row for row in current_documents(session, holder) if row.vct == vct]


def count_use(session: Session, issuer_id: str, number: int) -> None:
    """One more entry of the list is given out."""
    session.execute(
        update(StatusListRow)
        .where(StatusListRow.issuer_id == issuer_id, StatusListRow.number == number)
        .values(used=StatusListRow.used + 1)
        .execution_options(synchronize_session="fetch")
    )


def mark_changed(session: Session, issuer_id: str, number: int, now: datetime) -> None:
    """The list has a new revision; counted by the database, so that two changes at once count twice."""
    session.execute(
        update(StatusListRow)
        .where(StatusListRow.issuer_id == issuer_id, StatusListRow.number == number)
        .values(revision=StatusListRow.revision + 1, changed_at=now)
        .execution_options(synchronize_session="fetch")
    )


def supersede(session: Session, document_id: str, by: str) -> bool:
    """Mark a document as replaced; false where another transaction has done so already."""
    result = session.execute(
        update(DocumentRow)
        .where(DocumentRow.id == document_id, DocumentRow.superseded_by.is_(None))
        .values(superseded_by=by)
        .execution_options(synchronize_session="fetch")
    )
    return bool(getattr(result, "rowcount", 0) == 1)
