"""What the documents package needs of the others, as Protocols, and the services its pages are built on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.clock import Clock
from idp.config import Config
from idp.db import Database
from idp.encryption import AtRest

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

    `redirect_uris` only say at which origins the browser may go on after an answer.
    """

    client_id: str
    name: Mapping[str, str]
    jwks: Mapping[str, object]
    request_uris: tuple[str, ...]
    response_uris: tuple[str, ...]
    document_types: frozenset[str]
    redirect_uris: tuple[str, ...] = ()


class RelyingParties(Protocol):
    """The client registry, seen from the wallet."""

    def find(self, session: Session, client_id: str) -> RelyingParty | None: ...


@dataclass(frozen=True)
class DocumentServices:
    """What the composer gives to the blueprints of this package."""

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
