"""Fixtures for documents: issuing with real keys, and an audit that remembers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from issuing_support import PROVIDER, RecordedAudit

from idp.documents.issuance import Issuing
from idp.documents.issuers import Issuers
from idp.documents.status import StatusTokens
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
