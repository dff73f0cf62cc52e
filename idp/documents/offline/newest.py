"""Remembering the newest bundle that was used, by root: a counter without a network cannot ask whether it is old."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


class NotKept(Exception):
    """The file is not one of ours: to go on without would forget what was seen."""


@dataclass(frozen=True)
class Newest:
    """When the bundle was made, and the version of the trust list in it; None where nothing was used yet."""

    made_at: datetime | None = None
    version: int | None = None


def read(path: Path, root: str) -> Newest:
    """What was used of this root (its fingerprint). Raises NotKept, OSError."""
    entry = _table(path).get(root)
    if entry is None:
        return Newest()
    made_at, version = entry.get("made_at"), entry.get("version")
    if not isinstance(made_at, int) or not isinstance(version, int):
        raise NotKept(str(path))
    return Newest(datetime.fromtimestamp(made_at, UTC), version)


def keep(path: Path, root: str, newest: Newest) -> None:
    """Write what was used now, whole or not at all. Raises NotKept, OSError."""
    if newest.made_at is None or newest.version is None:
        raise ValueError("nothing was used")
    table = _table(path)
    table[root] = {"made_at": int(newest.made_at.timestamp()), "version": newest.version}
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(table, indent=2), encoding="utf-8")
    fresh.replace(path)


def _table(path: Path) -> dict[str, dict[str, object]]:
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotKept(str(path)) from error
    if not isinstance(found, dict) or not all(isinstance(entry, dict) for entry in found.values()):
        raise NotKept(str(path))
    return found
