"""Staff whom the legal representative lets act for the organisation, and the end of that.

Authorised is a person with an account of level 2 of her own, named by number and name together: one wrong answer for
all that does not fit, so that nobody's account can be found out (attack 13 of docs/specifications.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import throttling
from idp.accounts import names
from idp.accounts import store as accounts
from idp.accounts.authentication import may_sign_in
from idp.accounts.models import Account, Representation
from idp.accounts.organisations import mandates, store
from idp.accounts.organisations.mandates import Mandate, Role
from idp.accounts.ports import Access
from idp.audit.port import Audit
from idp.throttling import Key, Policy

TRIES = Policy("organisation-staff", (0, 0, 0, 0, 30, 300, 900), timedelta(days=1))


class Result(StrEnum):
    DONE = "done"
    NO_MATCH = "no_match"
    ALREADY = "already"
    WAIT = "wait"
    NOT_ALLOWED = "not_allowed"


def mandate(session: Session, subject: str, number: str, now: datetime) -> Mandate | None:
    """This person's own mandate for the organisation of this number."""
    return next((one for one in mandates.of(session, subject, now) if one.number == number), None)


@dataclass(frozen=True)
class Staff:
    audit: Audit
    access: Access

    def authorise(
        self, session: Session, subject: str, number: str, who: tuple[str, str], address: str, now: datetime
    ) -> Result:
        """`who`: personal identification number and full name. Only a legal representative may."""
        own = mandate(session, subject, number, now)
        if own is None or own.role != Role.LEGAL_REPRESENTATIVE:
            return Result.NOT_ALLOWED
        keys = (Key(TRIES, subject), throttling.address_key(address))
        if not throttling.reserve(session, keys, now).allowed:
            return Result.WAIT
        found = _matching(session, *who, now)
        organisation = accounts.organisation_by_number(session, number)
        if found is None or found.person_id is None or organisation is None:
            self._record(session, "organisation.staff_refused", subject, own, now)
            return Result.NO_MATCH
        throttling.succeed(session, *keys)
        row = Representation(
            organisation_id=organisation.id,
            person_id=found.person_id,
            role=Role.STAFF.value,
            authorised_by=subject,
            authorised_at=now,
        )
        if store.representation(session, organisation.id, found.person_id) is not None or not _add(session, row):
            return Result.ALREADY
        for each in (subject, found.subject):  # both see it in their history
            self._record(session, "organisation.staff_authorised", each, own, now, person=found.subject)
        return Result.DONE

    def end(self, session: Session, subject: str, number: str, person_id: str, now: datetime) -> Result:
        """By the legal representative, or by the staff member herself. What she was granted for it ends at once."""
        own, account = mandate(session, subject, number, now), accounts.account(session, subject)
        staff, organisation = (
            accounts.account_of_person(session, person_id),
            accounts.organisation_by_number(session, number),
        )
        if own is None or account is None or staff is None or organisation is None:
            return Result.NOT_ALLOWED
        if own.role != Role.LEGAL_REPRESENTATIVE and account.person_id != person_id:
            return Result.NOT_ALLOWED
        if not store.end_staff(session, organisation.id, person_id):
            return Result.NOT_ALLOWED
        self.access.end_acting(session, staff.subject, own.subject, now)
        for each in {subject, staff.subject}:
            self._record(session, "organisation.staff_ended", each, own, now, person=staff.subject)
        return Result.DONE

    def _record(
        self, session: Session, event: str, subject: str, own: Mandate, now: datetime, **details: object
    ) -> None:
        told = {"organisation": own.number, **details}
        self.audit.record(session, event=event, subject=subject, client_id=None, details=told, now=now)


def _matching(session: Session, personal_id_number: str, full_name: str, now: datetime) -> Account | None:
    account = accounts.account_by_number(session, personal_id_number)
    if account is None or account.person is None or not may_sign_in(account, now):
        return None
    if not mandates.strong_enough(account, now):
        return None
    return account if account.person.name_key == names.key(full_name) else None


def _add(session: Session, row: Representation) -> bool:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # two windows at once
        return False
    return True
