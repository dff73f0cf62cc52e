"""What the phone needs of sign-in by QR: to see a request once, and to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Shown(Protocol):
    """A sign-in request as the phone shows it; `request_hash` covers all of it but the numbers."""

    @property
    def transaction_id(self) -> str: ...
    @property
    def service_name(self) -> str | None: ...
    @property
    def acr(self) -> str | None: ...
    @property
    def scopes(self) -> Sequence[str]: ...
    @property
    def claims(self) -> Sequence[str]: ...
    @property
    def browser(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def choices(self) -> Sequence[int]: ...
    @property
    def request_hash(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...


class Refusal(Exception):
    """A request cannot be seen or decided; `code` is one of those of `phone.refusal` in the translations."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """How a decision ended: approved, refused, wrong_number or not_me."""

    state: str


class QrSignIn(Protocol):
    """Filled by `idp.accounts.qr_sign_in`; both raise Refusal, and both are transactions of their own.

    So that a refusal rolls back neither the count of codes tried nor the record of what was refused.
    """

    def scan(self, code: str, *, subject: str, device_id: str, address: str, now: datetime) -> Shown: ...

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
    ) -> Outcome: ...
