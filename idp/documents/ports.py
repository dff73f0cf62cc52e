"""What the documents package needs of the others, as Protocols, and the services its pages are built on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.clock import Clock
from idp.config import Config
from idp.db import Database
from idp.encryption import AtRest
from idp.recent_refusals import RecentRefusals

if TYPE_CHECKING:
    from idp.documents.document_types import DocumentTypes
    from idp.documents.issuers import Issuers
    from idp.documents.status_tokens import StatusTokens
    from idp.outbound import Outbound
    from idp.web import Web


@dataclass(frozen=True)
class Holder:
    """A person as the wallet sees her: an opaque subject, and what a document must agree with.

    `identity_level` is 1, 2 or None (an organisation). `active` is false while the account is locked, closed,
    not yet activated, or its card has expired.
    """

    subject: str
    personal_id_number: str
    full_name: str
    identity_level: int | None
    active: bool


class PasscodeVerdict(Enum):
    """What came of one try at the six-digit passcode."""

    OK = "ok"
    WRONG = "wrong"
    WAIT = "wait"
    LOCKED = "locked"


@dataclass(frozen=True)
class PasscodeOutcome:
    """`remaining` tries where the verdict is WRONG; `until` when to try again where it is WAIT."""

    verdict: PasscodeVerdict
    remaining: int | None = None
    until: datetime | None = None


class Holders(Protocol):
    """The accounts, seen from the wallet."""

    def holder(self, session: Session, subject: str, now: datetime) -> Holder | None:
        """The person, or None where the subject is unknown."""

    def check_passcode(self, subject: str, passcode: str, address: str, now: datetime) -> PasscodeOutcome:
        """One throttled try, committed in a transaction of its own."""


@dataclass(frozen=True)
class RelyingParty:
    """A registered client that may ask for documents. `document_types` are `vct` values; `name` is by language.

    `jwks` holds none yet where they are at `jwks_uri`. `redirect_uris` only say at which origins the browser may go
    on after an answer.
    """

    client_id: str
    name: Mapping[str, str]
    jwks: Mapping[str, object]
    request_uris: tuple[str, ...]
    response_uris: tuple[str, ...]
    document_types: frozenset[str]
    redirect_uris: tuple[str, ...] = ()
    jwks_uri: str | None = None


class RelyingParties(Protocol):
    """The client registry, seen from the wallet."""

    def find(self, session: Session, client_id: str) -> RelyingParty | None: ...

    def keys(self, party: RelyingParty, now: datetime, kid: str | None) -> Mapping[str, object] | None:
        """The JWK Set at its `jwks_uri`, fetched where it is not kept or lacks the `kid`; None where there is none.

        A call to another server: never within a transaction.
        """


@dataclass(frozen=True)
class Officer:
    """An officer who issues documents, signed in; `issuer` is the one she issues for."""

    id: str
    name: str
    issuer: str


class Officers(Protocol):
    """Those who decide on requests, with sessions of their own, apart from any citizen's."""

    def protect(self, blueprint: Blueprint) -> Blueprint:
        """Every POST to these pages must carry the token of the officer's session."""

    def admitted(self) -> Officer | Response:
        """The officer of the records desk who calls, or the answer to give instead."""

    def admitted_to_issue(self) -> Officer | Response:
        """The officer of any issuer who calls, or the answer to give instead."""

    def stated(self, purpose: str, case: str) -> tuple[str, str] | None:
        """Purpose and case number as they are recorded, or None where one of them is none."""

    def purposes(self, lang: str) -> Sequence[tuple[str, str]]:
        """What may be stated, with its name."""

    def render(self, template: str, status: int, **context: Any) -> Response:
        """A page in the officers' frame."""


class Register(Protocol):
    """The population register, seen from whoever issues documents."""

    def facts(self, session: Session, subject: str) -> Mapping[str, object] | None:
        """What it says of a person, by the names that document types have for it; None where it knows nobody."""

    def subject_of(self, session: Session, number: str) -> str | None:
        """Whose number this is, where that person has an account."""


class WorkingDays(Protocol):
    """The calendar by which authorities work."""

    def due_on(self, received: datetime, working_days: int) -> date:
        """The last day of a period that begins when something is received."""

    def over(self, due_on: date, now: datetime) -> bool:
        """Whether that day is past."""


@dataclass(frozen=True)
class RequestDesk:
    """What requests for documents need: who decides, what the register says, which days are worked."""

    officers: Officers
    register: Register
    working_days: WorkingDays


@dataclass(frozen=True)
class DocumentServices:
    """What the composer gives to the blueprints of this package. Without `desk` nothing can be requested."""

    web: Web
    db: Database
    clock: Clock
    config: Config
    at_rest: AtRest
    holders: Holders
    relying_parties: RelyingParties
    audit: Audit
    issuers: Issuers
    types: DocumentTypes
    status_tokens: StatusTokens
    outbound: Outbound
    desk: RequestDesk | None = None
    recent: RecentRefusals = field(default_factory=RecentRefusals)
