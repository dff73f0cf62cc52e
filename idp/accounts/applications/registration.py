"""Registering oneself for level 1 (Decree 69/2024/ND-CP art. 10 and 11).

Whoever does not prove every fact learns one thing only: that it did not fit. The law's reasons against an account are
told to whom all facts fit, as a locked account is told to whom the password is right.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import throttling
from idp.accounts import store as accounts
from idp.accounts.applications import comparing, refusals, store
from idp.accounts.applications.comparing import Claimed
from idp.accounts.applications.deadlines import Case
from idp.accounts.applications.granting import SYSTEM, Granting
from idp.accounts.applications.refusals import Refusal
from idp.accounts.applications.store import RegisterEntry
from idp.accounts.levels import HolderKind, legal_day
from idp.accounts.models import Account
from idp.accounts.ports import AccountServices
from idp.accounts.states import State
from idp.throttling import Key, Policy

REGISTRATION = Policy("registration", (0, 0, 0, 5, 30, 300, 900), timedelta(days=1))


@dataclass(frozen=True)
class Received:
    """Taken in; decided at once where the setting says so."""

    receipt: str
    due_on: date


@dataclass(frozen=True)
class Refused:
    reason: Refusal


@dataclass(frozen=True)
class Wait:
    until: datetime | None


@dataclass(frozen=True)
class Registration:
    """Applications that people make themselves."""

    services: AccountServices

    def apply(self, claimed: Claimed, address: str, now: datetime) -> Received | Refused | Wait:
        """Never inside a transaction: attempts are counted in one of their own."""
        keys = (Key(REGISTRATION, claimed.throttled_by), throttling.address_key(address))
        with self.services.db.begin() as session:
            attempt = throttling.reserve(session, keys, now)
        if not attempt.allowed:
            return Wait(attempt.until)
        try:
            with self.services.db.begin() as session:
                answer = self._answer(session, claimed, now)
                if not (isinstance(answer, Refused) and answer.reason is Refusal.MISMATCH):
                    throttling.succeed(session, *keys)
                return answer
        except IntegrityError:  # two applications of one person at once: the other one is being examined
            return Refused(Refusal.BEING_EXAMINED)

    def _answer(self, session: Session, claimed: Claimed, now: datetime) -> Received | Refused:
        entry = _find(session, claimed)
        if entry is None or not comparing.is_same_person(claimed, entry):
            # Whom it was about stays out of the record's subject: the applicant proved nothing of her.
            self._record(session, "application.mismatch", None, {"holder": claimed.holder.value}, now)
            return Refused(Refusal.MISMATCH)
        account = accounts.account_of_person(session, entry.person.id)
        reason = refusals.by_the_register(entry, 1, legal_day(now)) or refusals.by_the_account(account)
        if reason is not None:
            subject = account.subject if account else None
            self._record(session, "application.refused", subject, {"reason": reason.value, "level": 1}, now)
            return Refused(reason)
        return self._received(session, claimed, entry, now)

    def _received(self, session: Session, claimed: Claimed, entry: RegisterEntry, now: datetime) -> Received:
        account = Account(
            subject=uuid.uuid4().hex, person_id=entry.person.id, identity_level=1,
            state=State.PENDING_VERIFICATION.value, opened_at=now,
        )  # fmt: skip
        session.add(account)
        session.flush()
        granting = Granting(self.services)
        case = Case(HolderKind(entry.person.kind), 1)
        row = granting.receive(session, entry.person.id, case, claimed.phone_number, claimed.email, now)
        self._record(session, "application.received", account.subject, {"receipt": row.receipt, "level": 1}, now)
        if not self.services.config.level_1_by_officer:
            granting.approve_level_1(session, row, SYSTEM, now)
        return Received(row.receipt, row.due_on)

    def _record(
        self, session: Session, event: str, subject: str | None, details: Mapping[str, object], now: datetime
    ) -> None:
        self.services.audit.record(session, event=event, subject=subject, client_id=None, details=details, now=now)


def _find(session: Session, claimed: Claimed) -> RegisterEntry | None:
    if claimed.holder is HolderKind.FOREIGNER:
        return store.by_passport(session, claimed.passport_number)
    return store.by_number(session, claimed.personal_id_number)
