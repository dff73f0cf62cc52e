"""Fixtures for documents: issuing with real keys, and an audit that remembers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from issuing_support import PROVIDER, RecordedAudit
from presentation_place import Place, make_place
from relying_party import Verifier, running

from idp.clock import FixedClock
from idp.db import Database
from idp.documents.issuance import Issuing
from idp.documents.issuers import Issuers
from idp.documents.status_tokens import StatusTokens
from idp.encryption import AtRest


@pytest.fixture
def audit() -> RecordedAudit:
    return RecordedAudit()


@pytest.fixture
def issuing(keys_dir: Path, at_rest: AtRest, audit: RecordedAudit) -> Issuing:
    return Issuing(Issuers(keys_dir), at_rest, audit, PROVIDER)


@pytest.fixture
def status_tokens(issuing: Issuing, keys_dir: Path) -> StatusTokens:
    return StatusTokens(issuing.issuers, PROVIDER, keys_dir)


@pytest.fixture
def verifier(now: datetime) -> Iterator[Verifier]:
    """A relying party that listens."""
    with running(now) as verifier:
        yield verifier


@pytest.fixture
def place(
    db: Database, clock: FixedClock, issuing: Issuing, verifier: Verifier, audit: RecordedAudit, keys_dir: Path
) -> Place:
    """The wallet, its holder signed in nowhere yet, her wallet empty."""
    return make_place(db, clock, issuing, verifier, audit, keys_dir)
