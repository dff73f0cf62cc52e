"""What a holder has: her current documents, and one of them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from idp.documents import store
from idp.documents.document import Document, DocumentStatus
from idp.documents.document_types import document_types
from idp.documents.models import DocumentRow


def documents_of(session: Session, holder: str) -> list[Document]:
    """Her documents, newest first: revoked and expired ones too, those replaced by a newer file not."""
    return [view(row) for row in store.current_documents(session, holder)]


def document(session: Session, holder: str, document_id: str) -> Document | None:
    """One document of this holder, or None: another person's is as unknown as none at all."""
    row = store.document(session, document_id)
    return view(row) if row is not None and row.holder == holder else None


def earlier(session: Session, found: Document) -> list[Document]:
    """The files whose place this one has taken, newest first."""
    return [view(row) for row in store.earlier_files(session, found.id) if row.holder == found.holder]


def newest(session: Session, found: Document) -> str | None:
    """The file that counts now in the place of a superseded one; None where none does."""
    row = store.document(session, found.id)
    while row is not None and row.superseded_by is not None:
        row = store.document(session, row.superseded_by)
    return None if row is None or row.id == found.id else row.id


def view(row: DocumentRow) -> Document:
    """The row as a value that may leave the transaction."""
    return Document(
        id=row.id,
        holder=row.holder,
        vct=row.vct,
        type=document_types().by_vct(row.vct),
        sd_jwt=row.sd_jwt,
        issuer_id=row.issuer_id,
        document_number=row.document_number,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        updated_at=row.updated_at,
        status=DocumentStatus(row.status),
        superseded_by=row.superseded_by,
        status_reason=row.status_reason,
    )
