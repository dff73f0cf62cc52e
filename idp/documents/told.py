"""What an offline code tells of a document."""

from __future__ import annotations

from collections.abc import Mapping

from idp.documents.document_types import ClaimType, DocumentType

PERSON = ("full_name", "birthdate", "sex")


def told_by_code(kind: DocumentType, held: Mapping[str, object]) -> tuple[ClaimType, ...]:
    """The person, and what the type shows to everybody. Her number is not for a sheet that lies about, under
    whatever name a type has it."""
    number = held.get("personal_id_number")
    person = [claim for claim in map(kind.claim, ((name,) for name in PERSON)) if claim is not None]
    always = [claim for claim in kind.claims if len(claim.path) == 1 and claim.sd == "never"]
    shown = [claim for claim in always if claim.name in held and claim not in person]
    return (*person, *(claim for claim in shown if claim.kind != "id_number" and held[claim.name] != number))
