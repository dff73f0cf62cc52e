"""Audit records for tests, and a hand that reaches past the database's guards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from idp.audit import chain, chain_store
from idp.audit.chain import Head
from idp.audit.findings import Verdict
from idp.audit.store import AuditLog
from idp.audit.verification import verify
from idp.db import Database

KEY = b"k" * 32
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
RECORD = text("SELECT sequence, at, event, subject, client_id, details FROM audit_record WHERE sequence = :n")


def record(
    db: Database, event: str = "signed_out", subject: str | None = "lan", at: datetime = AT, **details: object
) -> None:
    with db.begin() as session:
        AuditLog(KEY).record(session, event=event, subject=subject, client_id="portal", details=details, now=at)


def fill(db: Database, count: int) -> None:
    """So many records, one transaction each."""
    for number in range(1, count + 1):
        record(db, note=f"bản ghi {number}")


def check(db: Database, key: bytes = KEY, start: int = 1, kept: Head | None = None) -> Verdict:
    with db.read(repeatable=True) as session:
        return verify(session, key, start=start, kept=kept)


def found(verdict: Verdict) -> tuple[int, str] | None:
    """Where the chain first breaks, and how."""
    return verdict.first and (verdict.first.sequence, verdict.first.kind.value)


def head(db: Database) -> Head:
    with db.read() as session:
        known = chain_store.head(session)
    assert known is not None
    return known


@contextmanager
def unguarded(db: Database) -> Iterator[Connection]:
    """A connection of somebody who owns the database: the triggers are off until it is done."""
    triggers = [] if not db.sqlite else _sqlite_triggers(db)
    with db.engine.begin() as connection:
        if not db.sqlite:
            connection.execute(text("ALTER TABLE audit_record DISABLE TRIGGER USER"))
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        for _, made in triggers:
            connection.exec_driver_sql(made)
        if not db.sqlite:
            connection.execute(text("ALTER TABLE audit_record ENABLE TRIGGER USER"))


def _sqlite_triggers(db: Database) -> list[tuple[str, str]]:
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return [(row.name, row.sql) for row in rows]


def rehash(connection: Connection, start: int, end: int) -> str:
    """Make the hashes of these records fit each other again, as a forger would; gives the last one."""
    last = connection.execute(text("SELECT hash FROM audit_record WHERE sequence = :n"), {"n": start - 1}).scalar()
    last = last or chain.GENESIS
    for number in range(start, end + 1):
        row = connection.execute(RECORD, {"n": number}).one()
        content = chain.Stored(*row, last, None).content()
        assert content is not None
        values = {"n": number, "previous": last, "hash": chain.digest(content)}
        connection.execute(
            text("UPDATE audit_record SET previous_hash = :previous, hash = :hash WHERE sequence = :n"), values
        )
        last = values["hash"]
    return str(last)


def shift(connection: Connection, start: int, by: int) -> None:
    """Give every record from `start` on another number, in two steps since numbers are unique."""
    connection.execute(
        text("UPDATE audit_record SET sequence = -(sequence + :by) - 1000 WHERE sequence >= :start"),
        {"by": by, "start": start},
    )
    connection.execute(text("UPDATE audit_record SET sequence = -(sequence + 1000) WHERE sequence < -1000"))


def forge(connection: Connection, sequence: int, after: int | None = None) -> None:
    """Put in a record of that number which holds in itself; it follows record `after`, or what is before it."""
    connection.execute(
        text(
            "INSERT INTO audit_record (sequence, at, event, subject, client_id, details, previous_hash, hash) "
            "SELECT :n, at, event, 'forged', client_id, details, '', '' FROM audit_record WHERE sequence = :model"
        ),
        {"n": sequence, "model": sequence - 1 if after is None else after},
    )
    rehash(connection, sequence, sequence)
