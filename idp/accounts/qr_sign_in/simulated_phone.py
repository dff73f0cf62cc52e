"""A phone that is none: decides QR sign-ins in the name of any test citizen. For tests; off unless enabled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.accounts import store as accounts
from idp.accounts.authentication import Authentication, Result
from idp.accounts.qr_sign_in import codes, store
from idp.accounts.qr_sign_in.errors import NotAllowed, NotFound, QrError, TooMany
from idp.accounts.qr_sign_in.service import QrSignIns
from idp.accounts.qr_sign_in.transactions import APPROVE, Shown

DEVICE_ID = "simulated-phone"  # no bound device has it: those are 32 hexadecimal digits


class WrongPasscode(QrError):
    """A passcode was given, and it is not hers."""

    code = "wrong_passcode"


@dataclass(frozen=True)
class Holder:
    """Whose phone it plays. Without a passcode it is taken to have been the right one."""

    personal_id_number: str
    passcode: str | None = None


class SimulatedPhone:
    def __init__(self, sign_ins: QrSignIns) -> None:
        services = sign_ins.services
        self.sign_ins, self.db, self.issuer = sign_ins, services.db, services.config.issuer
        self.checks = Authentication(services.db, services.hasher, services.at_rest, services.audit)

    def scan(self, text: str, holder: Holder, address: str, now: datetime) -> Shown:
        """What her phone would show. Raises a QrError."""
        return self.sign_ins.scan(text, self._subject(holder, address, now), DEVICE_ID, address, now)

    def decide(
        self, text: str, holder: Holder, decision: str, number: int | None, address: str, now: datetime
    ) -> str:
        """Scan, where that was not done before, and decide; returns the state. Raises a QrError.

        An approval without a number picks the right one, as a person does who sees the screen.
        """
        subject = self._subject(holder, address, now)
        shown = self.sign_ins.scan(text, subject, DEVICE_ID, address, now)
        if decision == APPROVE and number is None:
            number = self._right_number(text)
        return self.sign_ins.decide(
            shown.transaction_id, subject=subject, device_id=DEVICE_ID, decision=decision, number=number,
            request_hash=shown.request_hash, now=now,
        ).state  # fmt: skip

    def expire(self, text: str, now: datetime) -> None:
        """End a request as if its 120 seconds were over. Raises NotFound."""
        self.sign_ins.expire(text, now)

    def _subject(self, holder: Holder, address: str, now: datetime) -> str:
        with self.db.read() as session:
            account = accounts.account_by_number(session, holder.personal_id_number)
            subject = account.subject if account is not None else None
        if subject is None:
            raise NotAllowed
        if holder.passcode is not None:
            outcome = self.checks.check_passcode(subject, holder.passcode, address, now)
            if not outcome.ok:
                raise {Result.WAIT: TooMany, Result.LOCKED: NotAllowed}.get(outcome.result, WrongPasscode)()
        return subject

    def _right_number(self, text: str) -> int:
        with self.db.read() as session:
            row = store.by_code(session, codes.hashed(codes.given(text, self.issuer)))
            if row is None:
                raise NotFound
            return row.number
