"""A world to verify in; `verifier_world` beside this file makes it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from verifier_world import World


@pytest.fixture(scope="session")
def world() -> World:
    return World()
