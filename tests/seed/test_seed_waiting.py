"""The officers' queue of a demo is not empty, and what was decided does not come back."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import Session

from idp.accounts import store
from idp.accounts.applications import store as applications
from idp.accounts.organisations import store as organisations
from idp.audit.store import entries_of
from idp.cli.provision import provision
from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database

HOA, QUYNH = "065198000303", "065195001212"


def queue(session: Session) -> tuple[list[int], list[str]]:
    """The levels applied for, and the organisations."""
    levels = [row.level for row in applications.open_applications(session)]
    return levels, [row.organisation.number for row in organisations.waiting(session)]


def test_two_wait_in_the_demo(app: Flask, db: Database) -> None:
    """One for level 2, one of an organisation; the applicant finds hers in her activity as any other."""
    with db.read() as session:
        assert queue(session) == ([2], ["0650000813"])
        told = []
        for number in (HOA, QUYNH):
            account = store.account_by_number(session, number)
            assert account is not None
            events = {"application.received", "organisation.applied"}
            told += [entry.event for entry in entries_of(session, account.subject, events)]
    assert told == ["application.received", "organisation.applied"]


def test_decided_they_do_not_come_back(app: Flask, config: Config, clock: FixedClock, db: Database) -> None:
    """The next start of the demo writes nothing anew."""
    with db.begin() as session:
        (row,) = applications.open_applications(session)
        assert applications.decide(session, row.id, "refused", "o", "mismatch", clock.now())
        (waiting,) = organisations.waiting(session)
        assert organisations.decide(session, waiting.id, None, "o", clock.now())
    provision(config, clock)
    with db.read() as session:
        assert queue(session) == ([], [])


def test_elsewhere_nothing_waits(config: Config, clock: FixedClock, db: Database) -> None:
    """A provider that is no demo begins with an empty queue."""
    provision(replace(config, demo=False), clock)
    with db.read() as session:
        assert queue(session) == ([], [])
