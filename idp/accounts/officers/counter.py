"""Deciding applications at the counter: level 1 by the register, level 2 by card, face and fingerprints in person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.accounts import store as accounts
from idp.accounts.applications import refusals
from idp.accounts.applications import store as applications
from idp.accounts.applications.deadlines import Case
from idp.accounts.applications.granting import AlreadyDecided, Granting, NotUsable
from idp.accounts.applications.models import AccountApplication
from idp.accounts.applications.refusals import Refusal
from idp.accounts.applications.store import RegisterEntry
from idp.accounts.levels import HolderKind, legal_day
from idp.accounts.models import Account
from idp.accounts.officers import roles
from idp.accounts.officers.models import OfficerLookUp
from idp.accounts.officers.signing_in import Present
from idp.accounts.ports import AccountServices
from idp.accounts.states import State, paper_valid, standing

CHECKS = ("card", "face", "fingerprints")


class LawRefuses(Exception):
    """The register and the law stand against it; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class OtherPolice(Exception):
    """A citizen's account is the commune police's to decide, a foreigner's the immigration police's (art. 10, 11)."""


class ChecksMissing(Exception):
    """Card, face and fingerprints are all checked, or nothing is raised (Decree 69/2024/ND-CP art. 10)."""


class NothingOpen(Exception):
    """There is no application to decide, or no account to act on."""


@dataclass(frozen=True)
class Counter:
    """The acts at the counter; all run in the caller's transaction."""

    services: AccountServices

    def receive_level_2(
        self, session: Session, officer: Present, found: OfficerLookUp, now: datetime
    ) -> AccountApplication:
        """Take in an application for level 2.

        Raises OtherPolice, NothingOpen or LawRefuses; IntegrityError for a second one.
        """
        account = self._account(session, found)
        entry = applications.by_person(session, found.person_id)
        if account.identity_level != 1 or entry is None:
            raise NothingOpen
        _check_whose(officer, entry)
        if standing(account, now).state not in (State.ISSUED, State.ACTIVE):
            raise NotUsable(f"an account that is {standing(account, now).state} is not raised")
        paper = entry.person.paper
        valid = paper is not None and paper_valid(paper.expires_on, legal_day(now))
        on_file = entry.passport is not None and entry.passport.biometrics_taken_on is not None
        case = Case(HolderKind(entry.person.kind), 2, valid_card=valid, biometrics_on_file=on_file)
        phone = entry.person.phone_number or ""
        row = Granting(self.services).receive(session, found.person_id, case, phone, entry.person.email, now)
        details = {"receipt": row.receipt, "level": 2}
        self.services.audit.record(
            session, event="application.received", subject=account.subject, client_id=None, details=details, now=now
        )
        return row

    def approve(
        self,
        session: Session,
        officer: Present,
        found: OfficerLookUp,
        level: int,
        checks: frozenset[str],
        now: datetime,
    ) -> None:
        """Raises OtherPolice, LawRefuses, ChecksMissing, NothingOpen, AlreadyDecided or NotUsable."""
        row = self._open(session, found, level)
        entry = self._entry(session, officer, found)
        # Day and register may have changed since she applied. A child's guardian applied before the account was made.
        reason = refusals.by_the_register(entry, level, legal_day(now), guardian_applies=level == 2)
        if reason is not None:
            raise LawRefuses(reason)
        granting, by = Granting(self.services), officer.officer_id or ""
        if level == 1:
            granting.approve_level_1(session, row, by, now)
            return
        if not checks.issuperset(CHECKS):
            raise ChecksMissing
        granting.raise_to_level_2(session, row, by, now)

    def refuse(
        self, session: Session, officer: Present, found: OfficerLookUp, level: int, reason: Refusal, now: datetime
    ) -> None:
        """Raises OtherPolice, NothingOpen or AlreadyDecided."""
        row = self._open(session, found, level)
        self._entry(session, officer, found)
        Granting(self.services).refuse(session, row, reason, officer.officer_id or "", now)

    def send_code(self, session: Session, officer: Present, found: OfficerLookUp, now: datetime) -> str:
        """A new activation code for an account that was not activated in time. Raises OtherPolice or NothingOpen."""
        account = self._account(session, found)
        self._entry(session, officer, found)
        if account.state != State.ISSUED or account.person is None:
            raise NothingOpen
        return Granting(self.services).send_code(session, account, account.person.phone_number or "", now)

    def _open(self, session: Session, found: OfficerLookUp, level: int) -> AccountApplication:
        row = applications.open_application_of(session, found.person_id, level)
        if row is None:
            raise NothingOpen
        return row

    def _entry(self, session: Session, officer: Present, found: OfficerLookUp) -> RegisterEntry:
        entry = applications.by_person(session, found.person_id)
        if entry is None:
            raise NothingOpen
        _check_whose(officer, entry)
        return entry

    def _account(self, session: Session, found: OfficerLookUp) -> Account:
        account = accounts.account_of_person(session, found.person_id)
        if account is None:
            raise NothingOpen
        return account


def _check_whose(officer: Present, entry: RegisterEntry) -> None:
    if HolderKind(entry.person.kind) not in roles.office(officer.office).holders:
        raise OtherPolice


__all__ = [
    "CHECKS",
    "AlreadyDecided",
    "ChecksMissing",
    "Counter",
    "LawRefuses",
    "NotUsable",
    "NothingOpen",
    "OtherPolice",
]
