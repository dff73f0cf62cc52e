"""Whatever order the records are put into, and whichever are taken out: it is found, at the first that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, combinations, permutations

from audit_chain import KEY, fill, found, unguarded
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from idp.audit.verification import verify
from idp.db import Database

NUMBERS = (1, 2, 3, 4, 5)


@contextmanager
def undone(connection: Connection) -> Iterator[Session]:
    savepoint = connection.begin_nested()
    with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
        yield session
    savepoint.rollback()


def number(session: Session, order: Sequence[int]) -> None:
    """Give the record that was `order[0]` number 1, and so on."""
    for new, old in enumerate(order, 1):
        session.execute(text("UPDATE audit_record SET sequence = :n WHERE sequence = :old"), {"n": -new, "old": old})
    session.execute(text("UPDATE audit_record SET sequence = -sequence"))


def test_every_other_order_is_found(db: Database) -> None:
    """The first record that stands where it was not written."""
    fill(db, len(NUMBERS))
    with unguarded(db) as connection:
        for order in permutations(NUMBERS):
            with undone(connection) as session:
                number(session, order)
                verdict = verify(session, KEY)
            first = next((at for at, was in enumerate(order, 1) if at != was), None)
            assert found(verdict) == (None if first is None else (first, "reordered")), order


def test_every_deletion_is_found(db: Database) -> None:
    """The first that is gone; cut off where none is left behind it."""
    fill(db, len(NUMBERS))
    with unguarded(db) as connection:
        for gone in chain.from_iterable(combinations(NUMBERS, count) for count in NUMBERS):
            left = set(NUMBERS) - set(gone)
            with undone(connection) as session:
                for each in gone:
                    session.execute(text("DELETE FROM audit_record WHERE sequence = :n"), {"n": each})
                verdict = verify(session, KEY)
            kind = "truncated" if not left or max(left) < gone[0] else "deleted"
            assert found(verdict) == (gone[0], kind), gone
            assert verdict.missing == len(gone)
