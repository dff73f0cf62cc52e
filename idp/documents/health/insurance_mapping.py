"""The tables, fields and code lists of `insurance.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TableForm:
    """How a table is written: its outermost element, and the element of one record (the same where there is one)."""

    root: str
    row: str
    name: str


def _read() -> Mapping[str, Any]:
    with (Path(__file__).parent / "insurance.toml").open("rb") as stream:
        return tomllib.load(stream)


_DATA = _read()
TABLES: Mapping[str, TableForm] = {
    name: TableForm(form["root"], form.get("row", form["root"]), form["name"])
    for name, form in _DATA["table"].items()
}
#: `XML2.TEN_THUOC` -> `encounter.medications[].name`, in the order of precedence.
MAP: Mapping[str, str] = _DATA["map"]
VALUES: Mapping[str, Mapping[str, str]] = _DATA["values"]
_TIES = frozenset(_DATA["tie"]["every"])
_COSTS, _COST_PREFIX = frozenset(_DATA["cost"]["names"]), str(_DATA["cost"]["prefix"])


def ties(name: str) -> bool:
    """Whether a field only holds the tables together."""
    return name in _TIES


def is_cost(name: str) -> bool:
    return name in _COSTS or name.startswith(_COST_PREFIX)


def sources(claim: str) -> tuple[tuple[str, str], ...]:
    """The (table, field) pairs that a claim is taken from, the first to be preferred."""
    pairs = (path.split(".", 1) for path, target in MAP.items() if target == claim)
    return tuple((table, name) for table, name in pairs)
