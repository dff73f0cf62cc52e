"""What the accounts package is given by the composer, and what it needs of others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from idp.accounts.hashing import SecretHasher
from idp.audit.port import Audit
from idp.clock import Clock
from idp.config import Config
from idp.db import Database
from idp.encryption import AtRest
from idp.web import Web


class PastEvent(Protocol):
    """One thing that happened, as the log has it."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def event(self) -> str: ...
    @property
    def client_id(self) -> str | None: ...
    @property
    def details(self) -> Mapping[str, object]: ...


class History(Protocol):
    """What the log holds of one person."""

    def entries_of(
        self, session: Session, subject: str, events: Collection[str], limit: int
    ) -> Sequence[PastEvent]: ...

    def activity(
        self,
        session: Session,
        subject: str,
        *,
        since: datetime | None,
        until: datetime | None,
        events: Collection[str] | None,
        limit: int,
        before_id: int | None,
    ) -> Sequence[PastEvent]:
        """Last recorded first; `since` counts in, `until` does not; `before_id` ends the page before."""


class NoHistory:
    """Where no log is kept."""

    def entries_of(self, session: Session, subject: str, events: Collection[str], limit: int) -> Sequence[PastEvent]:
        return ()

    def activity(
        self,
        session: Session,
        subject: str,
        *,
        since: datetime | None,
        until: datetime | None,
        events: Collection[str] | None,
        limit: int,
        before_id: int | None,
    ) -> Sequence[PastEvent]:
        return ()


class LinkedService(Protocol):
    """A service that a person has let in. `name` is by language; `offline`: it has access in her absence."""

    @property
    def client_id(self) -> str: ...
    @property
    def name(self) -> Mapping[str, str]: ...
    @property
    def scopes(self) -> tuple[str, ...]: ...
    @property
    def claims(self) -> tuple[str, ...]: ...
    @property
    def given_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def last_used_at(self) -> datetime | None: ...
    @property
    def offline(self) -> bool: ...
    @property
    def for_organisation(self) -> bool: ...


class Links(Protocol):
    """The services that people have let in."""

    def of(self, session: Session, subject: str, now: datetime) -> Sequence[LinkedService]:
        """Those of one person."""

    def names(self, session: Session, client_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Names by language, of the services that are known."""

    def withdraw(self, session: Session, subject: str, client_id: str, now: datetime) -> bool:
        """End at once all that this service has of her; False where it has nothing."""


class NoLinks:
    """Where no service can be let in."""

    def of(self, session: Session, subject: str, now: datetime) -> Sequence[LinkedService]:
        return ()

    def names(self, session: Session, client_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        return {}

    def withdraw(self, session: Session, subject: str, client_id: str, now: datetime) -> bool:
        return False


class DocumentNames(Protocol):
    """What documents and who issues them are called, by language; None for what is not known."""

    def of_type(self, vct: str) -> Mapping[str, str] | None: ...

    def of_issuer(self, issuer_id: str) -> Mapping[str, str] | None: ...


class NoDocumentNames:
    """Where there is no wallet."""

    def of_type(self, vct: str) -> Mapping[str, str] | None:
        return None

    def of_issuer(self, issuer_id: str) -> Mapping[str, str] | None:
        return None


class OfficerEvent(PastEvent, Protocol):
    """One thing that an officer did; `subject` is whom it concerned."""

    @property
    def subject(self) -> str | None: ...


class Trail(Protocol):
    """What the log holds of the officers' doings."""

    def newest(self, session: Session, events: Collection[str], limit: int) -> Sequence[OfficerEvent]: ...


class NoTrail:
    """Where no log is kept."""

    def newest(self, session: Session, events: Collection[str], limit: int) -> Sequence[OfficerEvent]:
        return ()


class Access(Protocol):
    """What services were granted while a person was signed in."""

    def end_browser_session(self, session: Session, session_id: str, now: datetime) -> None:
        """She signs out of this browser: what was granted in it ends, unless it was granted for her absence."""

    def end_acting(self, session: Session, subject: str, organisation: str, now: datetime) -> None:
        """She may not act for this organisation any more: all that she was granted for it ends."""


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
    """What the pages of this package work with. `personas` is empty outside the demo.

    `events` are those that a person is shown of herself, each with its name by language. `after_sign_out` is where
    a browser goes that has just been signed out.
    """

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
    trail: Trail = field(default_factory=NoTrail)
    links: Links = field(default_factory=NoLinks)
    events: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    after_sign_out: str = "/"
    document_names: DocumentNames = field(default_factory=NoDocumentNames)
