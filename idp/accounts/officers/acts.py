"""What officers do to an account: locks and their lifting (Decree 69/2024/ND-CP art. 15), each recorded.

All runs in the caller's transaction, on an account locked against other writers.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp import sessions
from idp.accounts import states
from idp.accounts import store as accounts
from idp.accounts.applications import store as applications
from idp.accounts.levels import HolderKind
from idp.accounts.models import Account
from idp.accounts.officers import store
from idp.accounts.officers.models import OfficerLookUp, OfficerOrganisationLookUp, OfficerRequest
from idp.accounts.officers.signing_in import Present
from idp.accounts.organisations import mandates
from idp.accounts.organisations import store as organisations
from idp.accounts.ports import AccountServices
from idp.accounts.states import (
    LOCK_RULES,
    CannotLock,
    CannotUnlock,
    LockedBy,
    LockReason,
    State,
    standing,
)

#: An expired card locks by itself; a request of an authority takes two officers.
NOT_BY_ONE_OFFICER = frozenset({LockReason.CARD_EXPIRED, LockReason.AUTHORITY_REQUEST})


LookUp = OfficerLookUp | OfficerOrganisationLookUp


class GroundStands(CannotUnlock):
    """The register still holds what the lock rests on."""


class FourEyes(Exception):
    """This takes a second officer, or is already decided."""


def reasons_for(holder: str) -> list[LockReason]:
    """What one officer may lock this holder's account for."""
    kind = HolderKind(holder)
    return [
        reason for reason, rule in LOCK_RULES.items() if kind in rule.holders and reason not in NOT_BY_ONE_OFFICER
    ]


@dataclass(frozen=True)
class Acts:
    """The acts, with what they need."""

    services: AccountServices

    def lock(
        self,
        session: Session,
        officer: Present,
        found: LookUp,
        subject: str,
        reason: LockReason,
        now: datetime,
    ) -> None:
        """Raises CannotLock, or FourEyes where one officer does not suffice."""
        if reason in NOT_BY_ONE_OFFICER:
            raise FourEyes
        self._lock(session, _account(session, subject), reason, now)
        self._record(session, "account.locked", subject, officer, found.purpose, found.case_number, reason, now)

    def unlock(self, session: Session, officer: Present, found: LookUp, subject: str, now: datetime) -> None:
        """Raises CannotUnlock, or FourEyes for a lock that an authority asked for."""
        account = _account(session, subject)
        reason = standing(account, now).reason
        if reason is LockReason.AUTHORITY_REQUEST:
            raise FourEyes
        self._unlock(session, account, now)
        self._record(session, "account.unlocked", subject, officer, found.purpose, found.case_number, reason, now)

    def ask(self, session: Session, officer: Present, found: LookUp, subject: str, now: datetime) -> OfficerRequest:
        """Ask a second officer to lock, or to unlock, at an authority's request."""
        account = _account(session, subject)
        kind = "unlock" if account.lock_reason == LockReason.AUTHORITY_REQUEST else "lock"
        if kind == "lock" and account.state not in (State.ACTIVE, State.ISSUED):
            raise CannotLock(f"an account that is {account.state} cannot be locked")
        row = OfficerRequest(
            id=uuid.uuid4().hex, subject=subject, open_of=subject, kind=kind, state="open", purpose=found.purpose,
            case_number=found.case_number, asked_by=officer.officer_id or "", asked_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        self._record(
            session, f"officer.{kind}_asked", subject, officer, found.purpose, found.case_number,
            LockReason.AUTHORITY_REQUEST, now,
        )  # fmt: skip
        return row

    def decide(self, session: Session, officer: Present, request_id: str, approve: bool, now: datetime) -> None:
        """The second pair of eyes. Raises FourEyes, CannotLock or CannotUnlock."""
        state = "approved" if approve else "refused"
        if not store.decide_request(session, request_id, state, officer.officer_id or "", now):
            raise FourEyes
        row = store.request(session, request_id)
        if row is None:
            raise FourEyes
        if approve and row.kind == "lock":
            self._lock(session, _account(session, row.subject), LockReason.AUTHORITY_REQUEST, now)
        elif approve:
            self._unlock(session, _account(session, row.subject), now)
        done = {"lock": "account.locked", "unlock": "account.unlocked"}[row.kind]
        event = done if approve else f"officer.{row.kind}_request_refused"
        reason = LockReason.AUTHORITY_REQUEST
        self._record(
            session, event, row.subject, officer, row.purpose, row.case_number, reason, now, asked_by=row.asked_by
        )

    # --- parts ---------------------------------------------------------------------------------------
    def _lock(self, session: Session, account: Account, reason: LockReason, now: datetime) -> None:
        if account.state == State.LOCKED and account.lock_reason == LockReason.OWN_REQUEST:
            # Else the holder could lift by herself what the authority locks for: her own lock gives way.
            states.unlock(account, LockedBy.AUTHORITY)
        states.lock(account, reason, LockedBy.AUTHORITY, now)
        for present in sessions.of(session, account.subject, now):
            self.services.access.end_browser_session(session, present.id, now)
        sessions.end_all_of(session, account.subject)
        # Nobody signs in as an organisation: what ends is what its people were granted for it.
        for row in organisations.representing(session, account.organisation_id or ""):
            person = accounts.account_of_person(session, row.person_id)
            if person is not None:
                self.services.access.end_acting(session, person.subject, account.subject, now)

    def _unlock(self, session: Session, account: Account, now: datetime) -> None:
        entry = applications.by_person(session, account.person_id) if account.person_id else None
        if entry is not None and account.lock_reason in entry.marks | _also(entry.marks):
            raise GroundStands(f"the register still says {account.lock_reason}")
        gone = account.organisation is not None and mandates.dissolved(account.organisation, now)
        if gone and account.lock_reason == LockReason.DISSOLVED:
            raise GroundStands("the register still says dissolved")
        states.unlock(account, LockedBy.AUTHORITY)

    def _record(
        self, session: Session, event: str, subject: str, officer: Present, purpose: str, case: str,
        reason: LockReason | None, now: datetime, **more: object,
    ) -> None:  # fmt: skip
        details: Mapping[str, object] = {
            "officer": officer.officer_id, "purpose": purpose, "case": case, "reason": reason and reason.value,
            **more,
        }  # fmt: skip
        self.services.audit.record(session, event=event, subject=subject, client_id=None, details=details, now=now)


def _account(session: Session, subject: str) -> Account:
    account = applications.locked_account(session, subject)
    if account is None:
        raise CannotLock("there is no such account")
    return account


def _also(marks: frozenset[str]) -> frozenset[str]:
    """The register's word for a death is not the lock's."""
    return frozenset({LockReason.DEATH.value}) if "deceased" in marks else frozenset()
