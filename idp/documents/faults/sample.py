"""Content for a document that nobody has: what its type's schema makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from idp.documents import sample
from idp.documents.document_types import DocumentType
from idp.documents.faults.world import Subject


def filled(kind: DocumentType, issuer_id: str, claims: Mapping[str, object], issued_on: date) -> Subject:
    """The claims that are known, and where the type demands more, what its schema makes."""
    known = {**claims, "date_of_issuance": issued_on.isoformat()}
    if all(claim.name in known for claim in kind.children(()) if claim.mandatory):
        return Subject(kind, issuer_id, known, issued_on)
    return Subject(kind, issuer_id, {**sample.content(kind, known), **known}, issued_on)
