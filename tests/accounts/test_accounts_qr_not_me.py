"""The answer "not me": somebody showed her a code that she did not ask for (attack 2)."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place
from qr_screen import Hand, show
from soft_phone import SoftPhone

from idp.accounts import states, store
from idp.accounts.qr_sign_in.errors import NotAllowed
from idp.accounts.states import LockedBy, LockReason, State


def test_it_locks_so_that_she_can_open_it_again(place: Place, browser: Browser) -> None:
    """The account is locked at her own request and by herself; whoever relayed the code gets nothing."""
    lan, screen = Hand(place), show(browser)
    assert lan.decide(screen, lan.scan(screen), "not_me").state == "not_me"
    with place.db.read() as session:
        account = store.account(session, lan.subject)
        assert account is not None
        stands = states.standing(account, place.clock.now())
        assert (stands.state, stands.reason, stands.by) == (State.LOCKED, LockReason.OWN_REQUEST, LockedBy.HOLDER)
        states.unlock(account, LockedBy.HOLDER)
        assert account.state == State.ACTIVE
    assert place.browser().sign_in().status_code == 403


def test_it_ends_her_sessions_but_the_phones(place: Place, browser: Browser) -> None:
    """What an attacker may have is ended, with all that was granted in it; the phone in her hand stays open."""
    phone = SoftPhone(browser)
    phone.bind()
    phone.open()
    computer = place.browser()
    computer.sign_in()
    other = computer.session()["id"]
    kept = browser.session()["id"]
    lan, screen = Hand(place, device_id=phone.device_id), show(place.browser())
    lan.decide(screen, lan.scan(screen), "not_me")
    assert computer.session()["subject"] is None
    assert (browser.session()["id"], browser.session()["subject"]) == (kept, lan.subject)
    assert place.access.ended == [other]


def test_it_is_recorded(place: Place, browser: Browser) -> None:
    """With the transaction, the device and how many sessions were ended."""
    lan, screen = Hand(place), show(browser)
    lan.decide(screen, lan.scan(screen), "not_me")
    locked, not_me = place.audit.events[-2:]
    assert (locked["event"], locked["reason"], locked["by"]) == ("account.locked", "own_request", "holder")
    assert (not_me["event"], not_me["transaction"], not_me["sessions_ended"]) == (
        "qr.not_me", screen.transaction_id, 0,
    )  # fmt: skip


def test_a_locked_account_stays_locked_for_its_own_reason(place: Place, browser: Browser) -> None:
    """An authority's lock that came meanwhile is not turned into one that she lifts herself."""
    lan, screen = Hand(place), show(browser)
    shown = lan.scan(screen)
    with place.db.begin() as session:
        account = store.account(session, lan.subject)
        assert account is not None
        states.lock(account, LockReason.AUTHORITY_REQUEST, LockedBy.AUTHORITY, place.clock.now())
    lan.decide(screen, shown, "not_me")
    with place.db.read() as session:
        account = store.account(session, lan.subject)
        assert account is not None
        assert account.lock_reason == LockReason.AUTHORITY_REQUEST
    assert "account.locked" not in [event["event"] for event in place.audit.events]


def test_afterwards_no_code_can_be_scanned(place: Place, browser: Browser) -> None:
    """The next relayed code meets a locked account."""
    lan, screen = Hand(place), show(browser)
    lan.decide(screen, lan.scan(screen), "not_me")
    with pytest.raises(NotAllowed):
        lan.scan(show(place.browser()))
