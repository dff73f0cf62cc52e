"""The records desk decides a request and changes what it issued (Law 28/2009/QH12 art. 46-50), each act recorded.

All runs in the caller's transaction; every act rests on a look-up with purpose and case number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.documents import issuance, status
from idp.documents import store as documents
from idp.documents.document import Document, DocumentStatus
from idp.documents.document_types import DocumentType, document_types
from idp.documents.issuance import VIETNAM, Issuing, NewDocument
from idp.documents.models import DocumentRow
from idp.documents.ports import Officer, RequestDesk
from idp.documents.request_models import DocumentLookUpRow, DocumentRequestRow
from idp.documents.requests import records, rules, store
from idp.documents.requests.requesting import NotOpen
from idp.documents.wallet import view

BECOMES = {
    "suspend": DocumentStatus.SUSPENDED,
    "resume": DocumentStatus.VALID,
    "revoke": DocumentStatus.REVOKED,
}
#: In which states each change can be made.
FROM = {
    "suspend": frozenset({DocumentStatus.VALID}),
    "resume": frozenset({DocumentStatus.SUSPENDED}),
    "revoke": frozenset({DocumentStatus.VALID, DocumentStatus.SUSPENDED}),
    "amend": frozenset({DocumentStatus.VALID, DocumentStatus.SUSPENDED}),
}


class UnknownReason(ValueError):
    """Not a reason the law has for this act."""


class CannotChange(Exception):
    """The document is not this desk's, or not in a state that can be changed so."""


@dataclass(frozen=True)
class Deciding:
    """The acts, with what they need."""

    desk: RequestDesk
    issuing: Issuing

    @property
    def audit(self) -> Audit:
        return self.issuing.audit

    def issue(
        self, session: Session, officer: Officer, found: DocumentLookUpRow, request_id: str, now: datetime
    ) -> Document:
        """Answer a request with a certificate of today. Raises NotOpen, NotAllowed, and what issuing raises."""
        row = self._waiting(session, found, request_id)
        kind, facts, today = document_types().by_id(row.type_id), self._facts(session, found), _day(now)
        purpose = next(one for one in rules.purposes() if one.id == row.purpose)
        rules.check(kind, purpose, date.fromisoformat(str(facts["birthdate"])), today)  # the law of today counts
        if not store.close(session, row.id, "issued", now, officer.id):
            raise NotOpen
        said = records.claims(
            records.read(session, found.holder), kind.id, today, business_ban_asked=row.business_ban_asked
        )
        known = {**self._register(kind, facts, rules.issuer()), "signer": officer.name}
        told = {**known, **said, kind.number_claim: f"MP-{row.receipt}"}
        new = NewDocument(found.holder, kind, rules.issuer(), told, today)
        made = issuance.issue(session, self.issuing, new, now)
        records.write(session, found.holder, records.read(session, found.holder), now)  # the live view begins
        row.document_id = made.id
        self._record(
            session, "document.request_issued", officer, found, now, receipt=row.receipt, document=made.id,
            vct=kind.vct, issuer=made.issuer_id,
        )  # fmt: skip
        return made

    def refuse(
        self,
        session: Session,
        officer: Officer,
        found: DocumentLookUpRow,
        request_id: str,
        reason: str,
        now: datetime,
    ) -> None:
        """Raises NotOpen, UnknownReason."""
        row = self._waiting(session, found, request_id)
        if reason not in rules.refusals():
            raise UnknownReason(reason)
        if not store.close(session, row.id, "refused", now, officer.id, reason):
            raise NotOpen
        self._record(
            session, "document.request_refused", officer, found, now, receipt=row.receipt, reason=reason,
            vct=document_types().by_id(row.type_id).vct,
        )  # fmt: skip

    def change(
        self, session: Session, officer: Officer, found: DocumentLookUpRow, document_id: str, act: str, reason: str,
        now: datetime,
    ) -> None:  # fmt: skip
        """Suspend, resume, revoke or amend. Raises CannotChange, UnknownReason, and what issuing raises."""
        row = documents.document(session, document_id)
        mine = row is not None and row.holder == found.holder and row.issuer_id == officer.issuer
        if row is None or not mine or row.superseded_by or DocumentStatus(row.status) not in FROM.get(act, ()):
            raise CannotChange
        if reason not in rules.reasons(act):
            raise UnknownReason(reason)
        by = _by(officer, found)
        if act == "amend":
            self._amend(session, officer, found, row, reason, now)
        else:
            status.set_status(session, self.audit, row.id, BECOMES[act], now, reason, by)
        self._record(
            session, "officer.document_changed", officer, found, now, document=row.id, change=act, reason=reason,
            vct=row.vct, issuer=row.issuer_id,
        )  # fmt: skip

    def clear(
        self, session: Session, officer: Officer, found: DocumentLookUpRow, place: int, on: date, now: datetime
    ) -> None:
        """Note a cleared conviction (art. 33): certificates that told of it are superseded by what is so now.

        Raises records.NoSuchConviction, and what issuing raises.
        """
        records.clear(session, found.holder, place, on, now)
        self._record(session, "judicial_record.cleared", officer, found, now, on=on.isoformat())
        for kind in rules.types():
            for row in documents.documents_of_type(session, found.holder, kind.vct):
                live = records.live(session, view(row), now)
                if live is not None and live.changed and DocumentStatus(row.status) in FROM["amend"]:
                    self._amend(session, officer, found, row, "record_changed", now)

    # --- parts ---------------------------------------------------------------------------------------
    def _amend(
        self, session: Session, officer: Officer, found: DocumentLookUpRow, row: DocumentRow, reason: str,
        now: datetime,
    ) -> Document:  # fmt: skip
        """A new file from the record and the register as they are today; the old one is superseded."""
        old, today = view(row), _day(now)
        filed = issuance.content_of(old)
        told = {**filed, **self._register(old.type, self._facts(session, found), old.issuer_id)}
        if old.type in rules.types():
            asked = records.ban_asked(filed)
            said = records.claims(records.read(session, found.holder), old.type.id, today, business_ban_asked=asked)
            told = {**told, **said, "signer": officer.name}
        new = NewDocument(old.holder, old.type, old.issuer_id, told, today)
        return issuance.reissue(session, self.issuing, old.id, new, now, reason, _by(officer, found))

    def _waiting(self, session: Session, found: DocumentLookUpRow, request_id: str) -> DocumentRequestRow:
        row = store.request(session, request_id)
        if row is None or row.holder != found.holder or row.state != "open":
            raise NotOpen
        return row

    def _facts(self, session: Session, found: DocumentLookUpRow) -> Mapping[str, object]:
        facts = self.desk.register.facts(session, found.holder)
        if facts is None:
            raise NotOpen
        return facts

    def _register(self, kind: DocumentType, facts: Mapping[str, object], issuer: str) -> dict[str, object]:
        authority = self.issuing.issuers.profile(issuer).name["vi"]
        known = {**facts, "issuing_authority": authority}
        return {name: value for name, value in known.items() if kind.claim((name,)) is not None}

    def _record(
        self, session: Session, event: str, officer: Officer, found: DocumentLookUpRow, now: datetime, **more: object
    ) -> None:
        details = {**_by(officer, found), **more}
        self.audit.record(session, event=event, subject=found.holder, client_id=None, details=details, now=now)


def _by(officer: Officer, found: DocumentLookUpRow) -> dict[str, object]:
    return {"officer": officer.id, "purpose": found.purpose, "case": found.case_number}


def _day(now: datetime) -> date:
    return now.astimezone(VIETNAM).date()
