"""The rows of one MA_LK, and what is taken of them: by precedence, remembered, each value in its form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from idp.documents.health.errors import MissingValue
from idp.documents.health.insurance_mapping import VALUES, sources
from idp.documents.health.insurance_xml import Row

VIETNAM = timezone(timedelta(hours=7))


@dataclass
class Case:
    """The rows of one MA_LK, and which of their fields were taken."""

    head: Row
    rows: list[Row] = field(default_factory=list)
    taken: set[tuple[int, str]] = field(default_factory=set)

    def of(self, table: str) -> list[Row]:
        return [row for row in self.rows if row.table == table]

    def take(self, row: Row, name: str) -> str | None:
        """A field's value, which counts as taken; None where it is empty."""
        value = row.fields.get(name)
        if value:
            self.taken.add((id(row), name))
        return value or None

    def first(self, claim: str) -> tuple[str, Row, str] | None:
        """The value for a claim, by precedence, and where it stood."""
        for table, name in sources(claim):
            for row in self.of(table):
                value = self.take(row, name)
                if value:
                    return value, row, name
        return None

    def text(self, claim: str) -> str | None:
        found = self.first(claim)
        return None if found is None else found[0]


def need(case: Case, claim: str) -> str:
    found = case.first(f"encounter.{claim}")
    if found is None:
        table, name = sources(f"encounter.{claim}")[0]
        rows = case.of(table)
        where = rows[0].where(name) if rows else f"{table}.{name}"
        raise MissingValue(where, "is missing, and the signed document must have it")
    return found[0]


def coded(case: Case, claim: str) -> str:
    """A code of the Ministry's lists in its words."""
    code = need(case, claim)
    _table, name = sources(f"encounter.{claim}")[0]
    words = VALUES[name]
    found = words.get(code) or words.get(code.zfill(2))
    if found is None:
        raise MissingValue(case.head.where(name), f"not a code of its list: {', '.join(words)}")
    return found


def instant_of(case: Case, claim: str) -> str:
    text = need(case, claim)
    found = case.first(f"encounter.{claim}")
    instant = _time(text)
    if instant is None or found is None:
        raise MissingValue(case.head.where(found[2] if found else None), "must be yyyyMMddHHmm")
    return instant.isoformat()


def _time(text: str) -> datetime | None:
    """`yyyyMMddHHmm`, in Vietnam's time."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=VIETNAM) if len(text) == 12 else None
    except ValueError:
        return None


def day_of(text: str | None) -> str | None:
    """The day of `yyyyMMdd` with or without a time; None for anything else."""
    try:
        return datetime.strptime((text or "")[:8], "%Y%m%d").date().isoformat() if len(text or "") >= 8 else None
    except ValueError:
        return None


def clean(parts: list[str]) -> Iterator[str]:
    yield from (part.strip() for part in parts if part.strip())
