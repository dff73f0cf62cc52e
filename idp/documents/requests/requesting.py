"""A holder requests a document (Law 28/2009/QH12 art. 45): for a purpose, one at a time, decided in working days."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.documents.document_types import DocumentType, document_types
from idp.documents.issuance import VIETNAM
from idp.documents.ports import RequestDesk
from idp.documents.request_models import DocumentRequestRow
from idp.documents.requests import rules, store
from idp.documents.requests.rules import Purpose

#: Without 0/O and 1/I, since people read receipt numbers aloud.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class AlreadyOpen(Exception):
    """A request for this type waits already."""


class NotInRegister(Exception):
    """The population register does not know this person."""


class NotOpen(Exception):
    """There is no such request that waits."""


@dataclass(frozen=True)
class Wanted:
    """What the holder's form says."""

    type: DocumentType
    purpose: Purpose
    business_ban_asked: bool


def request(
    session: Session, desk: RequestDesk, audit: Audit, holder: str, wanted: Wanted, now: datetime
) -> DocumentRequestRow:
    """Take in a request. Raises rules.NotAllowed, AlreadyOpen, NotInRegister."""
    facts = desk.register.facts(session, holder)
    if facts is None:
        raise NotInRegister
    today = now.astimezone(VIETNAM).date()
    rules.check(wanted.type, wanted.purpose, date.fromisoformat(str(facts["birthdate"])), today)
    row = DocumentRequestRow(
        id=uuid.uuid4().hex,
        receipt=f"LLTP-{today:%y%m}-{''.join(secrets.choice(LETTERS) for _ in range(6))}",
        holder=holder,
        type_id=wanted.type.id,
        purpose=wanted.purpose.id,
        # No. 2 tells of a ban in any case (art. 43).
        business_ban_asked=wanted.business_ban_asked,
        received_at=now,
        due_on=desk.working_days.due_on(now, rules.working_days(wanted.type.id, today)),
        state="open",
        open_of=f"{holder} {wanted.type.id}",
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise AlreadyOpen from error
    details = {"receipt": row.receipt, "vct": wanted.type.vct, "for": row.purpose}
    audit.record(session, event="document.requested", subject=holder, client_id=None, details=details, now=now)
    return row


def withdraw(session: Session, audit: Audit, holder: str, request_id: str, now: datetime) -> None:
    """Take a request back. Raises NotOpen."""
    row = store.request(session, request_id)
    if row is None or row.holder != holder or not store.close(session, row.id, "withdrawn", now, None):
        raise NotOpen
    audit.record(
        session, event="document.request_withdrawn", subject=holder, client_id=None,
        details={"receipt": row.receipt, "vct": document_types().by_id(row.type_id).vct}, now=now,
    )  # fmt: skip
