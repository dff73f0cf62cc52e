"""Queries on printed sheets."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.documents.models import DocumentRow
from idp.documents.printing_models import PrintedSheet


def sheet(session: Session, digest: str) -> PrintedSheet | None:
    return session.get(PrintedSheet, digest)


def document_of(session: Session, digest: str) -> DocumentRow | None:
    """The document of a sheet, in one question: the answer takes as long whether there is one or not."""
    query = select(DocumentRow).join(PrintedSheet, PrintedSheet.document_id == DocumentRow.id)
    return session.scalar(query.where(PrintedSheet.digest == digest))
