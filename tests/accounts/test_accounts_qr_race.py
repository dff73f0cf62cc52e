"""Many at once: one outcome, on SQLite and on PostgreSQL."""

from __future__ import annotations

from functools import partial

from accounts_place import Browser, Place
from qr_screen import Hand, at_once, show

from idp import sessions
from idp.accounts.qr_sign_in import store
from idp.accounts.qr_sign_in.errors import AlreadyDecided, AlreadyScanned
from idp.accounts.qr_sign_in.transactions import Outcome, Shown


def test_eight_decisions_at_once_leave_one(place: Place, browser: Browser) -> None:
    """Four approvals and four refusals by the same device: one counts, seven are told so, one is on record."""
    lan, screen = Hand(place), show(browser)
    shown = lan.scan(screen)
    place.audit.events.clear()
    found = at_once([partial(lan.decide, screen, shown, decision) for decision in ("approve", "refuse") * 4])
    outcomes = [each for each in found if isinstance(each, Outcome)]
    assert len(outcomes) == 1, found
    assert sum(isinstance(each, AlreadyDecided) for each in found) == 7, found
    with place.db.read() as session:
        row = store.by_id(session, screen.transaction_id)
        assert row is not None
        assert row.state == outcomes[0].state
    assert [event["event"] for event in place.audit.events] == [f"qr.{outcomes[0].state}"]


def test_eight_phones_at_once_are_one(place: Place, browser: Browser) -> None:
    """A code sent to many: exactly one device gets to see it."""
    screen = show(browser)
    hands = [Hand(place, device_id=f"{number:032x}") for number in range(8)]
    found = at_once([partial(hand.scan, screen) for hand in hands])
    assert sum(isinstance(each, Shown) for each in found) == 1, found
    assert sum(isinstance(each, AlreadyScanned) for each in found) == 7, found


def test_eight_takings_at_once_sign_in_once(place: Place, browser: Browser) -> None:
    """The result is handed out once, however often the page asks at the same time."""
    lan, screen = Hand(place), show(browser)
    lan.approve(screen)
    with place.db.read() as session:
        asking = sessions.by_id(session, str(browser.session()["id"]), place.clock.now())
    assert asking is not None
    take = partial(lan.sign_ins.collect, screen.transaction_id, asking, place.clock.now())
    found = at_once([take] * 8)
    assert sum(each is None for each in found) == 7, found
