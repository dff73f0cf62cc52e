"""Throttling of guesses: by account and by address, alike for numbers that exist or not."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from accounts_place import PASSCODE, PASSWORD, Place
from sqlalchemy import func, select

from idp import throttling
from idp.accounts.authentication import Result
from idp.db import Database
from idp.throttling import ADDRESS, ONE_TIME_CODE, Key, Policy, ThrottleRow, address_key, reserve, succeed

POLICY = Policy("test", (0, 0, 5, 60), timedelta(hours=1))
KEY, OTHER = Key(POLICY, "somebody"), Key(POLICY, "another")


def _try(db: Database, now: datetime, *keys: Key) -> throttling.Attempt:
    with db.begin() as session:
        return reserve(session, keys or (KEY,), now)


def test_waits_grow_to_a_lockout(db: Database, now: datetime) -> None:
    """After each failure the wait of the table; the last one repeats."""
    assert [_try(db, now).remaining for _ in range(3)] == [3, 2, 1]
    blocked = _try(db, now)
    assert (blocked.allowed, blocked.until) == (False, now + timedelta(seconds=5))
    now += timedelta(seconds=5)
    assert _try(db, now).remaining == 0
    for _ in range(3):
        assert _try(db, now).until == now + timedelta(seconds=60)
        now += timedelta(seconds=60)
        assert _try(db, now).allowed


def test_attempts_while_waiting_do_not_lengthen_the_wait(db: Database, now: datetime) -> None:
    """Whoever hammers while waiting neither gains nor locks the holder out for longer."""
    for _ in range(3):
        _try(db, now)
    for _ in range(20):
        assert _try(db, now).until == now + timedelta(seconds=5)


def test_right_secret_resets(db: Database, now: datetime) -> None:
    """Success starts the account's counter anew."""
    for _ in range(3):
        _try(db, now)
    with db.begin() as session:
        succeed(session, KEY, OTHER)
    assert _try(db, now).remaining == 3


def test_old_failures_are_forgotten(db: Database, now: datetime) -> None:
    """Failures count within the policy's time."""
    for _ in range(2):
        _try(db, now)
    assert _try(db, now + timedelta(hours=1)).remaining == 3


def test_one_waiting_key_counts_nothing_on_the_others(db: Database, now: datetime) -> None:
    """An attempt that is not made is not counted anywhere."""
    for _ in range(3):
        _try(db, now)
    assert not _try(db, now, OTHER, KEY).allowed
    assert _try(db, now, OTHER).remaining == 3


def test_taking_back_one_reservation(db: Database, now: datetime) -> None:
    """A success takes back its own count at the address and leaves the failures before it."""
    for _ in range(3):
        _try(db, now)
    with db.begin() as session:
        succeed(session, OTHER, KEY)
    assert _try(db, now).remaining == 1


def test_success_of_what_was_never_counted(db: Database) -> None:
    """Counters that are gone meanwhile are no mistake."""
    with db.begin() as session:
        succeed(session, KEY, OTHER)
        assert session.scalar(select(func.count()).select_from(ThrottleRow)) == 0


def test_keys_are_kept_hashed(db: Database, now: datetime) -> None:
    """Neither a number nor an address stands in the table."""
    _try(db, now, Key(throttling.PASSWORD, "065190000101"), address_key("192.0.2.7"))
    with db.read() as session:
        keys = session.scalars(select(ThrottleRow.key)).all()
    assert all(len(key) == 64 for key in keys)
    assert "065190000101" not in str(keys)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("unknown", "unknown", True),
    ],
)
def test_addresses(one: str, other: str, same: bool) -> None:
    """IPv6 is counted by the /64 that a subscriber has; IPv4 within IPv6 as itself."""
    assert (address_key(one) == address_key(other)) is same


def test_forgotten_counters_are_deleted(db: Database, now: datetime) -> None:
    """The table does not grow for ever."""
    _try(db, now)
    with db.begin() as session:
        throttling.delete_forgotten(session, now + timedelta(hours=23))
        assert session.scalar(select(func.count()).select_from(ThrottleRow)) == 1
        throttling.delete_forgotten(session, now + timedelta(days=1))
        assert session.scalar(select(func.count()).select_from(ThrottleRow)) == 0


def test_guesses_sent_at_once(db: Database, now: datetime) -> None:
    """Eight attempts at the same moment: no more are let through than one after the other."""
    with ThreadPoolExecutor(8) as pool:
        allowed = [attempt.allowed for attempt in pool.map(lambda _: _try(db, now), range(8))]
    assert allowed.count(True) == 3


def test_two_keys_from_many_threads(db: Database, now: datetime) -> None:
    """Keys named in any order: no deadlock, nothing lost."""
    generous = Policy("generous", tuple([0] * 100), timedelta(hours=1))
    one, two = Key(generous, "one"), Key(generous, "two")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: _try(db, now, *((one, two) if at % 2 else (two, one))), range(16)))
    assert _try(db, now, one, two).remaining == 100 - 17


@pytest.mark.parametrize("number", ["065190000101", "065190999999"], ids=["exists", "does not"])
def test_password_guesses(place: Place, number: str) -> None:
    """Guessing one number gets slower, the same whether anybody has it; while waiting nothing is hashed."""
    now, results = place.clock.now(), []
    for at in range(12):
        outcome = place.checks.check_password(number, "guess", f"192.0.2.{at}", now)
        results.append(outcome.result)
    assert results == [Result.WRONG] * 4 + [Result.WAIT] * 8
    assert place.hasher.computed == 4
    assert place.checks.check_password(number, "guess", "192.0.2.99", now).until == now + timedelta(seconds=2)


def test_lockout_ends(place: Place) -> None:
    """In the lock-out even the right password waits; afterwards it signs in and the counter starts anew."""
    now = place.clock.now()
    for _ in range(9):
        outcome = place.checks.check_password("065190000101", "guess", "192.0.2.1", now)
        assert outcome.result is Result.WRONG
        now = place.later(minutes=5, seconds=1)
    outcome = place.checks.check_password("065190000101", PASSWORD, "192.0.2.1", now)
    assert outcome.result is Result.WAIT
    now = place.later(minutes=15)
    assert place.checks.check_password("065190000101", PASSWORD, "192.0.2.1", now).ok
    assert place.checks.check_password("065190000101", "guess", "192.0.2.1", now).remaining == 8


def test_one_address_guessing_many_numbers(place: Place) -> None:
    """Thirty failures are free for an address (a school, an office), then it waits, whatever the number."""
    now = place.clock.now()
    for at in range(31):
        assert place.checks.check_password(f"0651900{at:05}", "guess", "192.0.2.1", now).result is Result.WRONG
    outcome = place.checks.check_password("065190000101", PASSWORD, "192.0.2.1", now)
    assert (outcome.result, outcome.until) == (Result.WAIT, now + timedelta(seconds=2))
    assert place.checks.check_password("065190000101", PASSWORD, "192.0.2.2", now).ok


def test_own_account_does_not_clear_the_address(place: Place) -> None:
    """Signing in to one's own account in between does not free the address for more guesses."""
    now = place.clock.now()
    for at in range(30):
        place.checks.check_password(f"0651900{at:05}", "guess", "192.0.2.1", now)
        if at % 10 == 0:
            assert place.checks.check_password("065085000202", PASSWORD, "192.0.2.1", now).ok
    place.checks.check_password("065190999999", "guess", "192.0.2.1", now)
    assert place.checks.check_password("065085000202", PASSWORD, "192.0.2.1", now).result is Result.WAIT


def test_passcode_guesses(place: Place) -> None:
    """The passcode is counted by account, apart from password and code; five wrong ones lock it for 15 minutes."""
    subject, now = place.subjects["lan"], place.clock.now()
    left = []
    for _ in range(5):
        outcome = place.checks.check_passcode(subject, "000000", "192.0.2.1", now)
        left.append(outcome.remaining)
        now = place.later(seconds=30)
    assert left == [4, 3, 2, 1, 0]
    outcome = place.checks.check_passcode(subject, PASSCODE, "192.0.2.1", now)
    assert outcome.result is Result.WAIT
    assert place.checks.check_password("065190000101", PASSWORD, "192.0.2.1", now).ok
    assert place.checks.check_passcode(subject, PASSCODE, "192.0.2.1", now).result is Result.WAIT
    assert place.checks.check_passcode(subject, PASSCODE, "192.0.2.1", place.later(minutes=15)).ok


def test_unknown_subject_and_locked_account(place: Place) -> None:
    """No passcode is compared for nobody or for a locked account."""
    now = place.clock.now()
    assert place.checks.check_passcode("nobody", PASSCODE, "192.0.2.1", now).result is Result.WRONG
    outcome = place.checks.check_passcode(place.subjects["long"], PASSCODE, "192.0.2.1", now)
    assert outcome.result is Result.LOCKED
    assert outcome.standing is not None
    assert place.hasher.computed == 0


def test_code_used_by_eight_at_once(place: Place) -> None:
    """A one-time code sent eight times at the same moment is accepted once."""
    import pyotp

    now, subject = place.clock.now(), place.subjects["lan"]
    code = str(pyotp.TOTP(str(place.personas["lan"].one_time_code_seed)).at(now))
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(
            pool.map(lambda _: place.checks.check_one_time_code(subject, code, "192.0.2.1", now), range(8))
        )
    assert [outcome.ok for outcome in outcomes].count(True) == 1


def test_policies_lock_out_in_the_end() -> None:
    """Each policy ends in a wait long enough that guessing is hopeless; addresses are only slowed."""
    for policy in (throttling.PASSWORD, throttling.PASSCODE, ONE_TIME_CODE):
        assert policy.waits[-1] >= 900
        assert list(policy.waits) == sorted(policy.waits)
    assert ADDRESS.waits[-1] == 60


def test_page_tells_to_wait(place: Place) -> None:
    """The page answers 429 with Retry-After, the same for both kinds of number."""
    pages = []
    for number in ("065190000101", "065190999999"):
        browser = place.browser()
        for _ in range(5):
            answer = browser.submit("/sign-in", number=number, password="guess")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
        assert 'data-testid="sign-in-wait"' in answer.text
        pages.append(len(re.sub(r'<div class="qr-panel".*?</section>', "", answer.text, flags=re.DOTALL)))
    assert pages[0] == pages[1]
