"""Opening an organisation: as for a person, no read without purpose and case, and each read recorded (attack 18)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from idp.accounts import names
from idp.accounts import store as accounts
from idp.accounts.applications import deadlines
from idp.accounts.models import Account, Organisation
from idp.accounts.officers import store
from idp.accounts.officers.looking_up import LASTS, stated
from idp.accounts.officers.models import OfficerOrganisationLookUp
from idp.accounts.officers.signing_in import Present
from idp.accounts.organisations import applications
from idp.accounts.organisations import store as organisations
from idp.accounts.organisations.applications import Refusal
from idp.accounts.organisations.ports import OfficerQueue
from idp.accounts.ports import AccountServices
from idp.accounts.states import Standing, standing


@dataclass(frozen=True)
class Applicant:
    """Who applied, and how her own account stands."""

    full_name: str
    personal_id_number: str
    identity_level: int | None
    standing: Standing


@dataclass(frozen=True)
class OpenApplication:
    """The application that waits; `ground` is what the law has against it today."""

    id: str
    reference: str
    applied_at: datetime
    due_on: date
    applicant: Applicant
    ground: Refusal | None


@dataclass(frozen=True)
class Queued:
    """An application as the queue lists it: whose it is takes a look-up."""

    id: str
    reference: str
    applied_at: datetime
    due_on: date
    late: bool


@dataclass(frozen=True)
class OrganisationView:
    """What an officer sees of an organisation."""

    look_up_id: str
    purpose: str
    case_number: str
    number: str
    name: str
    name_en: str
    dissolved_on: date | None
    standing: Standing | None
    application: OpenApplication | None
    request_kind: str | None


def reference(application_id: str) -> str:
    """What the queue calls an application: it says nothing of the organisation, and serves as case number."""
    return f"TC-{application_id[:12].upper()}"


def queued(session: Session, queue: OfficerQueue, now: datetime) -> list[Queued]:
    """The first due first."""
    return [
        Queued(row.id, reference(row.id), row.applied_at, row.due_on, deadlines.overdue(row.due_on, now))
        for row in queue.waiting(session)
    ]


@dataclass(frozen=True)
class OrganisationLookUps:
    """Look-ups of organisations; methods run in the caller's transaction."""

    services: AccountServices

    def open_by_number(
        self, session: Session, officer: Present, number: str, purpose: str, case: str, now: datetime
    ) -> str | None:
        """The id of the look-up; None where no organisation has this number (recorded). Raises NoPurpose."""
        told = stated(purpose, case)
        organisation = accounts.organisation_by_number(session, number)
        if organisation is None:
            self._record(session, officer, None, number, told, now)
            return None
        return self._open(session, officer, organisation.id, told, now)

    def open_by_application(
        self, session: Session, officer: Present, application_id: str, purpose: str, case: str, now: datetime
    ) -> str | None:
        """The organisation behind an application of the queue. Raises NoPurpose."""
        told = stated(purpose, case)
        row = organisations.application(session, application_id)
        if row is None:
            self._record(session, officer, None, None, told, now)
            return None
        return self._open(session, officer, row.organisation_id, told, now)

    def read(self, session: Session, officer: Present, look_up_id: str, now: datetime) -> OrganisationView | None:
        """Recorded each time, for the applicant too. None where the look-up is over or another officer's."""
        found = self.current(session, officer, look_up_id, now)
        organisation = session.get(Organisation, found.organisation_id) if found else None
        if found is None or organisation is None:
            return None
        told, account = (
            (found.purpose, found.case_number),
            accounts.account_of_organisation(session, organisation.id),
        )
        self._record(session, officer, account, organisation.number, told, now)
        return OrganisationView(
            look_up_id=found.id, purpose=found.purpose, case_number=found.case_number, number=organisation.number,
            name=names.nfc(organisation.name), name_en=organisation.name_en, dissolved_on=organisation.dissolved_on,
            standing=standing(account, now) if account else None,
            application=self._application(session, officer, organisation, told, now),
            request_kind=_asked(session, account),
        )  # fmt: skip

    def current(
        self, session: Session, officer: Present, look_up_id: str, now: datetime
    ) -> OfficerOrganisationLookUp | None:
        """The look-up that an act rests on."""
        return store.organisation_look_up(session, look_up_id, officer.officer_id or "", now)

    # --- parts ---------------------------------------------------------------------------------------
    def _open(
        self, session: Session, officer: Present, organisation_id: str, told: tuple[str, str], now: datetime
    ) -> str:
        row = OfficerOrganisationLookUp(
            id=uuid.uuid4().hex, officer_id=officer.officer_id or "", organisation_id=organisation_id,
            purpose=told[0], case_number=told[1], opened_at=now, expires_at=now + LASTS,
        )  # fmt: skip
        session.add(row)
        return row.id

    def _application(
        self, session: Session, officer: Present, organisation: Organisation, told: tuple[str, str], now: datetime
    ) -> OpenApplication | None:
        row = organisations.waiting_of(session, organisation.id)
        account = accounts.account(session, row.subject) if row else None
        if row is None or account is None or account.person is None:
            return None
        self.services.audit.record(
            session, event="officer.looked_up", subject=account.subject, client_id=None, now=now,
            details={**_by(officer, told), "person": account.person.id, "organisation": organisation.number},
        )  # fmt: skip
        person = account.person
        applicant = Applicant(
            names.nfc(person.full_name), person.personal_id_number, account.identity_level, standing(account, now)
        )
        ground = applications.ground(session, row.subject, organisation, now)
        return OpenApplication(row.id, reference(row.id), row.applied_at, row.due_on, applicant, ground)

    def _record(
        self, session: Session, officer: Present, account: Account | None, number: str | None,
        told: tuple[str, str], now: datetime,
    ) -> None:  # fmt: skip
        self.services.audit.record(
            session, event="officer.organisation_looked_up", subject=account.subject if account else None,
            client_id=None, details={**_by(officer, told), "organisation": number}, now=now,
        )  # fmt: skip


def _by(officer: Present, told: tuple[str, str]) -> dict[str, object]:
    return {"officer": officer.officer_id, "role": officer.role, "purpose": told[0], "case": told[1]}


def _asked(session: Session, account: Account | None) -> str | None:
    row = store.open_request_of(session, account.subject) if account else None
    return row.kind if row else None
