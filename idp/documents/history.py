"""Where a holder has shown what: her own history of use (Decree 69/2024/ND-CP art. 28)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.documents import wallet_store
from idp.documents.document_types import ClaimsPath, DocumentTypes, UnknownDocumentType
from idp.documents.presentation_models import PresentationRecord

PAGE = 50


@dataclass(frozen=True)
class ShownDocument:
    """One document of an entry: its title and the labels of the fields. No value is kept."""

    title: str
    document_id: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One showing, or one that did not come about. `outcome` is given, refused or failed; `reason` an error code."""

    id: int
    at: datetime
    party: str
    procedure: str | None
    outcome: str
    reason: str | None
    documents: tuple[ShownDocument, ...]


def entries(session: Session, types: DocumentTypes, holder: str, lang: str, before: int | None = None) -> list[Entry]:
    """One page, newest first; `before` is the id of the last entry of the page before."""
    return [_entry(row, types, lang) for row in wallet_store.records(session, holder, before, PAGE)]


def _entry(row: PresentationRecord, types: DocumentTypes, lang: str) -> Entry:
    procedure = json.loads(row.procedure) if row.procedure else None
    return Entry(
        id=row.id,
        at=row.at,
        party=str(json.loads(row.party)[lang]),
        procedure=None if procedure is None else str(procedure[lang]),
        outcome=row.outcome,
        reason=row.reason,
        documents=tuple(_shown(one, types, lang) for one in json.loads(row.documents)),
    )


def _shown(one: Mapping[str, object], types: DocumentTypes, lang: str) -> ShownDocument:
    vct, fields, known = str(one["vct"]), one.get("fields"), one.get("document_id")
    paths = [_named(path) for path in fields] if isinstance(fields, list) else []
    paths = list(dict.fromkeys(path for path in paths if path))
    try:
        kind = types.by_vct(vct)
    except UnknownDocumentType:  # a type of an earlier release, or one that a request invented
        return ShownDocument(vct, None, tuple(str(path[-1]) for path in paths))
    document_id = str(known) if known else None
    order = [claim.path for claim in kind.claims]
    paths.sort(key=lambda path: order.index(path) if path in order else len(order))
    return ShownDocument(kind.names[lang], document_id, tuple(kind.label(path, lang) for path in paths))


def _named(path: Sequence[str | int | None]) -> ClaimsPath:
    """An element of a list goes by the name of the list."""
    length = max((place for place, part in enumerate(path, 1) if isinstance(part, str)), default=0)
    return tuple(path[:length])
