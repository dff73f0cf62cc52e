"""Databases are for their owner alone (OWASP ASVS 8.1), and their errors tell no value."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from demo_client.db import Database as PortalDatabase
from idp.cli.ports import hold
from idp.db import Database

kinds = pytest.mark.parametrize("kind", [Database, PortalDatabase])


@contextmanager
def written(kind: type[Database] | type[PortalDatabase], path: Path) -> Iterator[Database | PortalDatabase]:
    """A database in use: with its log and its shared memory beside it."""
    db = kind(f"sqlite:///{path}")
    try:
        with db.begin() as session:
            session.execute(text("create table secret (value text)"))
        yield db
    finally:
        db.dispose()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@kinds
def test_a_new_database_is_private(kind: type[Database], tmp_path: Path) -> None:
    """The file, what SQLite puts beside it, and the folder that was made for them."""
    with written(kind, tmp_path / "made" / "data.sqlite3"):
        files = list((tmp_path / "made").iterdir())
        assert len(files) == 3
        assert {mode(file) for file in files} == {0o600}
        assert mode(tmp_path / "made") == 0o700


@kinds
def test_an_older_database_becomes_private(kind: type[Database], tmp_path: Path) -> None:
    """What an earlier release left open is closed; a folder that a person made keeps its mode."""
    folder = tmp_path / "own"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "data.sqlite3").touch(0o644)
    for ending in ("", "-wal", "-shm"):
        (folder / f"data.sqlite3{ending}").touch()
        (folder / f"data.sqlite3{ending}").chmod(0o644)
    with written(kind, folder / "data.sqlite3"):
        assert {mode(file) for file in folder.iterdir()} == {0o600}
    assert mode(folder) == 0o755


def test_the_folder_of_a_demo_is_private(tmp_path: Path) -> None:
    """It is made before the database is."""
    with closing(hold(tmp_path / "var", "IDP_DATA_DIR", "http://localhost:5000 http://localhost:5001")):
        assert mode(tmp_path / "var") == 0o700


@kinds
def test_an_error_shows_no_value(kind: type[Database], tmp_path: Path) -> None:
    """What goes to a log or a screen holds no parameter of a statement."""
    with written(kind, tmp_path / "data.sqlite3") as db:
        with pytest.raises(SQLAlchemyError) as error, db.begin() as session:
            session.execute(text("insert into nowhere values (:value)"), {"value": "065190000101"})
        assert "065190000101" not in str(error.value)
