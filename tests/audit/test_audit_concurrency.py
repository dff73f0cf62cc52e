"""Many at once make one unbroken chain; whoever fails leaves no gap; nobody waits in a ring."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from audit_chain import AT, KEY, check
from sqlalchemy import text

from idp import sessions
from idp.audit import chain_store
from idp.audit.store import AuditLog
from idp.db import Database
from idp.sessions import Device

THREADS, EACH = 8, 25


def at_once(work: object) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))  # type: ignore[arg-type]


def test_writers_at_once_make_one_chain(db: Database) -> None:
    """8 threads, 25 records each, from nothing: also the first record is made once."""
    log, start = AuditLog(KEY), threading.Barrier(THREADS)

    def work(number: int) -> None:
        start.wait()
        for count in range(EACH):
            with db.begin() as session:
                details = {"thread": number, "count": count}
                log.record(session, event="e", subject=None, client_id=None, details=details, now=AT)

    at_once(work)
    verdict = check(db)
    assert (verdict.whole, verdict.records) == (True, THREADS * EACH)


def test_those_rolled_back_leave_no_gap(db: Database) -> None:
    log, start = AuditLog(KEY), threading.Barrier(THREADS)

    def work(number: int) -> None:
        start.wait()
        for count in range(EACH):
            with db.begin() as session:
                details = {"thread": number, "count": count}
                log.record(session, event="e", subject=None, client_id=None, details=details, now=AT)
                if count % 5 == 0:  # some with their place in the chain already taken
                    session.flush()
                    with session.begin_nested():
                        log.record(session, event="n", subject=None, client_id=None, details={}, now=AT)
                if count % 2 == 0:
                    session.rollback()

    at_once(work)
    with db.read() as session:
        numbers = [each.sequence for each in chain_store.records(session)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert check(db).whole


def test_recording_first_and_writing_after_does_not_deadlock(db: Database) -> None:
    """One records and then changes a row, another changes it and then records: the head is locked last by both."""
    log, start = AuditLog(KEY), threading.Barrier(THREADS)
    log_one = {"event": "e", "subject": None, "client_id": None, "details": {}, "now": AT}
    change = text("UPDATE browser_session SET user_agent = :by")
    with db.begin() as session:
        sessions.start(session, AT, device=Device("", ""))

    def work(number: int) -> None:
        start.wait()
        for _ in range(EACH):
            with db.begin() as session:
                if number % 2:
                    log.record(session, **log_one)  # type: ignore[arg-type]
                session.execute(change, {"by": str(number)})
                if not number % 2:
                    log.record(session, **log_one)  # type: ignore[arg-type]

    at_once(work)
    assert (check(db).whole, check(db).records) == (True, THREADS * EACH)


def test_a_check_sees_one_state(db: Database) -> None:
    """Records that come while it reads are no insertion."""
    log = AuditLog(KEY)

    def one_more() -> None:
        with db.begin() as session:
            log.record(session, event="e", subject=None, client_id=None, details={}, now=AT)

    one_more()
    with db.read(repeatable=True) as session:
        known = chain_store.head(session)
        one_more()
        assert known is not None
        assert [each.sequence for each in chain_store.records(session)] == [known.sequence]
