"""What the accounts package is given by the composer, and what it needs of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from idp.accounts.hashing import SecretHasher
from idp.clock import Clock
from idp.config import Config
from idp.db import Database
from idp.encryption import AtRest
from idp.web import Web


class Audit(Protocol):
    """The log of who did what."""

    def record(
        self,
        session: Session,
        *,
        event: str,
        subject: str | None,
        client_id: str | None,
        details: Mapping[str, object],
        now: datetime,
    ) -> None: ...


class PastEvent(Protocol):
    """One thing that happened, as the log has it."""

    @property
    def at(self) -> datetime: ...
    @property
    def event(self) -> str: ...
    @property
    def details(self) -> Mapping[str, object]: ...


class History(Protocol):
    """What the log holds of one person."""

    def entries_of(
        self, session: Session, subject: str, events: Collection[str], limit: int
    ) -> Sequence[PastEvent]: ...


class NoHistory:
    """Where no log is kept."""

    def entries_of(self, session: Session, subject: str, events: Collection[str], limit: int) -> Sequence[PastEvent]:
        return ()


class Access(Protocol):
    """What services were granted while a person was signed in."""

    def end_browser_session(self, session: Session, session_id: str, now: datetime) -> None:
        """She signs out of this browser: what was granted in it ends, unless it was granted for her absence."""


@dataclass(frozen=True)
class DemoPersona:
    """A test citizen as the demo pages show her, secrets included: they guard nothing.

    `password` is None where she has no sign-in of her own. `story` by language.
    """

    id: str
    name: str
    personal_id_number: str
    identity_level: int
    story: Mapping[str, str]
    password: str | None = None
    passcode: str | None = None


@dataclass(frozen=True)
class AccountServices:
    """What the pages of this package work with. `personas` is empty outside the demo."""

    web: Web
    db: Database
    clock: Clock
    config: Config
    at_rest: AtRest
    hasher: SecretHasher
    audit: Audit
    access: Access
    personas: tuple[DemoPersona, ...] = ()
    history: History = field(default_factory=NoHistory)
