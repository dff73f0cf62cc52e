"""The migrations and the models say the same, on both databases."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import idp
from idp import tables
from idp.db import Base, Database


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that only the migrations have touched."""
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    else:
        db = Database(request.getfixturevalue("empty_postgres"))
    assert db.is_empty()
    db.upgrade()
    yield db
    db.dispose()


def test_migrations_make_what_the_models_say(upgraded: Database) -> None:
    """Alembic finds nothing left to do after an upgrade."""
    with upgraded.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


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
