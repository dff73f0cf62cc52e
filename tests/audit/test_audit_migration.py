"""Records of a database made before the chain are chained by the migration, and nothing of them is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config as Alembic
from audit_chain import KEY, check, found, head, record
from sqlalchemy import inspect, text

import idp
from idp import pki
from idp.audit.store import entries_of
from idp.cli.database import opened
from idp.config import Config
from idp.db import Database

ROWS = [
    # In the order they were written, which is not that of their time; numbers with gaps, as rollbacks leave them.
    (2, "2026-11-24 02:00:00.000000+00:00", "document.issued", "lan", None, '{"vct": "urn:x", "issuer": "công an"}'),
    (3, "2026-11-23 02:00:00.123456+00:00", "signed_out", None, "portal", "{}"),
    (7, "2026-11-24 03:00:00.000000+00:00", "document.status", "lan", None, '{"score": 0.5}'),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as revision 0002 left it, with records."""
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}" if sqlite else request.getfixturevalue("empty_postgres")
    db = Database(url)
    move(db, "0002")
    with db.begin() as session:
        for row in ROWS:
            values = dict(zip(("id", "at", "event", "subject", "client_id", "details"), row, strict=True))
            session.execute(
                text("INSERT INTO audit_record VALUES (:id, :at, :event, :subject, :client_id, :details)"), values
            )
    yield db
    db.dispose()


def move(db: Database, revision: str) -> None:
    config = Alembic()
    config.set_main_option("script_location", str(Path(idp.__path__[0]) / "migrations"))
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if inspect(connection).has_table("audit_head") else command.upgrade)(config, revision)


def test_what_is_there_is_chained_and_sealed(before: Database) -> None:
    before.upgrade(KEY)
    assert (check(before).whole, check(before).records) == (True, len(ROWS))
    with before.read() as session:
        entries = entries_of(session, "lan", {"document.issued", "document.status"})
    assert [(entry.id, entry.event) for entry in entries] == [(3, "document.status"), (1, "document.issued")]
    assert entries[1].details == {"vct": "urn:x", "issuer": "công an"}
    record(before)
    assert (check(before).whole, head(before).sequence) == (True, 4)


def test_without_the_key_it_is_chained_but_not_sealed(before: Database) -> None:
    """And said to be so: nobody may seal afterwards what somebody may have changed."""
    before.upgrade()
    record(before)
    assert found(check(before)) == (4, "unsealed")


def test_the_commands_seal_with_the_key_of_the_key_folder(before: Database, tmp_path: Path) -> None:
    """A key folder of an earlier release has none yet: it is made, for its owner alone."""
    url = before.url.render_as_string(hide_password=False)
    config = Config(database_url=url, keys_dir=tmp_path / "keys")
    with opened(config) as db:
        key = (tmp_path / "keys" / pki.AUDIT_KEY).read_bytes()
        assert check(db, key).whole
    assert (tmp_path / "keys" / pki.AUDIT_KEY).stat().st_mode & 0o777 == 0o600
    with opened(config):
        assert (tmp_path / "keys" / pki.AUDIT_KEY).read_bytes() == key


def test_an_empty_record_has_no_head_until_something_happens(before: Database) -> None:
    with before.begin() as session:
        session.execute(text("DELETE FROM audit_record"))
    before.upgrade()
    assert check(before).head is None
    record(before)
    assert check(before).whole


def test_the_way_back_keeps_what_happened(before: Database) -> None:
    """And from there up again."""
    before.upgrade(KEY)
    move(before, "0002")
    with before.begin() as session:
        rows = session.execute(text("SELECT id, event, subject FROM audit_record ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [(at, row[2], row[3]) for at, row in enumerate(ROWS, 1)]
        session.execute(text("UPDATE audit_record SET subject = 'minh' WHERE id = 1"))
        assert not inspect(session.connection()).has_table("audit_head")
    before.upgrade(KEY)
    assert (check(before).whole, check(before).records) == (True, len(ROWS))
