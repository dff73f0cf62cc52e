"""What is good once is good once, however many come at the same moment: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from accounts_place import Browser, Place
from soft_phone import SoftPhone
from sqlalchemy.orm import Session

from idp.accounts.phone import store

AT_ONCE = 8


def at_once(place: Place, step: Callable[[Session], bool]) -> list[bool]:
    def one(_number: int) -> bool:
        with place.db.begin() as session:
            return step(session)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_a_challenge_is_used_once(place: Place) -> None:
    """One DELETE decides."""
    now = place.clock.now()
    with place.db.begin() as session:
        value = store.challenge(session, "s" * 32, "open", now)
    used = at_once(place, lambda session: store.use_challenge(session, value, "s" * 32, "open", now))
    assert used.count(True) == 1


def test_a_decision_is_filed_once(place: Place, browser: Browser) -> None:
    """The primary key decides: device and `jti`."""
    phone = SoftPhone(browser)
    phone.bind()
    filed = at_once(
        place,
        lambda session: store.keep_decision(session, phone.device_id, "j" * 20, "t1", "signed", place.clock.now()),
    )
    assert filed.count(True) == 1


def test_a_new_challenge_ends_the_one_before(place: Place) -> None:
    """For the same purpose in the same browser session; others are left alone."""
    now = place.clock.now()
    with place.db.begin() as session:
        first = store.challenge(session, "s" * 32, "open", now)
        other = store.challenge(session, "t" * 32, "open", now)
        bind = store.challenge(session, "s" * 32, "bind", now)
        second = store.challenge(session, "s" * 32, "open", now)
        use = [
            (first, "s" * 32, "open"),
            (other, "t" * 32, "open"),
            (bind, "s" * 32, "bind"),
            (second, "s" * 32, "open"),
        ]
        assert [store.use_challenge(session, *each, now) for each in use] == [False, True, True, True]
