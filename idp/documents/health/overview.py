"""The holder's health book at one look: her allergies, and her visits by every hospital, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from idp.documents.document import Document
from idp.documents.health.facilities import BOOK, ENCOUNTER
from idp.documents.issuance import content_of


@dataclass(frozen=True)
class VisitLine:
    """One visit, for a list."""

    document: Document
    admitted: datetime
    facility: str
    kind: str
    reason: str
    diagnosis: str


@dataclass(frozen=True)
class Overview:
    """`book` is the one that a summary is made of, None where none is in force; `other_books` are any others."""

    book: Document | None
    other_books: tuple[Document, ...]
    allergies: tuple[str, ...]
    visits: tuple[VisitLine, ...]

    @property
    def hospitals(self) -> int:
        """How many hospitals have signed a visit."""
        return len({one.document.issuer_id for one in self.visits})


def of(documents: Iterable[Document], now: datetime) -> Overview:
    """`documents` as the wallet lists them, newest first."""
    health = [one for one in documents if one.vct in (BOOK, ENCOUNTER)]
    books = [one for one in health if one.vct == BOOK]
    book = next((one for one in books if one.state(now) == "valid"), None)
    lines = [_line(one) for one in health if one.vct == ENCOUNTER]
    return Overview(
        book=book,
        other_books=tuple(one for one in books if one is not book),
        allergies=_allergies(book),
        visits=tuple(sorted(lines, key=lambda one: one.admitted, reverse=True)),
    )


def _allergies(book: Document | None) -> tuple[str, ...]:
    history = content_of(book).get("history") if book is not None else None
    listed = history.get("allergies") if isinstance(history, Mapping) else None
    return tuple(str(one["allergen"]) for one in listed) if isinstance(listed, list) else ()


def _line(document: Document) -> VisitLine:
    claims = content_of(document)
    diagnoses = claims["discharge_diagnosis"]
    first = diagnoses[0] if isinstance(diagnoses, list) and diagnoses else {}
    return VisitLine(
        document=document,
        admitted=datetime.fromisoformat(str(claims["admitted"])),
        facility=str(claims["facility"]),
        kind=str(claims["encounter_type"]),
        reason=str(claims["reason"]),
        diagnosis=str(first.get("diagnosis", "")),
    )
