"""A document as the wallet and its pages see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from idp.documents.document_types import DocumentType


class DocumentStatus(IntEnum):
    """What the issuer says of a document; the numbers are those of Token Status List section 7.1.

    3 is left to applications: with us a newer file of the same record has taken the document's place.
    """

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2
    SUPERSEDED = 3


@dataclass(frozen=True)
class Document:
    """One document of a holder. `issued_at` and `expires_at` are the signed `iat` and `exp`;
    `updated_at` is when the record behind it was last changed or confirmed: the live view's date.
    `superseded_by` is the id of the newer file, `status_reason` why the issuer changed the status."""

    id: str
    holder: str
    vct: str
    type: DocumentType
    sd_jwt: str
    issuer_id: str
    document_number: str
    issued_at: datetime
    expires_at: datetime
    updated_at: datetime
    status: DocumentStatus
    superseded_by: str | None = None
    status_reason: str | None = None

    def state(self, now: datetime) -> str:
        """`revoked`, `superseded`, `suspended`, `expired` or `valid`: the word a card shows, the gravest first."""
        if self.status is not DocumentStatus.VALID:
            return self.status.name.lower()
        return "expired" if self.expires_at <= now else "valid"
