"""Opening one holder's documents at the records desk: no read without purpose and case, each read recorded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.documents import store as documents
from idp.documents.document import Document
from idp.documents.ports import Officer, RequestDesk
from idp.documents.request_models import DocumentLookUpRow
from idp.documents.requests import records, store
from idp.documents.requests.document_request import DocumentRequest
from idp.documents.wallet import view

LASTS = timedelta(minutes=30)


class NoPurpose(Exception):
    """Purpose or case number is missing or is none: nothing is read."""


@dataclass(frozen=True)
class HolderView:
    """What an officer of the records desk sees of one person."""

    look_up_id: str
    holder: str
    purpose: str
    case_number: str
    facts: Mapping[str, object]
    record: Mapping[str, Any]
    requests: tuple[DocumentRequest, ...]
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class LookUps:
    """Methods run in the caller's transaction."""

    desk: RequestDesk
    audit: Audit

    def open(
        self, session: Session, officer: Officer, number: str, receipt: str, told: tuple[str, str], now: datetime
    ) -> str | None:
        """The id of the look-up, by the receipt of a request or by a person's number; None where there is nobody.

        Raises NoPurpose.
        """
        stated = self.desk.officers.stated(*told)
        if stated is None:
            raise NoPurpose
        row = store.by_receipt(session, receipt) if receipt else None
        holder = row.holder if row else self.desk.register.subject_of(session, number)
        if holder is None:
            self._record(session, officer, None, stated, now)
            return None
        opened = DocumentLookUpRow(
            id=uuid.uuid4().hex, officer_id=officer.id, holder=holder, purpose=stated[0], case_number=stated[1],
            opened_at=now, expires_at=now + LASTS,
        )  # fmt: skip
        session.add(opened)
        return opened.id

    def current(self, session: Session, officer: Officer, look_up_id: str, now: datetime) -> DocumentLookUpRow | None:
        """The look-up that an act rests on."""
        return store.look_up(session, look_up_id, officer.id, now)

    def read(self, session: Session, officer: Officer, look_up_id: str, now: datetime) -> HolderView | None:
        """Read the person once more: recorded once more. None where the look-up is over or another officer's."""
        found = self.current(session, officer, look_up_id, now)
        facts = self.desk.register.facts(session, found.holder) if found is not None else None
        if found is None or facts is None:
            return None
        self._record(session, officer, found.holder, (found.purpose, found.case_number), now)
        mine = [row for row in documents.current_documents(session, found.holder) if row.issuer_id == officer.issuer]
        return HolderView(
            look_up_id, found.holder, found.purpose, found.case_number, facts,
            records.read(session, found.holder), tuple(store.requests_of(session, found.holder)),
            tuple(map(view, mine)),
        )  # fmt: skip

    def _record(
        self, session: Session, officer: Officer, holder: str | None, told: tuple[str, str], now: datetime
    ) -> None:
        details = {"officer": officer.id, "purpose": told[0], "case": told[1]}
        self.audit.record(
            session, event="officer.documents_read", subject=holder, client_id=None, details=details, now=now
        )
