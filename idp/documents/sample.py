"""Content that fits a type, made up from its schema: what tests and made-to-fail documents say where nobody's own
data is wanted. A claim's `example` says what a rule or a pattern needs; everything else follows from its kind."""

from __future__ import annotations

from collections.abc import Mapping

from idp.documents.document_types import ClaimsPath, ClaimType, DocumentType

#: By kind, where the claim has no example of its own.
VALUES: Mapping[str, object] = {
    "date": "2026-03-05", "datetime": "2026-03-05T08:30:00+07:00", "id_number": "065190000101", "boolean": False,
}  # fmt: skip
SET_BY_ISSUING = frozenset({"date_of_issuance"})


def content(kind: DocumentType, facts: Mapping[str, object]) -> dict[str, object]:
    """`facts` (who it is about, the issuing authority) where the type has a claim for them, and all that is
    mandatory or has an example."""
    known = {name: value for name, value in facts.items() if kind.claim((name,)) is not None}
    made = {claim.name: _value(kind, claim) for claim in kind.children(()) if _wanted(claim)}
    return {**made, **known}


def _wanted(claim: ClaimType) -> bool:
    return (claim.mandatory or claim.example is not None) and claim.name not in SET_BY_ISSUING


def _value(kind: DocumentType, claim: ClaimType) -> object:
    if claim.example is not None:
        return claim.example
    if claim.kind == "list":
        return [_parts(kind, claim.path) if kind.children(claim.path) else _plain(claim)]
    if claim.kind == "object":
        return _parts(kind, claim.path)
    return _plain(claim)


def _parts(kind: DocumentType, path: ClaimsPath) -> dict[str, object]:
    return {claim.name: _value(kind, claim) for claim in kind.children(path) if claim.mandatory}


def _plain(claim: ClaimType) -> object:
    if claim.one_of:
        return claim.one_of[0]
    if claim.kind == "number":
        return claim.minimum if claim.minimum is not None else 1
    return VALUES.get(claim.kind, f"{claim.labels['vi']} (mô phỏng)")
