"""Who may act for which organisation at one instant (Decree 69/2024/ND-CP art. 7 and 12).

Both accounts must be active and the organisation not dissolved. The person's own account must be of level 2: an
organisation's account was applied for from one, and is no way around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from idp.accounts import names
from idp.accounts import store as accounts
from idp.accounts.levels import legal_day
from idp.accounts.models import Account, Organisation
from idp.accounts.organisations import store
from idp.accounts.states import standing
from idp.audit.port import Audit
from idp.sessions import Authentication

LEVEL = 2


class Role(StrEnum):
    LEGAL_REPRESENTATIVE = "legal_representative"
    STAFF = "staff"


@dataclass(frozen=True)
class Mandate:
    """An organisation that a person may act for; `subject` is its account's."""

    subject: str
    number: str
    name: str
    role: str


def of(session: Session, subject: str, now: datetime) -> tuple[Mandate, ...]:
    """All of this person's mandates that can be used at `now`."""
    account = accounts.account(session, subject)
    if account is None or account.person is None or not strong_enough(account, now):
        return ()
    found = []
    for representation in store.representations_of(session, account.person.id):
        organisation = representation.organisation
        its = accounts.account_of_organisation(session, organisation.id)
        if its is not None and standing(its, now).usable and not dissolved(organisation, now):
            name = names.nfc(organisation.name)
            found.append(Mandate(its.subject, organisation.number, name, representation.role))
    return tuple(found)


def strong_enough(account: Account, now: datetime) -> bool:
    """A person's account that may act for an organisation or apply for one's account: level 2, and active."""
    return account.identity_level is not None and account.identity_level >= LEVEL and standing(account, now).usable


def dissolved(organisation: Organisation, now: datetime) -> bool:
    return organisation.dissolved_on is not None and organisation.dissolved_on <= legal_day(now)


@dataclass(frozen=True)
class SessionMandates:
    """Fills the web edge's port: a session acts for an organisation only as long as the mandate stands."""

    audit: Audit

    def holds(self, session: Session, authentication: Authentication, now: datetime) -> bool:
        found = of(session, authentication.subject, now)
        return any(mandate.subject == authentication.acting_for for mandate in found)

    def lapsed(self, session: Session, authentication: Authentication, now: datetime) -> None:
        self.audit.record(
            session,
            event="organisation.acting_ended",
            subject=authentication.subject,
            client_id=None,
            details={"organisation": authentication.acting_for, "reason": "mandate_ended"},
            now=now,
        )
