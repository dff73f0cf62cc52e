"""Records are numbered 1, 2, 3 without a gap, each with the hash of the one before; the last is sealed."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime

import pytest
from audit_chain import AT, KEY, check, fill, forge, found, head, record, unguarded
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from idp.audit import canonical, chain, chain_store
from idp.audit.chain import GENESIS, Head, Stored
from idp.audit.store import AuditLog
from idp.db import Database


def stored(db: Database) -> list[Stored]:
    with db.read() as session:
        return list(chain_store.records(session))


def fail(db: Database, log: AuditLog) -> None:
    with db.begin() as session:
        log.record(session, event="undone", subject=None, client_id=None, details={}, now=AT)
        raise KeyError


def test_the_hash_is_that_of_the_documented_form() -> None:
    """SHA-256 over sorted members, UTF-8, no spaces: written out here by hand."""
    form = (
        '{"at":"2026-11-24T02:00:00.000000Z","client_id":null,"details":{"a":[1,true,null],"ghi chú":"đã \\"ký\\""},'
        f'"event":"signed_out","previous_hash":"{GENESIS}","sequence":1,"subject":"lan"}}'
    )
    details = canonical.text({"ghi chú": 'đã "ký"', "a": (1, True, None)})
    content = Stored(1, AT, "signed_out", "lan", None, details, GENESIS, None).content()
    assert content is not None
    assert chain.digest(content) == hashlib.sha256(form.encode()).hexdigest()


def test_the_seal_is_that_of_the_documented_form() -> None:
    form = f'{{"hash":"{GENESIS}","sequence":7}}'.encode()
    assert Head.sealed(KEY, 7, GENESIS).seal == hmac.new(KEY, form, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2**53, '"9007199254740992"'),
        (2**53 - 1, "9007199254740991"),
        (0.5, '"0.5"'),
        (float("nan"), '"nan"'),
        ("\ud800", '"?"'),
        ("\x00\x1f\n/é", '"\\u0000\\u001f\\n/é"'),
    ],
)
def test_what_json_leaves_in_doubt_is_recorded_as_text(value: object, written: str) -> None:
    """Fractions and large numbers are written differently by different programs (RFC 8785 3.2.2.3)."""
    assert canonical.text(value) == written


@pytest.mark.parametrize(
    "text", ['{"b":1,"a":2}', '{"a": 1}', "[]", "1", '{"a":0.5}', '{"a":1,"a":1}', "", None, 5, b"{}"]
)
def test_details_in_another_form_are_none_of_ours(text: object) -> None:
    assert canonical.details(text) is None


def test_a_value_that_json_cannot_say_is_refused_at_once(db: Database) -> None:
    """And leaves no gap."""
    with pytest.raises(TypeError):
        record(db, when=datetime.now)
    record(db)
    assert [each.sequence for each in stored(db)] == [1]


def test_records_follow_each_other(db: Database) -> None:
    fill(db, 3)
    first, second, third = stored(db)
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [GENESIS, first.hash, second.hash]
    assert (head(db).sequence, head(db).hash) == (3, third.hash)
    assert head(db).holds(KEY)
    assert check(db).whole


def test_an_empty_chain_is_whole(db: Database) -> None:
    assert (check(db).whole, check(db).records, check(db).head) == (True, 0, None)


def test_many_records_of_one_transaction_keep_their_order(db: Database) -> None:
    log = AuditLog(KEY)
    with db.begin() as session:
        for number in range(5):
            log.record(session, event=f"e{number}", subject=None, client_id=None, details={}, now=AT)
    assert [each.event for each in stored(db)] == [f"e{number}" for number in range(5)]
    assert check(db).whole


def test_a_transaction_rolled_back_leaves_no_gap(db: Database) -> None:
    """Neither its record nor its number; and one after it in the same session stands alone."""
    log = AuditLog(KEY)
    fill(db, 2)
    with pytest.raises(KeyError):
        fail(db, log)
    with db.begin() as session:
        log.record(session, event="undone", subject=None, client_id=None, details={}, now=AT)
        session.rollback()
    fill(db, 1)
    assert [each.sequence for each in stored(db)] == [1, 2, 3]
    assert "undone" not in [each.event for each in stored(db)]
    assert check(db).whole


def test_a_savepoint_rolled_back_takes_its_record_with_it(db: Database) -> None:
    log = AuditLog(KEY)
    with db.begin() as session:
        log.record(session, event="before", subject=None, client_id=None, details={}, now=AT)
        savepoint = session.begin_nested()
        log.record(session, event="undone", subject=None, client_id=None, details={}, now=AT)
        savepoint.rollback()
        with session.begin_nested():
            log.record(session, event="inside", subject=None, client_id=None, details={}, now=AT)
    assert sorted(str(each.event) for each in stored(db)) == ["before", "inside"]
    assert check(db).whole


def test_a_record_that_cannot_be_written_takes_its_transaction_with_it(db: Database) -> None:
    """What is not recorded did not happen."""
    fill(db, 1)
    with unguarded(db) as connection:
        forge(connection, 2)
    with pytest.raises(DBAPIError):
        record(db, "x", subject=None)
    assert [each.subject for each in stored(db)] == ["lan", "forged"]
    assert (head(db).sequence, head(db).holds(KEY)) == (1, True)


def test_a_check_can_begin_further_on(db: Database) -> None:
    """What is before stays unchecked; the record just before is what the first must follow."""
    fill(db, 6)
    with unguarded(db) as connection:
        connection.execute(text("UPDATE audit_record SET subject = 'minh' WHERE sequence = 2"))
    assert found(check(db)) == (2, "edited")
    assert check(db, start=3).whole
    assert check(db, start=3).records == 4
    assert found(check(db, start=2)) == (2, "edited")


@pytest.mark.parametrize(("gone", "start", "expected"), [("= 3", 4, (3, "deleted")), ("> 2", 5, (3, "truncated"))])
def test_a_check_needs_the_record_before_its_beginning(
    db: Database, gone: str, start: int, expected: tuple[int, str]
) -> None:
    fill(db, 6)
    with unguarded(db) as connection:
        connection.execute(text(f"DELETE FROM audit_record WHERE sequence {gone}"))
    assert found(check(db, start=start)) == expected


def test_it_is_read_in_batches(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no chain is too long for the memory; the edges of batches are checked like any other place."""
    fill(db, 7)
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(chain_store, "BATCH", size)
        assert (check(db).whole, check(db).records) == (True, 7)
    with unguarded(db) as connection:
        connection.execute(text("DELETE FROM audit_record WHERE sequence = 4"))
    assert found(check(db)) == (4, "deleted")


def test_details_are_stored_as_they_are_hashed(db: Database) -> None:
    record(db, b="đ", a={"y": [1], "x": None})
    (only,) = stored(db)
    assert only.details == '{"a":{"x":null,"y":[1]},"b":"đ"}'
    assert canonical.details(only.details) == json.loads(str(only.details))
