"""The catalogue of events as data (events.toml): what each is called, and who is shown it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VIEWERS = frozenset({"holder", "officer", "operator"})


@dataclass(frozen=True)
class Event:
    """A kind of record. `seen_by`: the person it is about, officers with a case, whoever runs the provider."""

    name: str
    vi: str
    en: str
    seen_by: frozenset[str]


@cache
def catalogue() -> Mapping[str, Event]:
    """Every event of the provider, by name: immutable data, read once."""
    with (Path(__file__).parent / "events.toml").open("rb") as stream:
        tables = tomllib.load(stream)
    return {
        name: Event(name, table["vi"], table["en"], frozenset(table["seen_by"])) for name, table in tables.items()
    }


def seen_by(viewer: str) -> frozenset[str]:
    """The names of the events that `viewer` (holder, officer or operator) is shown."""
    return frozenset(name for name, event in catalogue().items() if viewer in event.seen_by)
