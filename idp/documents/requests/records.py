"""Judicial records of people: what both certificates are made from, and what the wallet's live view tells today."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.documents import judicial_record
from idp.documents.document import Document
from idp.documents.issuance import VIETNAM, content_of
from idp.documents.judicial_record import JudicialRecord
from idp.documents.request_models import JudicialRecordRow
from idp.documents.requests import store

NUMBER_1, NUMBER_2 = "judicial-record-1", "judicial-record-2"
#: Whom only No. 2 names (art. 43).
FAMILY = ("father", "mother", "spouse")
DECISIVE = ("criminal_status", "convictions", "business_ban")


class NoSuchConviction(LookupError):
    """The record has no conviction at this place that is not cleared yet."""


@dataclass(frozen=True)
class LiveView:
    """What the record says today of what the file said on its day; `changed` where the two differ."""

    claims: Mapping[str, object]
    updated_at: datetime
    changed: bool


def write(session: Session, holder: str, told: Mapping[str, object], now: datetime) -> None:
    """Bring the record to this; what is the same already keeps its date."""
    text = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False, sort_keys=True)
    row = store.record(session, holder)
    if row is None:
        session.add(JudicialRecordRow(holder=holder, record=text, updated_at=now))
    elif row.record != text:
        row.record, row.updated_at = text, now


def read(session: Session, holder: str) -> dict[str, Any]:
    """The record, empty where nothing stands in it."""
    row = store.record(session, holder)
    return {} if row is None else dict(json.loads(row.record))


def claims(told: Mapping[str, Any], type_id: str, on: date, *, business_ban_asked: bool) -> dict[str, object]:
    """What a certificate of that type says when it is made on that day."""
    found = JudicialRecord(tuple(told.get("convictions", ())), told.get("business_ban"))
    if type_id == NUMBER_2:
        family = {name: told[name] for name in FAMILY if name in told}
        return {**family, **judicial_record.number_2(found, on)}
    return judicial_record.number_1(found, on, business_ban_asked=business_ban_asked)


def live(session: Session, document: Document, now: datetime) -> LiveView | None:
    """The record as it stands, told as this certificate may tell it; None for other documents."""
    row = store.record(session, document.holder)
    if row is None or document.type.id not in (NUMBER_1, NUMBER_2):
        return None
    filed = content_of(document)
    today = now.astimezone(VIETNAM).date()
    asked = ban_asked(filed)
    told = claims(json.loads(row.record), document.type.id, today, business_ban_asked=asked)
    shown = {name: told[name] for name in DECISIVE}
    return LiveView(shown, row.updated_at, any(filed.get(name) != shown[name] for name in DECISIVE))


def ban_asked(filed: Mapping[str, object]) -> bool:
    """Whether the holder of this No. 1 had asked that a business ban be told (art. 42(3))."""
    return filed.get("business_ban") != judicial_record.NOT_REQUESTED


def clear(session: Session, holder: str, place: int, on: date, now: datetime) -> None:
    """Note that a conviction is cleared from that day on. Raises NoSuchConviction."""
    told = read(session, holder)
    convictions = [dict(one) for one in told.get("convictions", ())]
    if not 0 <= place < len(convictions) or "cleared_at" in convictions[place]:
        raise NoSuchConviction
    if on > now.astimezone(VIETNAM).date() or on.isoformat() < str(convictions[place].get("judgment_date", "")):
        raise NoSuchConviction
    convictions[place]["cleared_at"] = on.isoformat()
    write(session, holder, {**told, "convictions": convictions}, now)
