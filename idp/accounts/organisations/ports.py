"""What the officers' pages need of this area, and nothing else: the queue of applications, and the decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from idp.accounts.organisations.applications import Outcome, Refusal


class Waiting(Protocol):
    """One application that waits for an officer."""

    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def applied_at(self) -> datetime: ...
    @property
    def due_on(self) -> date: ...


class OfficerQueue(Protocol):
    """Filled by `idp.accounts.organisations.applications.Applications`."""

    def waiting(self, session: Session) -> Sequence[Waiting]: ...

    def decide(
        self, session: Session, application_id: str, decided_by: str, now: datetime, refusal: Refusal | None = None
    ) -> Outcome: ...
