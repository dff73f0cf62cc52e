"""What is over is deleted at a start, and sessions now and then; what protects somebody, or is the record, stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from idp import sessions, sign_in_requests, throttling
from idp.app import create_app
from idp.cli.provision import provision
from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.oauth import models, store
from idp.sessions import BrowserSessionRow, SignInRequest, SignInRequestRow
from idp.throttling import ThrottleRow

TABLES = (BrowserSessionRow, SignInRequestRow, ThrottleRow, models.UsedAssertion)


@pytest.fixture
def filled(config: Config, db: Database, clock: FixedClock) -> Database:
    """One row of each kind that runs out: a session, what it was asked for, a guess, a client's assertion."""
    provision(config, clock)
    now = clock.now()
    with db.begin() as session:
        _, browser = sessions.start(session, now)
        sign_in_requests.ask_sign_in(session, browser, SignInRequest("/"), now)
        throttling.reserve(session, [throttling.address_key("192.0.2.1")], now)
        store.remember_assertion(session, "demo-portal", "hash", now + timedelta(minutes=5))
    return db


def counts(db: Database) -> list[int]:
    with db.read() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


@contextmanager
def running(config: Config, clock: FixedClock) -> Iterator[None]:
    app = create_app(config, clock)
    yield
    app.extensions["mock_vneid_db"].dispose()


def test_a_start_deletes_nothing_that_lives(config: Config, filled: Database, clock: FixedClock) -> None:
    """A restart signs nobody out and forgives no guess."""
    with running(config, clock):
        assert counts(filled) == [1, 1, 1, 1]


def test_a_start_deletes_what_is_over(config: Config, filled: Database, clock: FixedClock) -> None:
    """A day later all four are over."""
    clock.instant += timedelta(days=1)
    with running(config, clock):
        assert counts(filled) == [0, 0, 0, 0]


def test_each_in_its_own_time(config: Config, filled: Database, clock: FixedClock) -> None:
    """The assertion after minutes, the session that was left alone after half an hour, the guess after a day."""
    clock.instant += sessions.IDLE - timedelta(seconds=1)
    with running(config, clock):
        assert counts(filled) == [1, 1, 1, 0]
    clock.instant += timedelta(seconds=1)
    with running(config, clock):
        assert counts(filled) == [0, 0, 1, 0]
    clock.instant += sessions.LIFETIME
    with running(config, clock):
        assert counts(filled) == [0, 0, 1, 0]


def test_a_session_in_use_goes_with_its_last_hour(db: Database, clock: FixedClock) -> None:
    """However busy; and until then it stays."""
    with db.begin() as session:
        _, busy = sessions.start(session, clock.now())
        sessions.touch(session, busy.id, clock.now() + sessions.LIFETIME - timedelta(minutes=1))
    for left, there in ((timedelta(seconds=1), [busy.id]), (timedelta(), [])):
        with db.begin() as session:
            sessions.delete_expired(session, clock.now() + sessions.LIFETIME - left)
            assert session.scalars(select(BrowserSessionRow.id)).all() == there


def test_what_hangs_on_a_session_goes_with_it(db: Database, clock: FixedClock) -> None:
    """A request that would live longer than its session is deleted with it."""
    late = clock.now() + sessions.LIFETIME - timedelta(minutes=1)
    with db.begin() as session:
        _, browser = sessions.start(session, clock.now())
        _, other = sessions.start(session, late)
        sign_in_requests.ask_sign_in(session, browser, SignInRequest("/"), late)
        sign_in_requests.ask_sign_in(session, other, SignInRequest("/"), late)
    with db.begin() as session:
        sessions.delete_expired(session, clock.now() + sessions.LIFETIME)
        assert session.scalars(select(BrowserSessionRow.id)).all() == [other.id]
        assert session.scalars(select(SignInRequestRow.session_id)).all() == [other.id]


def test_who_gets_no_session_waits_for_nothing(config: Config, filled: Database, clock: FixedClock) -> None:
    """Reading the metadata deletes nothing."""
    app = create_app(config, clock)
    clock.instant += timedelta(days=1)
    assert app.test_client().get("/.well-known/openid-configuration").status_code == 200
    assert counts(filled) == [1, 1, 1, 1]
    app.extensions["mock_vneid_db"].dispose()


def visits(edge: FlaskClient, count: int) -> None:
    """Browsers without a cookie, each of which gets a session."""
    for _ in range(count):
        edge.application.test_client().get("/token")


def kept(db: Database) -> int:
    return counts(db)[0]


def test_sessions_that_are_over_go_while_the_server_runs(edge: FlaskClient, db: Database, clock: FixedClock) -> None:
    """Anybody makes one by asking for a page: what nobody can use any more is gone with the next that is made."""
    visits(edge, 20)
    clock.instant += sessions.IDLE - timedelta(seconds=1)
    visits(edge, 1)
    assert kept(db) == 21
    clock.instant += timedelta(seconds=61)
    visits(edge, 1)
    assert kept(db) == 2


def test_it_is_tidied_at_most_once_a_minute(edge: FlaskClient, db: Database, clock: FixedClock) -> None:
    """A flood of visitors is no flood of deletions."""
    visits(edge, 1)
    with db.begin() as session:
        sessions.start(session, clock.now() - sessions.LIFETIME)
    visits(edge, 1)
    assert kept(db) == 3
    clock.instant += timedelta(minutes=1)
    visits(edge, 1)
    assert kept(db) == 3  # one gone, one new
