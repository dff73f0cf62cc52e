"""Bringing the tables to what this version of the program knows."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

FOLDER = Path(__file__).parent / "migrations"
#: What the migrations make of an empty SQLite file: to run them one after another is a fifth of a first start.
FRESH = FOLDER / "fresh_sqlite.sql"
#: Stands between two statements there; a trigger has semicolons within.
BETWEEN = "\n\n"


class OtherVersion(Exception):
    """The tables were made by a version of this program that this one does not know."""


def upgrade(engine: Engine, *, audit_key: bytes | None = None, fresh: Path | None = FRESH) -> None:
    """Bring the tables to the newest migration, all of it or nothing. Raises OtherVersion.

    `audit_key` seals audit records that were not chained before. `fresh` None has each migration run.
    """
    newest = max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
    if _version(engine) == newest:
        return
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":  # all of it or nothing, as PostgreSQL does anyway
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if fresh is not None and _is_empty(connection):
                _make(connection, fresh)
        if _version(connection) != newest:
            _migrate(connection, audit_key)


def _version(where: Engine | Connection) -> str | None:
    """None for no tables of ours, or for more than one version."""
    if not inspect(where).has_table("alembic_version"):
        return None
    with where.connect() if isinstance(where, Engine) else nullcontext(where) as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return found[0] if len(found) == 1 else None


def _is_empty(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0


def _make(connection: Connection, fresh: Path) -> None:
    for statement in fresh.read_text(encoding="utf-8").split(BETWEEN):
        connection.exec_driver_sql(statement)


def _migrate(connection: Connection, audit_key: bytes | None) -> None:
    from alembic import command  # takes a tenth of a start to load
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes.update(audit_key=audit_key, connection=connection)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise OtherVersion(str(error)) from error
