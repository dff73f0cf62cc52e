"""The world in which tests make faulty documents: Lan's certificate, and the trust of a key folder."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from idp.cli import fault_world
from idp.clock import FixedClock
from idp.config import Config
from idp.documents.faults.world import World

PROVIDER = "http://localhost:5000"


def made_world(keys_dir: Path, now: datetime, kind: str = "judicial-record-1", person: str = "lan") -> World:
    """As `documents make` has it, at a fixed time."""
    asked = argparse.Namespace(person=person, type=kind, audience=None, nonce=None)
    config = Config(issuer=PROVIDER, keys_dir=keys_dir)
    return fault_world.world(asked, config, keys_dir, FixedClock(now))
