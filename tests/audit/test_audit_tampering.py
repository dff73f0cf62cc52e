"""`audit verify` finds any edit, deletion, reordering and insertion, and names the first broken record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from audit_chain import KEY, check, fill, forge, found, head, record, rehash, shift, unguarded
from sqlalchemy import Connection, text

from idp.audit.chain import GENESIS, Head
from idp.db import Database

LAST = 9


def sql(statement: str, **values: object) -> Callable[[Connection], None]:
    return lambda connection: [connection.execute(text(statement), values), None][1]


def edit(column: str, value: object, number: int = 5) -> Callable[[Connection], None]:
    return sql(f"UPDATE audit_record SET {column} = :value WHERE sequence = {number}", value=value)


def delete(*numbers: int) -> Callable[[Connection], None]:
    return sql(f"DELETE FROM audit_record WHERE sequence IN ({', '.join(map(str, numbers))})")


def swap(one: int, other: int) -> Callable[[Connection], None]:
    def done(connection: Connection) -> None:
        for old, new in ((one, -1), (other, one), (-1, other)):
            sql("UPDATE audit_record SET sequence = :new WHERE sequence = :old", old=old, new=new)(connection)

    return done


def move(old: int, new: int) -> Callable[[Connection], None]:
    """Take a record out and put it in elsewhere, those between closing up."""

    def done(connection: Connection) -> None:
        sql("UPDATE audit_record SET sequence = -1 WHERE sequence = :old", old=old)(connection)
        shift(connection, old + 1, -1)
        shift(connection, new, 1)
        sql("UPDATE audit_record SET sequence = :new WHERE sequence = -1", new=new)(connection)

    return done


def in_turn(*steps: Callable[[Connection], object]) -> Callable[[Connection], None]:
    return lambda connection: [step(connection) for step in steps] and None


def copy(old: int, new: int) -> Callable[[Connection], None]:
    """Tell of the same thing a second time."""
    names = "at, event, subject, client_id, details, previous_hash, hash"
    put_in = (
        f"INSERT INTO audit_record (sequence, {names}) SELECT :new, {names} FROM audit_record WHERE sequence = :old"
    )
    return in_turn(lambda c: shift(c, new, 1), sql(put_in, old=old, new=new))


EDITS = [
    edit("event", "signed_in"),
    edit("subject", "minh"),
    edit("subject", None),
    edit("client_id", "other"),
    edit("details", '{"note":"khác"}'),
    edit("details", '{"note": "bản ghi 5"}'),
    edit("details", "not JSON"),
    edit("at", "2026-11-24 02:00:00.000001+00:00"),
    edit("hash", GENESIS),
    edit("previous_hash", GENESIS),
    lambda connection: sql("UPDATE audit_record SET at = '2026-11-23 02:00:00+00:00' WHERE sequence = 5")(connection),
]


@pytest.mark.parametrize("change", EDITS)
def test_an_edit_of_any_field_is_found(db: Database, change: Callable[[Connection], None]) -> None:
    """One record does not hold, the others do."""
    fill(db, LAST)
    with unguarded(db) as connection:
        change(connection)
    verdict = check(db)
    assert found(verdict) == (5, "edited")
    assert (verdict.records, verdict.missing) == (LAST, 0)
    assert verdict.broken in (1, 2)  # the next one too, where it is the hash that was edited


TAMPERED: dict[str, tuple[Callable[[Connection], object], tuple[int, str]]] = {
    "first edited": (edit("subject", "minh", 1), (1, "edited")),
    "last edited": (edit("subject", "minh", LAST), (LAST, "edited")),
    "edited and hashed anew": (in_turn(edit("subject", "minh"), lambda c: rehash(c, 5, 5)), (5, "edited")),
    "first edited and hashed anew": (in_turn(edit("subject", "m", 1), lambda c: rehash(c, 1, 1)), (1, "edited")),
    "last edited and hashed anew": (
        in_turn(edit("subject", "m", LAST), lambda c: rehash(c, LAST, LAST)),
        (LAST, "rewritten"),
    ),
    "all hashed anew from an edited one on": (
        in_turn(edit("subject", "minh"), lambda c: rehash(c, 5, LAST)),
        (LAST, "rewritten"),
    ),
    "middle deleted": (delete(5), (5, "deleted")),
    "several deleted": (delete(4, 5, 7), (4, "deleted")),
    "first deleted": (delete(1), (1, "deleted")),
    "first three deleted": (delete(1, 2, 3), (1, "deleted")),
    "deleted and numbered anew": (in_turn(delete(5), lambda c: shift(c, 6, -1)), (5, "deleted")),
    "first deleted and numbered anew": (in_turn(delete(1), lambda c: shift(c, 2, -1)), (1, "deleted")),
    "deleted, numbered and hashed anew": (
        in_turn(delete(5), lambda c: shift(c, 6, -1), lambda c: rehash(c, 5, LAST - 1)),
        (LAST, "truncated"),
    ),
    "last deleted": (delete(LAST), (LAST, "truncated")),
    "tail deleted": (delete(7, 8, 9), (7, "truncated")),
    "all deleted": (sql("DELETE FROM audit_record"), (1, "truncated")),
    "two swapped": (swap(3, 6), (3, "reordered")),
    "neighbours swapped": (swap(5, 6), (5, "reordered")),
    "first and last swapped": (swap(1, LAST), (1, "reordered")),
    "moved down": (move(3, 7), (3, "reordered")),
    "moved up": (move(7, 3), (3, "reordered")),
    "moved behind the end": (sql("UPDATE audit_record SET sequence = 20 WHERE sequence = 5"), (5, "reordered")),
    "forged one put in": (in_turn(lambda c: shift(c, 5, 1), lambda c: forge(c, 5)), (5, "inserted")),
    "forged one of junk put in": (
        in_turn(lambda c: shift(c, 5, 1), lambda c: forge(c, 5), edit("hash", GENESIS)),
        (5, "inserted"),
    ),
    "two forged ones put in": (
        in_turn(lambda c: shift(c, 5, 2), lambda c: forge(c, 5), lambda c: forge(c, 6)),
        (5, "inserted"),
    ),
    "forged one put in first": (in_turn(lambda c: shift(c, 1, 1), lambda c: forge(c, 1, 5)), (1, "inserted")),
    "forged one put in at the end": (lambda c: forge(c, LAST + 1), (LAST + 1, "inserted")),
    "forged one put in before the first": (lambda c: forge(c, 0, 5), (0, "inserted")),
    "an old one told again": (copy(3, 7), (7, "inserted")),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_done_is_named(db: Database, name: str) -> None:
    """Deleted (middle, first, tail), reordered, inserted, edited: at the record where it first shows."""
    change, expected = TAMPERED[name]
    fill(db, LAST)
    assert check(db).whole
    with unguarded(db) as connection:
        change(connection)
    assert found(check(db)) == expected


def test_what_is_missing_and_broken_is_counted(db: Database) -> None:
    fill(db, LAST)
    with unguarded(db) as connection:
        in_turn(delete(2, 3, 9), edit("subject", "minh", 5), edit("subject", "minh", 7))(connection)
    verdict = check(db)
    assert (verdict.records, verdict.missing, verdict.broken) == (LAST - 3, 3, 2)
    assert found(verdict) == (2, "deleted")


@pytest.mark.parametrize("seal", ["", GENESIS, "ký"])
@pytest.mark.parametrize("end", [4, LAST])
def test_a_head_without_our_seal_is_found(db: Database, end: int, seal: str) -> None:
    """Whoever cuts off the end, or writes all of it anew, cannot seal the new end without the key file."""
    fill(db, LAST)
    with unguarded(db) as connection:
        sql("DELETE FROM audit_record WHERE sequence > :end", end=end)(connection)
        edit("subject", "minh", 2)(connection)
        last = rehash(connection, 1, end)
        sql("UPDATE audit_head SET sequence = :n, hash = :h, seal = :s", n=end, h=last, s=seal)(connection)
    verdict = check(db)
    assert (found(verdict), verdict.broken, verdict.missing) == ((end, "unsealed"), 0, 0)


def test_another_key_does_not_seal(db: Database) -> None:
    fill(db, 3)
    assert found(check(db, b"x" * 32)) == (3, "unsealed")


def test_a_head_taken_away_is_found(db: Database) -> None:
    fill(db, 3)
    with unguarded(db) as connection:
        sql("DELETE FROM audit_head")(connection)
    assert found(check(db)) == (3, "unsealed")


@pytest.mark.parametrize("break_it", ["DELETE FROM audit_head", "UPDATE audit_head SET seal = ''"])
def test_going_on_mends_no_broken_seal(db: Database, break_it: str, caplog: pytest.LogCaptureFixture) -> None:
    """The provider still serves, says so in its log, and the evidence stays."""
    fill(db, 3)
    with unguarded(db) as connection:
        sql(break_it)(connection)
    record(db)
    record(db)
    assert "seal" in caplog.text
    assert found(check(db)) == (5, "unsealed")


def test_going_on_mends_no_cut(db: Database) -> None:
    """A tail cut off leaves a gap between what is left and what comes after."""
    fill(db, LAST)
    with unguarded(db) as connection:
        delete(8, 9)(connection)
    record(db)
    assert found(check(db)) == (8, "deleted")


def test_an_earlier_state_put_back_is_found_by_a_head_kept_elsewhere(db: Database) -> None:
    """The database alone cannot tell (chain.py); what `audit head` printed can."""
    fill(db, 5)
    old, kept = head(db), None
    fill(db, 2)
    kept = head(db)
    with unguarded(db) as connection:
        delete(6, 7)(connection)
        put_back = "UPDATE audit_head SET sequence = :n, hash = :h, seal = :s"
        sql(put_back, n=old.sequence, h=old.hash, s=old.seal)(connection)
    assert check(db).whole
    assert found(check(db, kept=kept)) == (6, "truncated")


def test_a_chain_of_the_key_holder_is_found_by_a_head_kept_elsewhere(db: Database) -> None:
    fill(db, LAST)
    kept = head(db)
    with unguarded(db) as connection:
        edit("subject", "minh", 2)(connection)
        new = Head.sealed(KEY, LAST, rehash(connection, 2, LAST))
        sql("UPDATE audit_head SET hash = :h, seal = :s", h=new.hash, s=new.seal)(connection)
    assert check(db).whole
    assert found(check(db, kept=kept)) == (LAST, "rewritten")
    assert found(check(db, kept=Head(0, "1" * 64))) == (0, "rewritten")
