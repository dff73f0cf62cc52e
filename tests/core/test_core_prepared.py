"""Statements made once: they say what SQLAlchemy would, fail as it does, and remember nothing of what they read."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from idp import sessions
from idp.db import Database, QuickSession, insert_row
from idp.prepared import Prepared
from idp.prepared import _json as read_json
from idp.sessions import BrowserSessionRow

TABLE = BrowserSessionRow.__table__
BY_ID = Prepared(select(TABLE).where(TABLE.c.id == bindparam("wanted")))
RENAME = Prepared(update(TABLE).where(TABLE.c.id == bindparam("wanted")).values(address=bindparam("name")))
SECRET = "a-secret-that-no-message-holds"


class Undone(Exception):
    """Something went wrong in the middle of a transaction."""


def _started(db: Database, now: datetime) -> str:
    with db.begin() as session:
        return sessions.start(session, now)[1].id


def test_a_value_that_is_missing_is_an_error_and_never_null(db: Database, now: datetime) -> None:
    with db.begin() as session, pytest.raises((KeyError, StatementError)):
        RENAME.run(session, wanted=_started_in(session, now))


def _started_in(session: object, now: datetime) -> str:
    assert isinstance(session, QuickSession)
    return sessions.start(session, now)[1].id


def test_an_error_of_the_driver_is_sqlalchemys_and_tells_no_value(db: Database, now: datetime) -> None:
    present = _started(db, now)
    row = {"id": present, "secret_hash": SECRET, "csrf_token": SECRET}
    times = {"created_at": now, "last_used_at": now, "expires_at": now}
    with pytest.raises(IntegrityError) as error, db.begin() as session:
        insert_row(session, BrowserSessionRow, **row, **times)
    assert isinstance(error.value, DBAPIError)
    assert SECRET not in str(error.value)


def test_a_read_leaves_no_transaction_open_however_it_ends(db: Database, now: datetime) -> None:
    """Else the next transaction on that connection would see what was there then, and SQLite's log never end."""
    present = _started(db, now)
    with suppress(Undone), db.read() as session:
        BY_ID.one(session, wanted=present)
        raise Undone
    with db.read() as session:
        assert BY_ID.one(session, wanted=present).address == ""
    if db.sqlite:
        assert isinstance(session, QuickSession)
        assert session.driver.in_transaction is False
    with db.begin() as session:
        RENAME.run(session, wanted=present, name="192.0.2.7")
    with db.read() as session:
        assert BY_ID.one(session, wanted=present).address == "192.0.2.7"


def test_a_statement_whose_text_depends_on_its_values_is_refused(db: Database) -> None:
    if not db.sqlite:
        return  # there it goes the ordinary way, which can do that
    several = Prepared(select(TABLE.c.id).where(TABLE.c.id.in_(bindparam("ids", expanding=True))))
    with db.begin() as session, pytest.raises(TypeError, match="prepared"):
        several.all(session, ids=["a", "b"])


def test_a_row_is_what_the_mapped_class_says(db: Database, now: datetime) -> None:
    """Instants with their zone, values that nobody gave, and what is null."""
    present = _started(db, now)
    with db.read() as session:
        row, mapped = BY_ID.one(session, wanted=present), session.scalars(select(BrowserSessionRow)).one()
        assert BY_ID.one(session, wanted="nobody") is None
        assert {name: getattr(mapped, name) for name in row._fields} == row._asdict()
    assert row.created_at == now
    assert row.created_at.utcoffset() == timedelta(0)
    assert (row.amr, row.subject) == ("", None)


def test_what_another_transaction_committed_is_seen_at_once(db: Database, now: datetime) -> None:
    present = _started(db, now)
    for name in ("one", "two"):
        with db.begin() as session:
            assert RENAME.run(session, wanted=present, name=name) == 1
        for looking in (db.look, db.read, db.begin):
            with looking() as session:
                assert BY_ID.one(session, wanted=present).address == name
                assert session.get(BrowserSessionRow, present).address == name  # type: ignore[union-attr]


def test_what_failed_is_undone_and_the_next_transaction_is_clean(db: Database, now: datetime) -> None:
    present = _started(db, now)
    for _ in range(3):
        with pytest.raises(Undone):
            _rename_and_fail(db, present)
        with db.look() as session:
            assert BY_ID.one(session, wanted=present).address == ""
        with db.begin() as session:
            assert RENAME.run(session, wanted=present, name="") == 1


def _rename_and_fail(db: Database, present: str) -> None:
    with db.begin() as session:
        RENAME.run(session, wanted=present, name="never")
        raise Undone


def test_a_look_may_be_taken_within_a_transaction(db: Database, now: datetime) -> None:
    """It has a connection of its own, and sees what is committed."""
    present = _started(db, now)
    with db.begin() as session:
        RENAME.run(session, wanted=present, name="not yet")
        with db.look() as other:
            assert BY_ID.one(other, wanted=present).address == ""
        assert BY_ID.one(session, wanted=present).address == "not yet"


def test_many_threads_share_no_connection(db: Database, now: datetime) -> None:
    present, wrong = _started(db, now), list[str]()

    def work(name: str) -> None:
        for _ in range(20):
            with db.begin() as session:
                RENAME.run(session, wanted=present, name=name)
                found = BY_ID.one(session, wanted=present).address
                if found != name:
                    wrong.append(found)

    threads = [threading.Thread(target=work, args=(f"thread {number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_one_row_is_one_object_until_it_is_asked_for_anew(db: Database, now: datetime) -> None:
    present = _started(db, now)
    with db.begin() as session:
        row = session.get(BrowserSessionRow, present)
        assert row is not None
        assert session.get(BrowserSessionRow, present) is row
        RENAME.run(session, wanted=present, name="behind its back")
        assert row.address == ""
        assert session.get(BrowserSessionRow, present, populate_existing=True) is row
        assert row.address == "behind its back"
        row.address = "changed"
    with db.look() as session:
        assert BY_ID.one(session, wanted=present).address == "changed"


def test_what_waits_to_be_written_is_found(db: Database, now: datetime) -> None:
    with db.begin() as session:
        times = {"created_at": now, "last_used_at": now, "expires_at": now}
        row = BrowserSessionRow(id="i", secret_hash="s", csrf_token="c", amr="", user_agent="", address="", **times)
        session.add(row)
        assert session.get(BrowserSessionRow, "i") is row
        assert session.get(BrowserSessionRow, "j") is None


@pytest.mark.parametrize(
    "value", [[], ["openid", "tiếng Việt"], [1, 2], [True, None], [["a"], {"b": [1]}], {"a": ["b"]}, "[", 'a"b', None]
)
def test_json_is_read_anew_each_time(value: object) -> None:
    """Whoever changes what was read changes nothing for the next, whose row says the same."""
    text = json.dumps(value)
    first, second = read_json(text), read_json(text)
    assert first == second == value
    if isinstance(value, list | dict):
        assert first is not second
        first.clear()
        assert read_json(text) == value
