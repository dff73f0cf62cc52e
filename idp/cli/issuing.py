"""What the commands that issue and change documents share: one transaction, then the copies of the status lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp import pki
from idp.audit.store import AuditLog
from idp.cli.database import opened
from idp.cli.errors import CommandError
from idp.clock import SystemClock
from idp.config import Config
from idp.documents.issuance import Issuing
from idp.documents.issuers import Issuers
from idp.documents.status_tokens import StatusTokens
from idp.encryption import AtRest


@dataclass(frozen=True)
class Place:
    """One transaction on the provider's data."""

    session: Session
    issuing: Issuing
    now: datetime


@contextmanager
def transaction(config: Config, *, anew: bool = False) -> Iterator[Place]:
    """Committed at the end of the block, or nothing of it. Raises CommandError.

    `anew` signs every copy again, so that each has its whole `ttl` before it.
    """
    now, issuers = SystemClock().now(), Issuers(config.keys_dir)
    try:
        at_rest = AtRest.from_file(config.keys_dir / "at-rest.key")
        audit = AuditLog.from_file(config.keys_dir / pki.AUDIT_KEY)
    except OSError as error:
        raise CommandError(f"no keys in {config.keys_dir}: run `mock-vneid seed` first") from error
    with opened(config) as db:
        try:
            with db.begin() as session:
                yield Place(session, Issuing(issuers, at_rest, audit, config.issuer), now)
        except pki.KeysMissing as error:
            raise CommandError(str(error)) from error
        with db.read() as session:
            StatusTokens(issuers, config.issuer, config.keys_dir).export(session, now, anew=anew)
