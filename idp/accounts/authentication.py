"""Checking who is there: password, passcode, one-time code. Throttled, and alike for numbers that exist or not.

No method may be called inside a transaction: attempts are counted, and failures committed, in their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from idp import throttling
from idp.accounts import levels, one_time_codes, store
from idp.accounts.hashing import SecretHasher
from idp.accounts.models import Account
from idp.accounts.states import Standing, standing
from idp.audit.port import Audit
from idp.db import Database
from idp.encryption import AtRest
from idp.throttling import Attempt, Key

Then = Callable[[Session, str], object]  # takes the subject


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
class _Known:
    """What a check needs of an account, read in one go."""

    subject: str
    standing: Standing
    password_hash: str | None
    passcode_hash: str | None
    code_seed: bytes | None


@dataclass(frozen=True)
class Authentication:
    """The checks, with what they need."""

    db: Database
    hasher: SecretHasher
    at_rest: AtRest
    audit: Audit

    def check_password(
        self, personal_id_number: str, password: str, address: str, now: datetime, then: Then | None = None
    ) -> Outcome:
        """Number and password. An unknown number, a holder without sign-in and a wrong password look the same.

        `then` is done where they are right and the account can be used, in the transaction that records so.
        """
        keys = (Key(throttling.PASSWORD, personal_id_number), throttling.address_key(address))
        with self.db.begin() as session:
            attempt = throttling.reserve(session, keys, now)
            known = _known(store.account_by_number(session, personal_id_number), now) if attempt.allowed else None
        if not attempt.allowed:
            return Outcome(Result.WAIT, until=attempt.until)
        stored = known.password_hash if known else None
        if not self.hasher.verify(stored, password) or known is None or stored is None:
            return self._wrong(known.subject if known else None, "password", attempt, address, now)
        self._rehash(known.subject, "password_hash", stored, password)
        return self._right(known, "password", keys, address, now, then)

    def check_passcode(
        self, subject: str, passcode: str, address: str, now: datetime, *, locked_too: bool = False
    ) -> Outcome:
        """The 6-digit passcode of somebody already known.

        With `locked_too` it is checked of an account that cannot be used as well; LOCKED then means that it is right.
        """
        keys = (Key(throttling.PASSCODE, subject), throttling.address_key(address))
        known = self._usable(subject, now, locked_too)
        if isinstance(known, Outcome):
            return known
        attempt = self._reserve(keys, now)
        if not attempt.allowed:
            return Outcome(Result.WAIT, subject, until=attempt.until)
        stored = known.passcode_hash
        if not self.hasher.verify(stored, passcode) or stored is None:
            return self._wrong(subject, "passcode", attempt, address, now)
        self._rehash(subject, "passcode_hash", stored, passcode)
        return self._right(known, "passcode", keys, address, now)

    def check_one_time_code(
        self, subject: str, code: str, address: str, now: datetime, *, locked_too: bool = False
    ) -> Outcome:
        """A code of the phone (RFC 6238). Each time step is good once (5.2). `locked_too` as for the passcode."""
        keys = (Key(throttling.ONE_TIME_CODE, subject), throttling.address_key(address))
        known = self._usable(subject, now, locked_too)
        if isinstance(known, Outcome):
            return known
        attempt = self._reserve(keys, now)
        if not attempt.allowed:
            return Outcome(Result.WAIT, subject, until=attempt.until)
        if not self._use_code(known, code, now):
            return self._wrong(subject, "one_time_code", attempt, address, now)
        return self._right(known, "one_time_code", keys, address, now)

    # --- parts ---------------------------------------------------------------------------------------
    def _reserve(self, keys: Sequence[Key], now: datetime) -> Attempt:
        with self.db.begin() as session:
            return throttling.reserve(session, keys, now)

    def _usable(self, subject: str, now: datetime, locked_too: bool) -> _Known | Outcome:
        with self.db.read() as session:
            known = _known(store.account(session, subject), now)
        if known is None:
            return Outcome(Result.WRONG, subject)
        usable = known.standing.usable or locked_too
        return known if usable else Outcome(Result.LOCKED, subject, standing=known.standing)

    def _use_code(self, known: _Known, code: str, now: datetime) -> bool:
        if known.code_seed is None:
            return False
        seed = one_time_codes.unseal(self.at_rest, known.subject, known.code_seed)
        step = one_time_codes.matching_step(seed, code, now)
        if step is None:
            return False
        with self.db.begin() as session:
            return store.use_code_step(session, known.subject, step)

    def _wrong(self, subject: str | None, what: str, attempt: Attempt, address: str, now: datetime) -> Outcome:
        with self.db.begin() as session:
            self.audit.record(
                session,
                event="authentication_failed",
                subject=subject,
                client_id=None,
                details={"method": what, "address": address},
                now=now,
            )
        return Outcome(Result.WRONG, subject, remaining=attempt.remaining)

    def _right(
        self, known: _Known, what: str, keys: tuple[Key, Key], address: str, now: datetime, then: Then | None = None
    ) -> Outcome:
        """Only the account's own counter starts anew: the address keeps what it failed at other accounts."""
        stands = known.standing
        event = "authentication_succeeded" if stands.usable else "authentication_of_unusable_account"
        reason = stands.reason and stands.reason.value
        details = {"method": what, "state": stands.state.value, "reason": reason, "address": address}
        with self.db.begin() as session:
            throttling.succeed(session, *keys)
            self.audit.record(session, event=event, subject=known.subject, client_id=None, details=details, now=now)
            if then is not None and stands.usable:
                then(session, known.subject)
        result = Result.OK if stands.usable else Result.LOCKED
        return Outcome(result, known.subject, standing=stands)

    def _rehash(self, subject: str, column: str, stored: str, secret: str) -> None:
        if not self.hasher.outdated(stored):
            return
        renewed = self.hasher.hash(secret)
        with self.db.begin() as session:
            store.replace_hash(session, subject, column, stored, renewed)


def _known(account: Account | None, now: datetime) -> _Known | None:
    if account is None:
        return None
    secrets = account.authenticator
    return _Known(
        subject=account.subject,
        standing=standing(account, now),
        password_hash=secrets.password_hash if secrets and may_sign_in(account, now) else None,
        passcode_hash=secrets.passcode_hash if secrets else None,
        code_seed=secrets.one_time_code_seed if secrets else None,
    )


def may_sign_in(account: Account, now: datetime) -> bool:
    """Not an organisation, and not a child: under 14 a parent or guardian acts (Decree 69/2024/ND-CP art. 10)."""
    if account.person is None:
        return False
    return levels.age_on(account.person.birthdate, levels.legal_day(now)) >= levels.OWN_SIGN_IN_AGE
