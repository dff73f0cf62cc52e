"""The migrations and the models say the same, on both databases."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fresh_tables import migrated, statements
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import idp
from idp import migrate, tables
from idp.db import Base, Database


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that only the migrations have touched."""
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    else:
        db = Database(request.getfixturevalue("empty_postgres"))
    assert db.is_empty()
    migrate.upgrade(db.engine, fresh=None)
    yield db
    db.dispose()


def test_migrations_make_what_the_models_say(upgraded: Database) -> None:
    """Alembic finds nothing left to do after an upgrade."""
    with upgraded.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_fresh_file_is_what_the_migrations_make(tmp_path: Path) -> None:
    """`make tables` writes it; whoever adds a migration and forgets that is told here."""
    fresh = migrate.FRESH.read_text(encoding="utf-8").split(migrate.BETWEEN)
    assert _bare(migrated()) == _bare(fresh)
    db = Database(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    db.upgrade()
    db.dispose()
    assert _bare(statements(tmp_path / "fresh.sqlite3")) == _bare(fresh)


def _bare(found: list[str]) -> list[list[str]]:
    """Without quotation marks, spaces and the order of constraints: none of them is the same each time."""
    return [sorted(re.sub(r'["\s]', "", one).removesuffix(")").split(",")) for one in found]


def test_an_outdated_fresh_file_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says of its version is believed, and the rest migrated."""
    asked: list[str | None] = []
    monkeypatch.setattr(migrate, "_migrate", lambda connection, _key: asked.append(migrate._version(connection)))
    older = tmp_path / "older.sql"
    older.write_text(migrate.FRESH.read_text(encoding="utf-8").replace(f"('{_newest()}')", "('0001')"), "utf-8")
    db = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrate.upgrade(db.engine, fresh=older)
    assert asked == ["0001"]
    db.dispose()


def _newest() -> str:
    return max(path.name[:4] for path in (migrate.FOLDER / "versions").glob("[0-9]*.py"))


def test_half_made_tables_are_taken_back(tmp_path: Path) -> None:
    """A fresh file with a mistake leaves no table behind."""
    broken = tmp_path / "broken.sql"
    broken.write_text(migrate.BETWEEN.join(["CREATE TABLE one (a INTEGER)", "CREATE TABLE one (a INTEGER)"]), "utf-8")
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with pytest.raises(OperationalError):
        migrate.upgrade(db.engine, fresh=broken)
    assert db.is_empty()
    db.dispose()


def test_upgrading_again_changes_nothing(upgraded: Database) -> None:
    """Every start runs the migrations; a database at head is left alone."""
    with upgraded.engine.connect() as connection:
        before = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    upgraded.upgrade()
    with upgraded.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == before


def test_no_model_is_forgotten() -> None:
    """A table whose module idp.tables does not name would be missing from the migrations."""
    known = {module.__name__ for module in tables.ALL}
    for module in pkgutil.walk_packages(idp.__path__, "idp."):
        if "migrations" not in module.name and module.name != "idp.cli.__main__" and "__main__" not in module.name:
            importlib.import_module(module.name)
    owners = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    assert owners == known
