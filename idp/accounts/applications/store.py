"""Queries of the register as an applicant is compared with it, and of applications and activations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session, joinedload

from idp.accounts.applications.models import (
    AccountActivation,
    AccountApplication,
    MockMessage,
    Passport,
    RegisterMark,
)
from idp.accounts.models import Account, Person

MESSAGES_SHOWN = 20


@dataclass(frozen=True)
class RegisterEntry:
    """A person as the register knows her."""

    person: Person
    passport: Passport | None
    marks: frozenset[str]


@dataclass(frozen=True)
class ApplicationView:
    """An application as pages show it; it outlives its transaction."""

    id: str
    receipt: str
    level: int
    state: str
    phone_number: str
    received_at: datetime
    due_on: date
    decided_at: datetime | None
    refusal: str | None


@dataclass(frozen=True)
class Message:
    """A mock message as the demo's phone panel shows it."""

    phone_number: str
    text_vi: str
    text_en: str
    sent_at: datetime


def view(row: AccountApplication) -> ApplicationView:
    return ApplicationView(
        row.id, row.receipt, row.level, row.state, row.phone_number, row.received_at, row.due_on, row.decided_at,
        row.refusal,
    )  # fmt: skip


def by_number(session: Session, personal_id_number: str) -> RegisterEntry | None:
    """The citizen or foreigner with this number."""
    statement = select(Person).where(Person.personal_id_number == personal_id_number)
    return _entry(session, session.scalar(statement.options(joinedload(Person.paper))))


def by_passport(session: Session, number: str) -> RegisterEntry | None:
    """The foreigner with this passport."""
    statement = select(Person).join(Passport, Passport.person_id == Person.id).where(Passport.number == number)
    return _entry(session, session.scalar(statement.options(joinedload(Person.paper))))


def by_person(session: Session, person_id: str) -> RegisterEntry | None:
    """The person with this id."""
    statement = select(Person).where(Person.id == person_id)
    return _entry(session, session.scalar(statement.options(joinedload(Person.paper))))


def _entry(session: Session, person: Person | None) -> RegisterEntry | None:
    """The same two queries for a person that exists and for one that does not (attack 13)."""
    person_id = person.id if person is not None else ""
    passport = session.get(Passport, person_id)
    marks = session.scalars(select(RegisterMark.kind).where(RegisterMark.person_id == person_id)).all()
    return None if person is None else RegisterEntry(person, passport, frozenset(marks))


def locked_account(session: Session, subject: str) -> Account | None:
    """The account, locked against other writers until the transaction ends."""
    statement = select(Account).where(Account.subject == subject).with_for_update(of=Account)
    return session.scalar(statement.execution_options(populate_existing=True))


# --- applications ----------------------------------------------------------------------------------------
def application(session: Session, application_id: str) -> AccountApplication | None:
    return session.get(AccountApplication, application_id)


def by_receipt(session: Session, receipt: str) -> AccountApplication | None:
    return session.scalar(select(AccountApplication).where(AccountApplication.receipt == receipt))


def open_applications(session: Session) -> Sequence[ApplicationView]:
    """What waits for an officer, the most urgent first."""
    statement = select(AccountApplication).where(AccountApplication.state == "received")
    rows = session.scalars(statement.order_by(AccountApplication.due_on, AccountApplication.received_at))
    return [view(row) for row in rows]


def open_application_of(session: Session, person_id: str, level: int) -> AccountApplication | None:
    statement = select(AccountApplication).where(AccountApplication.open_of == open_key(person_id, level))
    return session.scalar(statement)


def applied(session: Session, person_id: str, level: int) -> bool:
    """Whether she ever applied for this level, however that ended."""
    row = AccountApplication
    statement = select(row.id).where(row.person_id == person_id, row.level == level).limit(1)
    return session.scalar(statement) is not None


def open_key(person_id: str, level: int) -> str:
    """Unique among open applications."""
    return f"{person_id}/{level}"


def decide(
    session: Session, application_id: str, state: str, decided_by: str, refusal: str | None, now: datetime
) -> bool:
    """Decide an application that is open; False where somebody else has decided it."""
    return _one(
        session,
        update(AccountApplication)
        .where(AccountApplication.id == application_id, AccountApplication.state == "received")
        .values(state=state, decided_by=decided_by, decided_at=now, refusal=refusal, open_of=None),
    )


# --- activations -----------------------------------------------------------------------------------------
def activation_by_number(session: Session, personal_id_number: str, code_hash: str) -> AccountActivation | None:
    """The activation of this person's account that has this code and is not done."""
    statement = (
        select(AccountActivation)
        .join(Account, Account.subject == AccountActivation.subject)
        .join(Person, Person.id == Account.person_id)
        .where(Person.personal_id_number == personal_id_number, AccountActivation.code_hash == code_hash)
        .where(AccountActivation.done_at.is_(None), Account.state == "issued")
    )
    return session.scalar(statement)


def activation_by_ticket(session: Session, ticket_hash: str, now: datetime) -> AccountActivation | None:
    """The activation that this browser is at."""
    statement = select(AccountActivation).where(AccountActivation.ticket_hash == ticket_hash)
    statement = statement.where(AccountActivation.done_at.is_(None), AccountActivation.ticket_expires_at > now)
    return session.scalar(statement)


def open_activation(session: Session, subject: str, code_hash: str, values: dict[str, Any]) -> bool:
    """Give the activation to one browser; False where the code was replaced or used meanwhile."""
    return _one(
        session,
        update(AccountActivation)
        .where(AccountActivation.subject == subject, AccountActivation.code_hash == code_hash)
        .where(AccountActivation.done_at.is_(None))
        .values(**values),
    )


def keep_secrets(session: Session, ticket_hash: str, values: dict[str, str], now: datetime) -> bool:
    return _one(
        session,
        update(AccountActivation)
        .where(AccountActivation.ticket_hash == ticket_hash, AccountActivation.done_at.is_(None))
        .where(AccountActivation.ticket_expires_at > now)
        .values(**values),
    )


def finish_activation(session: Session, ticket_hash: str, now: datetime) -> bool:
    """Single use: the row count decides. What the row knew of secrets goes with it."""
    return _one(
        session,
        update(AccountActivation)
        .where(AccountActivation.ticket_hash == ticket_hash, AccountActivation.done_at.is_(None))
        .where(AccountActivation.ticket_expires_at > now)
        .values(done_at=now, ticket_hash=None, password_hash=None, passcode_hash=None, seed=None),
    )


def activate(session: Session, subject: str) -> bool:
    """From issued to active; False where the account is in any other state."""
    statement = update(Account).where(Account.subject == subject, Account.state == "issued")
    return _one(session, statement.values(state="active"))


# --- mock messages ---------------------------------------------------------------------------------------
def messages(session: Session) -> Sequence[Message]:
    statement = select(MockMessage).order_by(MockMessage.sent_at.desc(), MockMessage.id)
    rows = session.scalars(statement.limit(MESSAGES_SHOWN))
    return [Message(row.phone_number, row.text_vi, row.text_en, row.sent_at) for row in rows]


def _one(session: Session, statement: Update) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount == 1)  # type: ignore[attr-defined]
