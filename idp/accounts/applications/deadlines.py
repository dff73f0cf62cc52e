"""When an application must be decided (Decree 69/2024/ND-CP art. 13): working days by holder and level, as data."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from idp.accounts import calendar
from idp.accounts.levels import HolderKind


@dataclass(frozen=True)
class Case:
    """What decides how long it may take."""

    holder: HolderKind
    level: int
    valid_card: bool = True
    biometrics_on_file: bool = False


def working_days(case: Case) -> int:
    """The days that the first fitting row gives. Raises LookupError for a case that the article does not know."""
    told = asdict(case)
    for row in _rows():
        if all(row[name] == told[name] for name in told.keys() & row.keys()):
            return int(row["working_days"])
    raise LookupError(f"no deadline for {case}")


def due_on(case: Case, received: datetime) -> date:
    """The last day on which the decision is in time."""
    return calendar.due_day(received, working_days(case))


def overdue(due: date, now: datetime) -> bool:
    """Whether the last day is over."""
    return now >= calendar.end_of(due)


@cache
def _rows() -> list[dict[str, Any]]:
    with (Path(__file__).parent / "deadlines.toml").open("rb") as stream:
        rows: list[dict[str, Any]] = tomllib.load(stream)["deadline"]
    return rows
