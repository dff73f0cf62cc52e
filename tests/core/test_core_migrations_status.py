"""The migration to the life of documents: past statuses are known from then on, and going back loses no document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as Alembic
from sqlalchemy import text

import idp
from idp.db import Database
from idp.documents import store

BEFORE, AFTER = "0021", "0024"
DOCUMENT = (
    "INSERT INTO document (id, holder, vct, issuer_id, document_number, sd_jwt, issued_at, expires_at, updated_at,"
    " status, status_list, status_index) VALUES (:id, 'anna', 'urn:x', 'hospital', :id, 'x', :at, :at, :at,"
    " :status, 1, :index)"
)
LIST = (
    "INSERT INTO status_list (issuer_id, number, size, used, revision, changed_at)"
    " VALUES ('hospital', 1, 1024, 2, 1, :at)"
)
LONG_AGO = "2026-01-01 02:00:00+00:00"


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of before, with a valid document and a revoked one."""
    sqlite = request.param == "sqlite"
    db = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}" if sqlite else request.getfixturevalue("empty_postgres"))
    move(db, BEFORE)
    with db.begin() as session:
        session.execute(text(LIST), {"at": LONG_AGO})
        for name, status, index in (("good", 0, 3), ("bad", 1, 7)):
            session.execute(text(DOCUMENT), {"id": name, "status": status, "index": index, "at": LONG_AGO})
    yield db
    db.dispose()


def move(db: Database, revision: str, act: str = "upgrade") -> None:
    config = Alembic()
    config.set_main_option("script_location", str(Path(idp.__path__[0]) / "migrations"))
    with db.engine.begin() as connection:
        config.attributes.update(connection=connection, audit_key=b"k" * 32)
        getattr(command, act)(config, revision)


def test_history_begins_with_the_migration(before: Database) -> None:
    """What was before nobody knows; what is so is told from then on; a superseded file goes back as revoked."""
    start = datetime.now(UTC)
    move(before, AFTER)
    with before.begin() as session:
        row = store.status_list(session, "hospital", 1)
        assert row is not None
        assert row.history_from is not None
        assert row.history_from >= start.replace(microsecond=0)
        assert store.statuses_at(session, "hospital", 1, datetime.now(UTC)) == {7: 1}
        assert store.statuses_at(session, "hospital", 1, datetime(2026, 6, 1, tzinfo=UTC)) == {}
        session.execute(text("UPDATE document SET status = 3 WHERE id = 'good'"))
    move(before, BEFORE, "downgrade")
    with before.read() as session:
        rows = session.execute(text("SELECT id, status FROM document ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("bad", 1), ("good", 1)]
