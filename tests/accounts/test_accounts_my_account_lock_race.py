"""A holder and an authority at the same account at once: the authority's lock is never overwritten by hers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from accounts_place import Place
from sqlalchemy.orm import Session

from idp.accounts import states, store
from idp.accounts.my_account import locking
from idp.accounts.qr_sign_in.not_me import lock_and_sign_out
from idp.accounts.states import CannotLock, CannotUnlock, LockedBy, LockReason

Act = Callable[[Session, Place, str], object]


def lock_now(session: Session, place: Place, subject: str) -> object:
    return locking.lock(session, place.access, place.audit, subject, "", place.clock.now())


def open_again(session: Session, place: Place, subject: str) -> object:
    return locking.open_again(session, place.audit, subject, "", place.clock.now())


def not_me(session: Session, place: Place, subject: str) -> object:
    return lock_and_sign_out(session, place.access, subject, "0" * 32, place.clock.now())


@pytest.mark.parametrize(("act", "locked_before"), [(lock_now, False), (not_me, False), (open_again, True)])
def test_the_authoritys_lock_stands(place: Place, act: Act, locked_before: bool) -> None:
    """The authority has looked at the account and not yet committed; she acts meanwhile, and sees its lock."""
    subject, now, begun = place.subjects["lan"], place.clock.now(), threading.Event()
    if locked_before:
        with place.db.begin() as session:
            lock_now(session, place, subject)

    def hers() -> None:
        begun.set()
        try:
            with place.db.begin() as session:
                act(session, place, subject)
        except (CannotLock, CannotUnlock):
            pass

    with ThreadPoolExecutor(1) as pool:
        with place.db.begin() as session:
            account = store.account_to_change(session, subject)
            assert account is not None
            if locked_before:
                states.unlock(account, LockedBy.AUTHORITY)
            states.lock(account, LockReason.AUTHORITY_REQUEST, LockedBy.AUTHORITY, now)
            session.flush()
            waiting = pool.submit(hers)
            begun.wait()
            time.sleep(0.2)  # long enough to have read what is there, were it not held
        waiting.result()
    with place.db.read() as session:
        found = store.account(session, subject)
        assert found is not None
        assert (found.state, found.lock_reason, found.locked_by) == ("locked", "authority_request", "authority")
