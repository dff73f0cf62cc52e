"""Deciding an application: the account is issued and its activation code sent, or the reason is told.

All runs in the caller's transaction; one UPDATE decides who decides.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.accounts import store as accounts
from idp.accounts.applications import codes, messages, store
from idp.accounts.applications.deadlines import Case, due_on
from idp.accounts.applications.models import AccountActivation, AccountApplication
from idp.accounts.applications.refusals import Refusal
from idp.accounts.models import Account
from idp.accounts.ports import AccountServices
from idp.accounts.states import State, standing

ACTIVATE_WITHIN = timedelta(days=7)
SYSTEM = "system"


class AlreadyDecided(Exception):
    """Somebody else was faster, or the account has moved on since."""


class NotUsable(Exception):
    """The account is locked, closed or its card has expired: no level 2 is reached from there (attack 5)."""


@dataclass(frozen=True)
class Granting:
    """The decisions, with what they need."""

    services: AccountServices

    def receive(
        self, session: Session, person_id: str, case: Case, phone_number: str, email: str | None, now: datetime
    ) -> AccountApplication:
        """Take in an application. Raises IntegrityError where one of this level is open."""
        row = AccountApplication(
            id=uuid.uuid4().hex, receipt=codes.new_receipt(now), person_id=person_id,
            open_of=store.open_key(person_id, case.level), level=case.level, state="received",
            phone_number=phone_number, email=email, received_at=now, due_on=due_on(case, now),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    def approve_level_1(self, session: Session, row: AccountApplication, by: str, now: datetime) -> None:
        """Issue the account and send its activation code. Raises AlreadyDecided."""
        account = self._decided(session, row, "approved", by, None, now)
        if account.state != State.PENDING_VERIFICATION or account.person is None:
            raise AlreadyDecided("the account is not waiting for a decision")
        account.state = State.ISSUED.value
        if account.person.phone_number is None:
            account.person.phone_number = row.phone_number
        self._record(session, "application.approved", row, account, by, now)
        self.send_code(session, account, row.phone_number, now)

    def refuse(self, session: Session, row: AccountApplication, reason: Refusal, by: str, now: datetime) -> None:
        """Refuse by the law's reason; an account that was only prepared is gone. Raises AlreadyDecided."""
        account = self._decided(session, row, "refused", by, reason, now)
        self._record(session, "application.refused", row, account, by, now)
        messages.refused(session, self.services, row, now)
        if account.state == State.PENDING_VERIFICATION:
            session.delete(account)

    def raise_to_level_2(self, session: Session, row: AccountApplication, by: str, now: datetime) -> None:
        """After the checks at the counter. Raises AlreadyDecided or NotUsable."""
        account = self._decided(session, row, "approved", by, None, now)
        if standing(account, now).state not in (State.ISSUED, State.ACTIVE):
            raise NotUsable(f"an account that is {standing(account, now).state} is not raised")
        account.identity_level = 2
        self._record(session, "application.approved", row, account, by, now)
        messages.raised(session, self.services, row, now)

    def send_code(self, session: Session, account: Account, phone_number: str, now: datetime) -> str:
        """A new activation code; an older one is void from now on."""
        code = codes.new_code()
        row = session.get(AccountActivation, account.subject) or AccountActivation(subject=account.subject)
        row.code_hash, row.expires_at = codes.code_hash(code), now + ACTIVATE_WITHIN
        row.ticket_hash = row.password_hash = row.passcode_hash = row.seed = row.ticket_expires_at = None
        session.add(row)
        messages.activation_code(session, self.services, phone_number, code, row.expires_at, now)
        self.services.audit.record(
            session, event="activation.code_sent", subject=account.subject, client_id=None, details={}, now=now
        )
        return code

    # --- parts ---------------------------------------------------------------------------------------
    def _decided(
        self, session: Session, row: AccountApplication, state: str, by: str, reason: Refusal | None, now: datetime
    ) -> Account:
        if not store.decide(session, row.id, state, by, reason.value if reason else None, now):
            raise AlreadyDecided(f"application {row.receipt} is decided already")
        session.refresh(row)
        found = accounts.account_of_person(session, row.person_id)
        account = store.locked_account(session, found.subject) if found else None
        if account is None:
            raise AlreadyDecided("there is no account any more")
        return account

    def _record(
        self, session: Session, event: str, row: AccountApplication, account: Account, by: str, now: datetime
    ) -> None:
        details = {"receipt": row.receipt, "level": row.level, "decided_by": by, "reason": row.refusal}
        self.services.audit.record(
            session, event=event, subject=account.subject, client_id=None, details=details, now=now
        )
