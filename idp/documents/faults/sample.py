"""Content for a document that nobody has: what its type's schema makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from idp.documents import sample
from idp.documents.document_types import DocumentType
from idp.documents.faults.world import Subject


def filled(kind: DocumentType, issuer_id: str, claims: Mapping[str, object], issued_on: date) -> Subject:
    """The claims that are known, and whatever else the type demands."""
    known = {**claims, "date_of_issuance": issued_on.isoformat()}
    made = sample.content(kind, known)
    wanted = {claim.name: made[claim.name] for claim in kind.children(()) if claim.mandatory and claim.name in made}
    return Subject(kind, issuer_id, {**wanted, **known}, issued_on)
