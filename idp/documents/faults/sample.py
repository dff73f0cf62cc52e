"""Content for a document that nobody has: every mandatory claim of its type, filled with what fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from idp.documents.document_types import ClaimsPath, ClaimType, DocumentType
from idp.documents.faults.world import Subject

_TEXT = "MÔ PHỎNG / MOCK"


def filled(kind: DocumentType, issuer_id: str, claims: Mapping[str, object], issued_on: date) -> Subject:
    """The claims that are known, and whatever else the type demands."""
    known = {**claims, "date_of_issuance": issued_on.isoformat()}
    number = str(known["personal_id_number"])
    return Subject(kind, issuer_id, {**_object(kind, (), issued_on, number), **known}, issued_on)


def _object(kind: DocumentType, path: ClaimsPath, day: date, number: str) -> dict[str, object]:
    return {claim.name: _value(kind, claim, day, number) for claim in kind.children(path) if claim.mandatory}


def _value(kind: DocumentType, claim: ClaimType, day: date, number: str) -> object:
    if claim.kind == "object":
        return _object(kind, claim.path, day, number)
    if claim.one_of:
        return claim.one_of[0]
    values: Mapping[str, object] = {
        "date": day.isoformat(),
        "datetime": f"{day.isoformat()}T08:00:00+07:00",
        "number": 1,
        "id_number": number,
        "boolean": False,
        "list": [],
    }
    return values.get(claim.kind, _TEXT)
