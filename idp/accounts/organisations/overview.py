"""What a person's page on organisations shows: those she is recorded for, and how each one's account stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from idp.accounts import names
from idp.accounts import store as accounts
from idp.accounts.models import Organisation
from idp.accounts.organisations import mandates, store
from idp.accounts.organisations.mandates import Role
from idp.accounts.states import State, standing

#: How an account stands, beside the states of `idp.accounts.states`.
NONE, DISSOLVED = "none", "dissolved"


@dataclass(frozen=True)
class Represented:
    """An organisation of hers. `state` is its account's, or that it has none, or that it is dissolved."""

    number: str
    name: str
    role: str
    state: str
    waiting: bool = False

    @property
    def can_apply(self) -> bool:
        return self.role == Role.LEGAL_REPRESENTATIVE and self.state == NONE and not self.waiting

    @property
    def can_activate(self) -> bool:
        return self.role == Role.LEGAL_REPRESENTATIVE and self.state == State.ISSUED


@dataclass(frozen=True)
class Applied:
    """An application of hers."""

    id: str
    name: str
    state: str
    refusal: str | None
    applied_at: datetime
    due_on: date


@dataclass(frozen=True)
class Member:
    """Somebody authorised to act; the number is masked, the name as the register has it."""

    person_id: str
    name: str
    number: str
    since: datetime | None


def represented(session: Session, subject: str, now: datetime) -> list[Represented]:
    account = accounts.account(session, subject)
    if account is None or account.person is None:
        return []
    return [
        Represented(
            row.organisation.number,
            names.nfc(row.organisation.name),
            row.role,
            _state(session, row.organisation, now),
            store.waiting_of(session, row.organisation.id) is not None,
        )
        for row in store.representations_of(session, account.person.id)
    ]


def applied(session: Session, subject: str) -> list[Applied]:
    return [
        Applied(row.id, names.nfc(row.organisation.name), row.state, row.refusal, row.applied_at, row.due_on)
        for row in store.applications_of(session, subject)
    ]


def staff(session: Session, number: str) -> list[Member]:
    organisation = accounts.organisation_by_number(session, number)
    rows = store.staff_of(session, organisation.id) if organisation else ()
    return [Member(row.person_id, names.nfc(row.person.full_name), _masked(row.person.personal_id_number),
                   row.authorised_at) for row in rows]  # fmt: skip


def person_id(session: Session, subject: str) -> str | None:
    account = accounts.account(session, subject)
    return account.person_id if account else None


def _state(session: Session, organisation: Organisation, now: datetime) -> str:
    if mandates.dissolved(organisation, now):
        return DISSOLVED
    account = accounts.account_of_organisation(session, organisation.id)
    return NONE if account is None else standing(account, now).state.value


def _masked(number: str) -> str:
    return f"{number[:3]}••••••{number[-3:]}"
