"""What the OpenID Provider needs of the others, and what it is composed of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from cryptography import x509
from flask import Blueprint, Response
from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.clock import Clock
from idp.config import Config
from idp.db import Database
from idp.keyset import KeySet
from idp.oauth.dpop_nonce import Nonces
from idp.oauth.fetched_keys import FetchedKeys
from idp.outbound import Outbound
from idp.recent_refusals import RecentRefusals
from idp.web import Web


@dataclass(frozen=True)
class ActingFor:
    """An organisation and the role in which a person may act for it. `subject` is its account's, and stays here."""

    subject: str
    number: str
    name: str
    role: str


class Subjects(Protocol):
    """The people, known here only by an opaque subject."""

    def claims(self, session: Session, subject: str) -> Mapping[str, object] | None:
        """All claims known of the subject, by their OpenID Connect names; None where there is no such subject."""

    def may_use(self, session: Session, subject: str, now: datetime) -> bool:
        """True where the account is active; nothing is released of a locked or closed one."""

    def organisations(self, session: Session, subject: str, now: datetime) -> Sequence[ActingFor]:
        """Those that the person may act for at `now`: the organisation's account and her own both allow it."""


@dataclass(frozen=True)
class Operator:
    """Who looks after the registry, signed in."""

    id: str
    name: str


class Operators(Protocol):
    """Those who look after the registry of clients, with sessions of their own, apart from any citizen's."""

    def protect(self, blueprint: Blueprint) -> Blueprint:
        """Every POST to these pages must carry the token of the operator's session."""

    def admitted(self) -> Operator | Response:
        """The operator who calls, or the answer to give instead."""

    def render(self, template: str, status: int, **context: Any) -> Response:
        """A page in the operators' frame."""


@dataclass(frozen=True)
class OAuthServices:
    """Everything the endpoints are made of; built by the composer.

    `pairwise_salt` is secret and at least 32 bytes long: whoever knows it can link a person across services.
    `reachable_acr` are the authentication levels the sign-in page can bring a person to, `reachable_by` those that
    one person's own means reach. `outbound` calls addresses that clients registered, `fetched_keys` are those found
    there. `certificate_authorities` issue the certificates that clients authenticate with. `document_types` are those
    that a client may be let ask the wallet for; `operators` look after the registry's pages, which are not there
    without them.
    """

    web: Web
    db: Database
    clock: Clock
    config: Config
    keys: KeySet
    pairwise_salt: bytes
    subjects: Subjects
    audit: Audit
    reachable_acr: tuple[str, ...] = ("urn:vn-mock:loa:1", "urn:vn-mock:loa:2")
    reachable_by: Callable[[Session, str], tuple[str, ...]] | None = None
    outbound: Outbound = field(default_factory=lambda: Outbound(allow_loopback=False))
    fetched_keys: FetchedKeys = field(default_factory=FetchedKeys)
    recent: RecentRefusals = field(default_factory=RecentRefusals)
    certificate_authorities: tuple[x509.Certificate, ...] = ()
    operators: Operators | None = None
    document_types: tuple[str, ...] = ()

    @property
    def issuer(self) -> str:
        return self.config.issuer

    @cached_property
    def nonces(self) -> Nonces:
        return Nonces(self.pairwise_salt)
