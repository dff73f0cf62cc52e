"""Looking a person up: no read without purpose and case, each read recorded, for her to see (attack 18)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from idp.accounts import names
from idp.accounts import store as accounts
from idp.accounts.applications import store as applications
from idp.accounts.applications.models import AccountApplication
from idp.accounts.applications.store import RegisterEntry
from idp.accounts.models import Account, IdentityPaper
from idp.accounts.officers import roles, store
from idp.accounts.officers.models import OfficerLookUp, OfficerRequest
from idp.accounts.officers.signing_in import Present
from idp.accounts.ports import AccountServices
from idp.accounts.states import Standing, standing

LASTS = timedelta(minutes=30)


class NoPurpose(Exception):
    """Purpose or case number is missing or is none: nothing is read."""


class NobodyFound(Exception):
    """There is no such person; the attempt is recorded."""


@dataclass(frozen=True)
class PersonView:
    """What an officer sees of a person."""

    look_up_id: str
    purpose: str
    case_number: str
    person_id: str
    kind: str
    full_name: str
    personal_id_number: str
    birthdate: date
    phone_number: str | None
    paper: IdentityPaper | None
    passport_number: str | None
    marks: frozenset[str]
    subject: str | None
    identity_level: int | None
    standing: Standing | None
    level_1: AccountApplication | None
    level_2: AccountApplication | None
    request: OfficerRequest | None


@dataclass(frozen=True)
class LookUps:
    """Look-ups of officers; methods run in the caller's transaction."""

    services: AccountServices

    def open_by_number(
        self, session: Session, officer: Present, number: str, purpose: str, case: str, now: datetime
    ) -> str | None:
        """The id of the look-up; None where nobody has this number (recorded). Raises NoPurpose."""
        told = stated(purpose, case)
        return self._open(session, officer, applications.by_number(session, number), told, now)

    def open_by_receipt(
        self, session: Session, officer: Present, receipt: str, purpose: str, case: str, now: datetime
    ) -> str | None:
        """The applicant behind an application of the queue. Raises NoPurpose."""
        told = stated(purpose, case)
        row = applications.by_receipt(session, receipt)
        entry = applications.by_person(session, row.person_id) if row else None
        return self._open(session, officer, entry, told, now)

    def read(self, session: Session, officer: Present, look_up_id: str, now: datetime) -> PersonView | None:
        """Read the person once more: recorded once more. None where the look-up is over or another officer's."""
        found = self.current(session, officer, look_up_id, now)
        if found is None:
            return None
        entry = applications.by_person(session, found.person_id)
        if entry is None:
            return None
        account = accounts.account_of_person(session, found.person_id)
        self._record(session, officer, account, (found.purpose, found.case_number), found.person_id, now)
        return _view(session, found, entry, account, now)

    def current(self, session: Session, officer: Present, look_up_id: str, now: datetime) -> OfficerLookUp | None:
        """The look-up that an act rests on."""
        return store.look_up(session, look_up_id, officer.officer_id or "", now)

    # --- parts ---------------------------------------------------------------------------------------
    def _open(
        self, session: Session, officer: Present, entry: RegisterEntry | None, told: tuple[str, str], now: datetime
    ) -> str | None:
        if entry is None:
            self._record(session, officer, None, told, None, now)
            return None
        row = OfficerLookUp(
            id=uuid.uuid4().hex, officer_id=officer.officer_id or "", person_id=entry.person.id,
            purpose=told[0], case_number=told[1], opened_at=now, expires_at=now + LASTS,
        )  # fmt: skip
        session.add(row)
        return row.id

    def _record(
        self, session: Session, officer: Present, account: Account | None, told: tuple[str, str],
        person_id: str | None, now: datetime,
    ) -> None:  # fmt: skip
        details = {"officer": officer.officer_id, "role": officer.role, "purpose": told[0], "case": told[1]}
        self.services.audit.record(
            session, event="officer.looked_up", subject=account.subject if account else None, client_id=None,
            details={**details, "person": person_id}, now=now,
        )  # fmt: skip


def stated(purpose: str, case: str) -> tuple[str, str]:
    """Purpose and case number, without which nothing is read. Raises NoPurpose."""
    number = roles.case_number(case)
    if purpose not in roles.purposes() or number is None:
        raise NoPurpose
    return purpose, number


def _view(
    session: Session, found: OfficerLookUp, entry: RegisterEntry, account: Account | None, now: datetime
) -> PersonView:
    person = entry.person
    return PersonView(
        look_up_id=found.id, purpose=found.purpose, case_number=found.case_number, person_id=person.id,
        kind=person.kind, full_name=names.nfc(person.full_name), personal_id_number=person.personal_id_number,
        birthdate=person.birthdate, phone_number=person.phone_number, paper=person.paper,
        passport_number=entry.passport.number if entry.passport else None, marks=entry.marks,
        subject=account.subject if account else None, identity_level=account.identity_level if account else None,
        standing=standing(account, now) if account else None,
        level_1=applications.open_application_of(session, person.id, 1),
        level_2=applications.open_application_of(session, person.id, 2),
        request=store.open_request_of(session, account.subject) if account else None,
    )  # fmt: skip
