"""Sign-in by QR as the phone's pages know it: their words for every refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from idp.accounts.phone.ports import Outcome, Refusal, Shown
from idp.accounts.qr_sign_in.errors import QrError
from idp.accounts.qr_sign_in.service import QrSignIns


@dataclass(frozen=True)
class OnThePhone:
    """Fills `idp.accounts.phone.ports.QrSignIn`."""

    sign_ins: QrSignIns

    def scan(self, code: str, *, subject: str, device_id: str, address: str, now: datetime) -> Shown:
        try:
            return self.sign_ins.scan(code, subject, device_id, address, now)
        except QrError as error:
            raise Refusal(error.code) from error

    def decide(
        self,
        transaction_id: str,
        *,
        subject: str,
        device_id: str,
        decision: str,
        number: int | None,
        request_hash: str,
        now: datetime,
    ) -> Outcome:
        try:
            found = self.sign_ins.decide(
                transaction_id, subject=subject, device_id=device_id, decision=decision, number=number,
                request_hash=request_hash, now=now,
            )  # fmt: skip
        except QrError as error:
            raise Refusal(error.code) from error
        return Outcome(found.state)
