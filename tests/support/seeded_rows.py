"""Rows that seeding writes, kept to be written again: seeding once more would only make the same ones."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import select

from idp.db import Base, Database

T = TypeVar("T")


class SeededRows:
    """By what was seeded; a database is filled by `seed` the first time, and by what that left afterwards."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Any, list[tuple[Any, list[dict[str, Any]]]]]] = {}

    def fill(self, db: Database, what: Hashable, seed: Callable[[Any], T]) -> T:
        """In an empty database. Returns what `seed` returned the first time."""
        if what in self._kept:
            result, rows = self._kept[what]
            with db.begin() as session:
                for table, values in rows:
                    session.execute(table.insert(), values)
            return result
        with db.begin() as session:
            result = seed(session)
        with db.read() as session:
            tables = [
                (table, session.execute(select(table)).mappings().all()) for table in Base.metadata.sorted_tables
            ]
            rows = [(table, [dict(row) for row in found]) for table, found in tables if found]
        # A counter of PostgreSQL would not know of rows that were put in beside it.
        assert not [table.name for table, _ in rows if table.autoincrement_column is not None]
        self._kept[what] = result, rows
        return result
