"""A request as a value: pages show it, and it outlives its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from idp.documents.request_models import DocumentRequestRow


@dataclass(frozen=True)
class DocumentRequest:
    """`state` is open, issued, refused or withdrawn; `reason` why it was refused, `document_id` what was issued."""

    id: str
    receipt: str
    holder: str
    type_id: str
    purpose: str
    business_ban_asked: bool
    received_at: datetime
    due_on: date
    state: str
    decided_at: datetime | None
    reason: str | None
    document_id: str | None


def value(row: DocumentRequestRow) -> DocumentRequest:
    return DocumentRequest(
        row.id, row.receipt, row.holder, row.type_id, row.purpose, row.business_ban_asked, row.received_at,
        row.due_on, row.state, row.decided_at, row.reason, row.document_id,
    )  # fmt: skip
