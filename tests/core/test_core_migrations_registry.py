"""The migration to the client registry keeps officers and what refers to them, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as Alembic
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import idp
from idp.db import Database

BEFORE = "0010"
OFFICER = (
    "INSERT INTO officer (id, login, full_name, role, active, password_hash, code_seed)"
    " VALUES (:id, :id, 'x', :role, :active, 'x', :seed)"
)
SESSION = (
    "INSERT INTO officer_session (id, secret_hash, csrf_token, officer_id, last_used_at, expires_at)"
    " VALUES ('s', 'h', 'c', 'anna', '2026-11-24 02:00:00+00:00', '2026-11-24 02:00:00+00:00')"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of before, with an officer who is signed in."""
    sqlite = request.param == "sqlite"
    db = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}" if sqlite else request.getfixturevalue("empty_postgres"))
    move(db, BEFORE)
    add(db, "anna", "auditor")
    with db.begin() as session:
        session.execute(text(SESSION))
    yield db
    db.dispose()


def move(db: Database, revision: str, act: str = "upgrade") -> None:
    config = Alembic()
    config.set_main_option("script_location", str(Path(idp.__path__[0]) / "migrations"))
    with db.engine.begin() as connection:
        config.attributes.update(connection=connection, audit_key=b"k" * 32)
        getattr(command, act)(config, revision)


def add(db: Database, name: str, role: str) -> None:
    with db.begin() as session:
        session.execute(text(OFFICER), {"id": name, "role": role, "active": True, "seed": b"x"})


def counted(db: Database) -> tuple[int, int]:
    with db.read() as session:
        officers = session.execute(text("SELECT count(*) FROM officer")).scalar_one()
        return officers, session.execute(text("SELECT count(*) FROM officer_session")).scalar_one()


def test_the_new_role_was_none_before(before: Database) -> None:
    with pytest.raises(DBAPIError):
        add(before, "bert", "client_registrar")


def test_nobody_is_lost(before: Database) -> None:
    """Up: the officer and her session stay, the new role may be given, others still not; down: the new role goes."""
    move(before, "head")
    assert counted(before) == (1, 1)
    add(before, "bert", "client_registrar")
    with pytest.raises(DBAPIError):
        add(before, "carl", "emperor")
    assert counted(before) == (2, 1)
    move(before, BEFORE, "downgrade")
    assert counted(before) == (1, 1)
    with pytest.raises(DBAPIError):
        add(before, "bert", "client_registrar")
