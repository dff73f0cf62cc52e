"""Applying for an organisation's account (Decree 69/2024/ND-CP art. 12), and the decision (art. 13).

Who may: the legal representative, from her own level 2 account. The demonstration decides at once; elsewhere an
application waits for an officer. Until the representative activates it, the account can do nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.accounts import calendar
from idp.accounts import store as accounts
from idp.accounts.models import Account, Organisation
from idp.accounts.organisations import mandates, store
from idp.accounts.organisations.mandates import Role
from idp.accounts.organisations.models import OrganisationApplication
from idp.accounts.states import State
from idp.audit.port import Audit

WORKING_DAYS = 3  # art. 13: the organisation's data are in a base, as here all are
AUTOMATIC = "system"


class Refusal(StrEnum):
    """The law's reason. An organisation that is not in the register is told as one she does not represent."""

    LEVEL_TOO_LOW = "level_too_low"
    NOT_REPRESENTATIVE = "not_representative"
    DISSOLVED = "dissolved"
    HAS_ACCOUNT = "has_account"
    BEING_EXAMINED = "being_examined"


#: What an officer may refuse for.
BY_OFFICER = (Refusal.LEVEL_TOO_LOW, Refusal.NOT_REPRESENTATIVE, Refusal.DISSOLVED, Refusal.HAS_ACCOUNT)


class AlreadyDecided(Exception):
    """Another decision was faster, or there is no such application."""


@dataclass(frozen=True)
class Outcome:
    """The application, or why there is none; `refusal` too where it was kept and refused."""

    application_id: str | None = None
    refusal: Refusal | None = None


def ground(session: Session, subject: str, organisation: Organisation | None, now: datetime) -> Refusal | None:
    """What the law has against this application, the applicant's own account first."""
    account = accounts.account(session, subject)
    if account is None or account.person is None or not mandates.strong_enough(account, now):
        return Refusal.LEVEL_TOO_LOW
    role = store.representation(session, organisation.id, account.person.id) if organisation else None
    if organisation is None or role is None or role.role != Role.LEGAL_REPRESENTATIVE:
        return Refusal.NOT_REPRESENTATIVE
    if mandates.dissolved(organisation, now):
        return Refusal.DISSOLVED
    return Refusal.HAS_ACCOUNT if accounts.account_of_organisation(session, organisation.id) else None


@dataclass(frozen=True)
class Applications:
    """`automatic` decides at once, without an officer."""

    audit: Audit
    automatic: bool

    def apply(self, session: Session, subject: str, number: str, now: datetime) -> Outcome:
        """Keep an application that the law allows; refuse any other at once."""
        organisation = accounts.organisation_by_number(session, number)
        refusal = ground(session, subject, organisation, now)
        made = None if refusal or organisation is None else _keep(session, subject, organisation, now)
        if made is None:
            refusal = refusal or Refusal.BEING_EXAMINED
            self._record(session, "organisation.application_refused", subject, number, now, reason=refusal.value)
            return Outcome(refusal=refusal)
        details = {"application": made.id, "due_on": made.due_on.isoformat()}
        self._record(session, "organisation.applied", subject, number, now, **details)
        return self.decide(session, made.id, AUTOMATIC, now) if self.automatic else Outcome(made.id)

    def waiting(self, session: Session) -> Sequence[OrganisationApplication]:
        """The officers' queue, the first due first."""
        return store.waiting(session)

    def decide(
        self, session: Session, application_id: str, decided_by: str, now: datetime, refusal: Refusal | None = None
    ) -> Outcome:
        """One decision, for good. What the law forbids by now is refused whatever the officer said.

        Raises AlreadyDecided.
        """
        found = store.application(session, application_id)
        if found is None:
            raise AlreadyDecided
        refusal = refusal or ground(session, found.subject, found.organisation, now)
        if not store.decide(session, found.id, refusal, decided_by, now):
            raise AlreadyDecided
        if refusal is None and not _open(session, found.organisation_id, now):
            refusal = Refusal.HAS_ACCOUNT
            store.overrule(session, found.id, refusal)
        event = "organisation.application_refused" if refusal else "organisation.application_approved"
        details = {"application": found.id, "reason": refusal.value if refusal else "", "by": decided_by}
        self._record(session, event, found.subject, found.organisation.number, now, **details)
        return Outcome(found.id, refusal)

    def activate(self, session: Session, subject: str, number: str, now: datetime) -> bool:
        """The representative takes the account into use (domain: activation follows the notice)."""
        organisation = accounts.organisation_by_number(session, number)
        if organisation is None or ground(session, subject, organisation, now) is not Refusal.HAS_ACCOUNT:
            return False
        if not store.activate(session, organisation.id):
            return False
        self._record(session, "organisation.activated", subject, number, now)
        return True

    def _record(
        self, session: Session, event: str, subject: str, number: str, now: datetime, **details: object
    ) -> None:
        told = {"organisation": number, **details}
        self.audit.record(session, event=event, subject=subject, client_id=None, details=told, now=now)


def _keep(
    session: Session, subject: str, organisation: Organisation, now: datetime
) -> OrganisationApplication | None:
    """None where one waits already; the index decides between two at once."""
    made = OrganisationApplication(
        id=secrets.token_hex(16),
        organisation_id=organisation.id,
        subject=subject,
        state="waiting",
        applied_at=now,
        due_on=calendar.due_day(now, WORKING_DAYS),
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return None
    return made


def _open(session: Session, organisation_id: str, now: datetime) -> bool:
    """The account, without any level (art. 7); False where another was faster."""
    account = Account(
        subject=secrets.token_hex(16),
        organisation_id=organisation_id,
        identity_level=None,
        state=State.ISSUED.value,
        opened_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        return False
    return True
