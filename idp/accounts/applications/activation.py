"""Activating an issued account: code from the message, password, passcode, one-time codes; then it is active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from idp import throttling
from idp.accounts import one_time_codes, secret_rules
from idp.accounts import store as accounts
from idp.accounts.applications import codes, store
from idp.accounts.models import Account, Authenticator
from idp.accounts.ports import AccountServices
from idp.accounts.secret_rules import About, Weak
from idp.throttling import Attempt, Key, Policy

ACTIVATION = Policy("activation", (0, 0, 0, 5, 30, 300, 900), timedelta(days=1))
FIRST_CODE = Policy("activation-one-time-code", (0, 0, 0, 5, 30, 300), timedelta(days=1))
TICKET_LIFE = timedelta(minutes=30)


class Problem(StrEnum):
    """Why a step did not succeed. WRONG: number and code do not belong together, whichever is wrong."""

    WRONG = "wrong"
    WAIT = "wait"
    EXPIRED = "expired"
    OVER = "over"


@dataclass(frozen=True)
class Failed:
    problem: Problem
    until: datetime | None = None


@dataclass(frozen=True)
class Opened:
    """The activation is this browser's for half an hour: whoever has the ticket goes on."""

    ticket: str


@dataclass(frozen=True)
class At:
    """How far the activation with this ticket is. `seed` is what the phone takes in."""

    subject: str
    about: About
    secrets_set: bool
    seed: str


@dataclass(frozen=True)
class Activation:
    """The steps; no method may be called inside a transaction."""

    services: AccountServices

    def open(self, personal_id_number: str, code: str, address: str, now: datetime) -> Opened | Failed:
        """Number and code from the message."""
        keys = (Key(ACTIVATION, personal_id_number), throttling.address_key(address))
        attempt = self._reserve(keys, now)
        if not attempt.allowed:
            return Failed(Problem.WAIT, attempt.until)
        code_hash, ticket = codes.code_hash(code), codes.new_ticket()
        with self.services.db.begin() as session:
            row = store.activation_by_number(session, personal_id_number, code_hash)
            if row is None:
                self._record(session, "activation.refused", None, now)
                return Failed(Problem.WRONG)
            throttling.succeed(session, *keys)
            if row.expires_at <= now:
                self._record(session, "activation.expired", row.subject, now)
                return Failed(Problem.EXPIRED)
            values = {
                "ticket_hash": codes.hashed(ticket),
                "ticket_expires_at": now + TICKET_LIFE,
                "seed": one_time_codes.seal(self.services.at_rest, row.subject, one_time_codes.new_seed()),
                "password_hash": None,
                "passcode_hash": None,
            }
            if not store.open_activation(session, row.subject, code_hash, values):
                return Failed(Problem.WRONG)
            self._record(session, "activation.opened", row.subject, now)
        return Opened(ticket)

    def at(self, ticket: str, now: datetime) -> At | None:
        """Where this ticket stands, or None where it is over."""
        with self.services.db.read() as session:
            row = store.activation_by_ticket(session, codes.hashed(ticket), now)
            account = accounts.account(session, row.subject) if row else None
            if row is None or row.seed is None or account is None or account.person is None:
                return None
            person = account.person
            entry = store.by_person(session, person.id)
            if entry is None or entry.marks:  # she died, or the card was revoked, since the account was issued
                return None
            about = About(person.personal_id_number, person.full_name, person.birthdate, person.phone_number)
            seed = one_time_codes.unseal(self.services.at_rest, row.subject, row.seed)
            return At(row.subject, about, row.password_hash is not None, seed)

    def set_secrets(self, ticket: str, password: str, passcode: str, now: datetime) -> dict[str, Weak] | Failed:
        """Keep both, hashed; returns what is wrong with either (empty: they are taken)."""
        found = self.at(ticket, now)
        if found is None:
            return Failed(Problem.OVER)
        checks = {
            "password": secret_rules.password(password, found.about),
            "passcode": secret_rules.passcode(passcode, found.about),
        }
        weak = {name: problem for name, problem in checks.items() if problem is not None}
        if weak:
            return weak
        hasher = self.services.hasher
        values = {"password_hash": hasher.hash(password), "passcode_hash": hasher.hash(passcode)}
        with self.services.db.begin() as session:
            kept = store.keep_secrets(session, codes.hashed(ticket), values, now)
        return {} if kept else Failed(Problem.OVER)

    def finish(self, ticket: str, code: str, address: str, now: datetime) -> Failed | None:
        """The phone's first code shows that it took the seed in; from now on the account is active."""
        found = self.at(ticket, now)
        if found is None or not found.secrets_set:
            return Failed(Problem.OVER)
        keys = (Key(FIRST_CODE, found.subject), throttling.address_key(address))
        attempt = self._reserve(keys, now)
        if not attempt.allowed:
            return Failed(Problem.WAIT, attempt.until)
        step = one_time_codes.matching_step(found.seed, code, now)
        if step is None:
            return Failed(Problem.WRONG)
        with self.services.db.begin() as session:
            throttling.succeed(session, *keys)
            return None if self._activate(session, ticket, step, now) else Failed(Problem.OVER)

    # --- parts ---------------------------------------------------------------------------------------
    def _activate(self, session: Session, ticket: str, step: int, now: datetime) -> bool:
        ticket_hash = codes.hashed(ticket)
        row = store.activation_by_ticket(session, ticket_hash, now)
        if row is None:
            return False
        kept = (row.subject, row.password_hash, row.passcode_hash, row.seed)
        if not (store.finish_activation(session, ticket_hash, now) and store.activate(session, kept[0])):
            return False
        account = session.get(Account, kept[0], populate_existing=True)
        if account is None:
            return False
        secrets = account.authenticator or Authenticator()
        account.authenticator = secrets
        secrets.password_hash, secrets.passcode_hash, secrets.one_time_code_seed = kept[1:]
        secrets.one_time_code_step = step  # the code just shown is used up (RFC 6238 5.2)
        self._record(session, "activation.done", kept[0], now)
        return True

    def _reserve(self, keys: Sequence[Key], now: datetime) -> Attempt:
        with self.services.db.begin() as session:
            return throttling.reserve(session, keys, now)

    def _record(self, session: Session, event: str, subject: str | None, now: datetime) -> None:
        self.services.audit.record(session, event=event, subject=subject, client_id=None, details={}, now=now)
