"""What the law lets a holder request and an officer decide (Law 28/2009/QH12 as amended by Law 107/2025/QH15)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from idp.documents import asking_rules
from idp.documents.document_types import DocumentType, document_types

FILE = Path(__file__).with_suffix(".toml")


class NotAllowed(Exception):
    """The law does not let this be requested; `reason` is a key of `refusals()`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Purpose:
    """What a document is requested for. `demanded`: somebody else wants to see it, by `law`."""

    id: str
    name: Mapping[str, str]
    law: Mapping[str, str]
    demanded: bool
    periods: Sequence[Mapping[str, Any]]


def issuer() -> str:
    """Whose documents the records desk answers for."""
    return str(_table()["issuer"])


def types() -> tuple[DocumentType, ...]:
    """What can be requested."""
    return tuple(document_types().by_id(row["id"]) for row in _table()["type"])


def purposes() -> tuple[Purpose, ...]:
    return tuple(Purpose(**row) for row in _table()["purpose"])


def refusals() -> Mapping[str, Mapping[str, str]]:
    """Reason -> the law it rests on, by language."""
    return {name: row["law"] for name, row in _table()["refusal"].items()}


def reasons(change: str) -> tuple[str, ...]:
    """What a document may be changed for in this way: suspend, resume, revoke, amend."""
    return tuple(_table()["change"].get(change, ()))


def working_days(type_id: str, day: date) -> int:
    """How many working days the decision may take, for a request of that day."""
    row = next(row for row in _table()["type"] if row["id"] == type_id)
    return int(_in_force(row["periods"], day)["working_days"])


def check(kind: DocumentType, purpose: Purpose, birthdate: date, day: date) -> None:
    """Raises NotAllowed: from the age of 16; No. 2 never because somebody asks; No. 1 only where a law says so."""
    if (day.year - birthdate.year - ((day.month, day.day) < (birthdate.month, birthdate.day))) < kind.minimum_age:
        raise NotAllowed("under_age")
    if purpose.demanded and any(rule.vct == kind.vct and rule.since <= day for rule in asking_rules.rules()):
        raise NotAllowed("nobody_may_ask")
    if kind.id not in _in_force(purpose.periods, day)["types"]:
        raise NotAllowed("no_legal_basis")


def _in_force(periods: Sequence[Mapping[str, Any]], day: date) -> Mapping[str, Any]:
    return [period for period in periods if period.get("from", date.min) <= day][-1]


@cache
def _table() -> dict[str, Any]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)
