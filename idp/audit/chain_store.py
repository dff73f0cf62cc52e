"""The chain in the database: appending under the head's lock, and reading records as they are stored."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, String, Table, bindparam, func, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from idp.audit import chain
from idp.audit.chain import GENESIS, Head, Stored
from idp.audit.models import AuditHeadRow, AuditRow
from idp.prepared import Prepared, insert_row

BATCH = 1000  # records in memory at a time
RECORDS, HEAD = cast(Table, AuditRow.__table__), cast(Table, AuditHeadRow.__table__)
HEAD_QUERY = select(HEAD.c.sequence, HEAD.c.hash, HEAD.c.seal)
LOCK_HEAD = Prepared(HEAD_QUERY.with_for_update())  # SQLite knows no row lock: db.begin() holds its only writer's
MOVE_HEAD = Prepared(
    update(HEAD).values(sequence=bindparam("last"), hash=bindparam("digest"), seal=bindparam("seal"))
)
log = logging.getLogger("mock_vneid")


@dataclass(frozen=True)
class New:
    """A record before it has a place in the chain. `details` is canonical JSON."""

    at: datetime
    event: str
    subject: str | None
    client_id: str | None
    details: str


def append(session: Session, key: bytes, entries: Sequence[New]) -> None:
    """Give each entry the next place. The head's row stays locked until the transaction ends."""
    head = _locked(session, key)
    genuine = head.holds(key)
    if not genuine:
        log.error("the audit chain's head does not bear this provider's seal: run `mock-vneid audit verify`")
    rows, end = [], head
    for entry in entries:
        rows.append(_row(entry, end))
        end = Head(end.sequence + 1, str(rows[-1]["hash"]))
    # A broken seal is not mended by going on: it would hide what was done before.
    seal = Head.sealed(key, end.sequence, end.hash).seal if genuine else head.seal
    for row in rows:
        insert_row(session, RECORDS, row)
    MOVE_HEAD.run(session, last=end.sequence, digest=end.hash, seal=seal)


def head(session: Session) -> Head | None:
    """Where the chain ends, or None where nothing was ever recorded."""
    row = session.execute(HEAD_QUERY).one_or_none()
    return None if row is None else Head(row.sequence, row.hash, row.seal)


def records(session: Session, start: int | None = None) -> Iterator[Stored]:
    """Every record in the order of its number, from `start` on; a batch at a time."""
    after = None if start is None else start - 1
    while True:
        found = _stored(session, RECORDS.c.sequence > after if after is not None else None, BATCH)
        yield from found
        if len(found) < BATCH:
            return
        after = found[-1].sequence


def one(session: Session, sequence: int) -> Stored | None:
    return next(iter(_stored(session, RECORDS.c.sequence == sequence, 1)), None)


def followers(session: Session, digest: object) -> list[Stored]:
    """The records that name `digest` as the hash of the one before them."""
    return _stored(session, RECORDS.c.previous_hash == digest, BATCH)


def last_sequence(session: Session) -> int:
    return int(session.scalar(select(func.max(RECORDS.c.sequence))) or 0)


def _row(entry: New, after: Head) -> dict[str, object]:
    sequence = after.sequence + 1
    known = Stored(
        sequence, entry.at, entry.event, entry.subject, entry.client_id, entry.details, after.hash, None
    ).content()
    assert known is not None  # noqa: S101 - `details` came from canonical.text
    return {
        "sequence": sequence, "at": entry.at, "event": entry.event, "subject": entry.subject,
        "client_id": entry.client_id, "details": entry.details, "previous_hash": after.hash,
        "hash": chain.digest(known),
    }  # fmt: skip


def _locked(session: Session, key: bytes) -> Head:
    row = LOCK_HEAD.one(session)
    if row is None:
        _first_head(session, key)
        row = LOCK_HEAD.one(session)
    return Head(row.sequence, row.hash, row.seal)


def _first_head(session: Session, key: bytes) -> None:
    """The head of an empty chain; of one whose head was taken away, a head without a seal."""
    last = one(session, last_sequence(session))
    made = Head.sealed(key, 0, GENESIS) if last is None else Head(last.sequence, str(last.hash))
    values = {"id": 1, "sequence": made.sequence, "hash": made.hash, "seal": made.seal}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(HEAD).values(values).on_conflict_do_nothing())  # another was as early


def _stored(session: Session, condition: ColumnElement[bool] | None, limit: int) -> list[Stored]:
    c = RECORDS.c
    # As text, so that an instant which is none can be read, and told of.
    columns = (c.sequence, type_coerce(c.at, String).label("at"), c.event, c.subject, c.client_id, c.details)
    query = select(*columns, c.previous_hash, c.hash).order_by(c.sequence).limit(limit)
    if condition is not None:
        query = query.where(condition)
    return [Stored(*row) for row in session.execute(query)]
