"""`python tests/support/fresh_tables.py` writes what the migrations make of an empty SQLite file."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from idp import migrate
from idp.db import Database


def statements(path: Path) -> list[str]:
    """What makes the tables of this file and their one row."""
    with closing(sqlite3.connect(path)) as connection:
        order = "type <> 'table', type, name"
        found = connection.execute(
            f"SELECT sql, name FROM sqlite_master WHERE sql NOT NULL ORDER BY {order}"
        ).fetchall()
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    made = [sql for sql, _ in found]
    assert not any(migrate.BETWEEN in one for one in made)
    return [*made, f"INSERT INTO alembic_version (version_num) VALUES ('{version}')"]


def migrated() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.sqlite3"
        db = Database(f"sqlite:///{path}")
        migrate.upgrade(db.engine, fresh=None)
        db.dispose()
        return statements(path)


if __name__ == "__main__":
    migrate.FRESH.write_text(migrate.BETWEEN.join(migrated()), encoding="utf-8")
