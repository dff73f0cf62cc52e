"""What `seed`, `serve` and `demo` share: keys, tables, test citizens, their documents and seeded clients."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy.orm import Session

from idp import pki, revocation, trust_list, type_files
from idp.accounts.hashing import SecretHasher
from idp.accounts.levels import legal_day
from idp.audit.store import AuditLog
from idp.cli.database import opened
from idp.cli.errors import CommandError
from idp.clock import Clock, SystemClock
from idp.config import Config
from idp.db import Database
from idp.documents import asking_rules
from idp.documents.issuance import Issuing
from idp.documents.issuers import Issuers
from idp.documents.status_tokens import StatusTokens
from idp.encryption import AtRest
from idp.keyset import KeySetError
from idp.oauth import demo_clients
from idp.oauth.demo_clients import SeededClient
from idp.seed import loader
from idp.seed.documents import seed_documents
from idp.seed.entries import Personas
from idp.seed.mistakes import SeedFileError
from idp.seed.officers import seed_officers
from idp.seed.organisations import seed_organisations
from idp.seed.people import seed_people
from idp.seed.residents import seed_residents
from idp.seed.waiting import seed_waiting


@dataclass(frozen=True)
class Provisioned:
    """What is there now. A client's secret is told only by the run that made it."""

    personas: Personas
    clients: tuple[SeededClient, ...]


def provision(config: Config, clock: Clock | None = None) -> Provisioned:
    """Make what is missing, all of the data or none of it; running it again changes nothing.

    Raises CommandError where a file of test citizens has mistakes, naming each with its line.
    """
    now = (clock or SystemClock()).now()
    type_files.use(config.document_types_dir)
    make_keys(config, now)
    try:
        with opened(config) as db:
            return _fill(config, db, now)
    except SeedFileError as error:
        raise CommandError(f"the test citizens cannot be used:\n{error}") from error


def make_keys(config: Config, now: datetime) -> None:
    """Keys, certificates and the trust list, where missing or near their end. Raises CommandError."""
    try:
        pki.init(config.keys_dir, now, config.issuer)
        trust_list.current(config.keys_dir, config.issuer, now)
        revocation.current(config.keys_dir, now)
    except (pki.KeysMissing, KeySetError) as error:
        raise CommandError(str(error)) from error


def _fill(config: Config, db: Database, now: datetime) -> Provisioned:
    personas = loader.load(config.personas, legal_day(now))
    issuers = Issuers(config.keys_dir)
    with db.begin() as session:
        _seed_people_and_documents(session, config, personas, issuers, now)
        clients = demo_clients.seed(session, config, _portal_keys(config), asking_rules.askable(), now)
    with db.read() as session:
        StatusTokens(issuers, config.issuer, config.keys_dir).export(session, now)
    return Provisioned(personas, tuple(clients))


def _seed_people_and_documents(
    session: Session, config: Config, personas: Personas, issuers: Issuers, now: datetime
) -> None:
    at_rest = AtRest.from_file(config.keys_dir / "at-rest.key")
    hasher = SecretHasher(config.argon2)
    subjects = seed_people(session, personas.personas, hasher, at_rest, now)
    seed_residents(session, now)
    seed_organisations(session)
    seed_officers(session, hasher, at_rest)
    audit = AuditLog.from_file(config.keys_dir / pki.AUDIT_KEY)
    issuing = Issuing(issuers, at_rest, audit, config.issuer)
    seed_documents(session, personas, subjects, issuing, now)
    if config.demo:
        seed_waiting(session, subjects, audit, now)


def _portal_keys(config: Config) -> Mapping[str, Any]:
    """The public half of the demo portal's keys, as its operator would have sent it to us."""
    path = config.keys_dir / pki.PORTAL_KEYS
    try:
        keys = KeySet.import_key_set(json.loads(path.read_text(encoding="utf-8")))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is not a JWK Set: remove it and run `.venv/bin/mock-vneid keys init`") from error
    public: Mapping[str, Any] = keys.as_dict(private=False)
    return public
