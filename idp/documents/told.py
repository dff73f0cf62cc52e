"""What an offline code tells of a document."""

from __future__ import annotations

from collections.abc import Mapping

from idp.documents.document_types import ClaimType, DocumentType

PERSON = ("full_name", "birthdate", "sex")


def claims_of_code(kind: DocumentType, held: Mapping[str, object]) -> dict[str, object]:
    """The content of a code. What every document of the type holds and a code does not tell, being her number, is
    there and empty: it is not missing."""
    told = told_by_code(kind, held)
    kept_back = (claim.name for claim in _always(kind, held) if claim.mandatory and claim not in told)
    return {**{claim.name: held[claim.name] for claim in told}, **dict.fromkeys(kept_back)}


def told_by_code(kind: DocumentType, held: Mapping[str, object]) -> tuple[ClaimType, ...]:
    """The person, and what the type shows to everybody. Her number is not for a sheet that lies about, under
    whatever name a type has it."""
    number = held.get("personal_id_number")
    person = [claim for claim in map(kind.claim, ((name,) for name in PERSON)) if claim is not None]
    shown = [claim for claim in _always(kind, held) if claim not in person]
    return (*person, *(claim for claim in shown if claim.kind != "id_number" and held[claim.name] != number))


def _always(kind: DocumentType, held: Mapping[str, object]) -> list[ClaimType]:
    """What nobody can hide in a document of this type, and this one holds."""
    return [claim for claim in kind.claims if len(claim.path) == 1 and claim.sd == "never" and claim.name in held]
