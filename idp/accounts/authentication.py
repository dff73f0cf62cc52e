"""Checking who is there: password, passcode, one-time code. Throttled, and alike for numbers that exist or not.

No method may be called inside a transaction: attempts are counted, and failures committed, in their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp import throttling
from idp.accounts import levels, one_time_codes, store
from idp.accounts.hashing import SecretHasher
from idp.accounts.models import Account
from idp.accounts.ports import Audit
from idp.accounts.states import Standing, standing
from idp.db import Database
from idp.encryption import AtRest
from idp.throttling import Attempt, Key


class Result(StrEnum):
    """How a check ended. LOCKED is told only to whoever proved the secret or is already signed in."""

    OK = "ok"
    WRONG = "wrong"
    WAIT = "wait"
    LOCKED = "locked"


@dataclass(frozen=True)
class Outcome:
    """`remaining` attempts to the lock-out (WRONG); `until` when to try again (WAIT); `standing` why (LOCKED)."""

    result: Result
    subject: str | None = None
    remaining: int | None = None
    until: datetime | None = None
    standing: Standing | None = None

    @property
    def ok(self) -> bool:
        return self.result is Result.OK


@dataclass(frozen=True)
class Authentication:
    """The checks, with what they need."""

    db: Database
    hasher: SecretHasher
    at_rest: AtRest
    audit: Audit

    def check_password(self, personal_id_number: str, password: str, address: str, now: datetime) -> Outcome:
        """Number and password. An unknown number, a holder without sign-in and a wrong password look the same."""
        keys = (Key(throttling.PASSWORD, personal_id_number), throttling.address_key(address))
        attempt = self._reserve(keys, now)
        if not attempt.allowed:
            return Outcome(Result.WAIT, until=attempt.until)
        with self.db.read() as session:
            account = store.account_by_number(session, personal_id_number)
        stored = _password_hash(account, now)
        if not self.hasher.verify(stored, password) or account is None or stored is None:
            return self._wrong(account and account.subject, "password", attempt, now)
        self._rehash(account.subject, "password_hash", stored, password)
        return self._right(account, "password", keys, now)

    def check_passcode(self, subject: str, passcode: str, address: str, now: datetime) -> Outcome:
        """The 6-digit passcode of somebody already known."""
        keys = (Key(throttling.PASSCODE, subject), throttling.address_key(address))
        account, refused, attempt = self._second_factor(subject, keys, now)
        if refused is not None or account is None:
            return refused or Outcome(Result.WRONG)
        stored = account.authenticator.passcode_hash if account.authenticator else None
        if not self.hasher.verify(stored, passcode) or stored is None:
            return self._wrong(subject, "passcode", attempt, now)
        self._rehash(subject, "passcode_hash", stored, passcode)
        return self._right(account, "passcode", keys, now)

    def check_one_time_code(self, subject: str, code: str, address: str, now: datetime) -> Outcome:
        """A code of the phone (RFC 6238). Each time step is good once (5.2)."""
        keys = (Key(throttling.ONE_TIME_CODE, subject), throttling.address_key(address))
        account, refused, attempt = self._second_factor(subject, keys, now)
        if refused is not None or account is None:
            return refused or Outcome(Result.WRONG)
        step = self._code_step(account, code, now)
        if step is None:
            return self._wrong(subject, "one_time_code", attempt, now)
        with self.db.begin() as session:
            fresh = store.use_code_step(session, subject, step)
        if not fresh:
            return self._wrong(subject, "one_time_code", attempt, now)
        return self._right(account, "one_time_code", keys, now)

    # --- parts ---------------------------------------------------------------------------------------
    def _reserve(self, keys: Sequence[Key], now: datetime) -> Attempt:
        with self.db.begin() as session:
            return throttling.reserve(session, keys, now)

    def _second_factor(
        self, subject: str, keys: Sequence[Key], now: datetime
    ) -> tuple[Account | None, Outcome | None, Attempt]:
        with self.db.read() as session:
            account = store.account(session, subject)
        if account is None:
            return None, Outcome(Result.WRONG, subject), Attempt(False)
        stands = standing(account, now)
        if not stands.usable:
            return account, Outcome(Result.LOCKED, subject, standing=stands), Attempt(False)
        attempt = self._reserve(keys, now)
        refused = None if attempt.allowed else Outcome(Result.WAIT, subject, until=attempt.until)
        return account, refused, attempt

    def _code_step(self, account: Account, code: str, now: datetime) -> int | None:
        sealed = account.authenticator.one_time_code_seed if account.authenticator else None
        if sealed is None:
            return None
        seed = one_time_codes.unseal(self.at_rest, account.subject, sealed)
        return one_time_codes.matching_step(seed, code, now)

    def _wrong(self, subject: str | None, what: str, attempt: Attempt, now: datetime) -> Outcome:
        with self.db.begin() as session:
            self.audit.record(
                session,
                event="authentication_failed",
                subject=subject,
                client_id=None,
                details={"method": what},
                now=now,
            )
        return Outcome(Result.WRONG, subject, remaining=attempt.remaining)

    def _right(self, account: Account, what: str, keys: Sequence[Key], now: datetime) -> Outcome:
        """Only the account's own counter starts anew: the address keeps what it failed at other accounts."""
        stands = standing(account, now)
        event = "authentication_succeeded" if stands.usable else "authentication_of_unusable_account"
        details = {"method": what, "state": stands.state.value, "reason": stands.reason and stands.reason.value}
        with self.db.begin() as session:
            throttling.reset(session, keys[0])
            throttling.take_back(session, keys[1])
            self.audit.record(
                session, event=event, subject=account.subject, client_id=None, details=details, now=now
            )
        result = Result.OK if stands.usable else Result.LOCKED
        return Outcome(result, account.subject, standing=stands)

    def _rehash(self, subject: str, column: str, stored: str, secret: str) -> None:
        if not self.hasher.outdated(stored):
            return
        renewed = self.hasher.hash(secret)
        with self.db.begin() as session:
            store.replace_hash(session, subject, column, stored, renewed)


def _password_hash(account: Account | None, now: datetime) -> str | None:
    """None for nobody, for an organisation, and for a child: under 14 a parent or guardian acts."""
    if account is None or account.person is None or account.authenticator is None:
        return None
    if levels.age_on(account.person.birthdate, levels.legal_day(now)) < levels.OWN_SIGN_IN_AGE:
        return None
    return account.authenticator.password_hash
