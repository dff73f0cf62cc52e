"""The life of a QR sign-in: one device, one decision, in time, by somebody who may, about what was shown."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place
from qr_screen import OTHER_PHONE, Hand, Screen, show

from idp.accounts import store as accounts
from idp.accounts.models import Authenticator
from idp.accounts.qr_sign_in import store, transactions
from idp.accounts.qr_sign_in.errors import (
    AlreadyDecided,
    AlreadyScanned,
    Changed,
    Expired,
    NotAllowed,
    NotFound,
    QrError,
)


@pytest.fixture
def screen(browser: Browser) -> Screen:
    return show(browser, service_name="Cổng thử", acr="urn:vn-mock:loa:2", scopes=("identity",))


@pytest.fixture
def lan(place: Place) -> Hand:
    return Hand(place)


def state(place: Place, screen: Screen) -> tuple[str, str | None]:
    with place.db.read() as session:
        row = store.by_id(session, screen.transaction_id)
        assert row is not None
        return row.state, row.reason


def events(place: Place) -> list[object]:
    return [event["event"] for event in place.audit.events if str(event["event"]).startswith("qr.")]


# --- one device ------------------------------------------------------------------------------------------
def test_a_second_device_comes_too_late(place: Place, screen: Screen, lan: Hand) -> None:
    """A code sent to many: the first that scans has it, for everybody else it is used (RFC 10027 6.1.3)."""
    lan.scan(screen)
    for other in (Hand(place, device_id=OTHER_PHONE), Hand(place, "minh", OTHER_PHONE)):
        with pytest.raises(AlreadyScanned):
            other.scan(screen)
        with pytest.raises(NotFound):
            other.decide(screen, lan.scan(screen))
    assert state(place, screen) == ("scanned", None)


def test_the_same_device_may_look_again(screen: Screen, lan: Hand) -> None:
    """A page loaded again shows the same request, with the same numbers."""
    assert lan.scan(screen) == lan.scan(screen)


def test_what_nobody_scanned_nobody_decides(place: Place, screen: Screen, lan: Hand) -> None:
    """Knowing the transaction is not enough: the device must have taken the code."""
    with pytest.raises(NotFound):
        lan.sign_ins.decide(
            screen.transaction_id, subject=lan.subject, device_id=lan.device_id, decision="approve",
            number=screen.number, request_hash="0" * 64, now=place.clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize("code", ["", "CDFHJKMN", "invented-code-of-22-chr", "http://localhost:5000/app/scan#x"])
def test_an_unknown_code_stands_for_nothing(screen: Screen, lan: Hand, code: str) -> None:
    """Typed, scanned or empty."""
    with pytest.raises(NotFound):
        lan.scan(screen, code or " ")


# --- in time ---------------------------------------------------------------------------------------------
def test_a_code_is_over_after_120_seconds(place: Place, screen: Screen, lan: Hand) -> None:
    """At 119 seconds it is good, at 120 it is not (RFC 10027 6.1.2)."""
    place.later(seconds=119)
    lan.scan(screen)
    place.later(seconds=1)
    with pytest.raises(Expired):
        lan.scan(screen)


def test_a_late_decision_is_none(place: Place, screen: Screen, lan: Hand) -> None:
    """Scanned in time, decided too late."""
    shown = lan.scan(screen)
    place.later(seconds=120)
    with pytest.raises(Expired):
        lan.decide(screen, shown)
    assert screen.state().get_json() == {"state": "expired"}


def test_a_decision_stands(place: Place, screen: Screen, lan: Hand) -> None:
    """Refused, then approved: it stays refused, and scanning again tells so."""
    shown = lan.scan(screen)
    lan.decide(screen, shown, "refuse")
    for again in ("approve", "not_me"):
        with pytest.raises(AlreadyDecided):
            lan.decide(screen, shown, again)
    with pytest.raises(AlreadyDecided):
        lan.scan(screen)
    assert state(place, screen) == ("refused", None)


# --- about what was shown --------------------------------------------------------------------------------
def test_a_wrong_number_ends_it(place: Place, screen: Screen, lan: Hand) -> None:
    """Whoever does not see the screen picks wrongly two times in three: no second try, and it is recorded."""
    shown = lan.scan(screen)
    wrong = next(number for number in shown.choices if number != screen.number)
    assert lan.decide(screen, shown, number=wrong).state == "wrong_number"
    with pytest.raises(AlreadyDecided):
        lan.decide(screen, shown)
    assert state(place, screen) == ("refused", "wrong_number")
    assert screen.state().get_json() == {"state": "refused"}
    assert events(place) == ["qr.scanned", "qr.wrong_number"]


def test_an_approval_of_something_else_ends_it(place: Place, screen: Screen, lan: Hand) -> None:
    """Attack 15: the hash is not that of what is asked. Nothing is approved, and it is recorded."""
    shown = lan.scan(screen)
    with pytest.raises(Changed):
        lan.decide(screen, shown, digest="0" * 64)
    assert state(place, screen) == ("refused", "changed")
    assert events(place) == ["qr.scanned", "qr.changed"]


def test_the_hash_of_one_transaction_is_of_no_use_to_another(browser: Browser, lan: Hand) -> None:
    """Two codes for the very same request have different hashes."""
    first, second = show(browser), show(browser)
    shown = lan.scan(first)
    lan.scan(second)
    with pytest.raises(Changed):
        lan.decide(second, shown)


def test_refusing_is_never_made_difficult(place: Place, screen: Screen, lan: Hand) -> None:
    """Neither a wrong number nor another hash stands in the way of a no."""
    assert lan.decide(screen, lan.scan(screen), "refuse", number=0, digest="0" * 64).state == "refused"


def test_the_phone_sees_what_is_asked(place: Place, screen: Screen, lan: Hand) -> None:
    """Service, level, data, place and device; three different numbers, the screen's among them."""
    shown = lan.scan(screen)
    assert (shown.service_name, shown.acr, shown.scopes) == ("Cổng thử", "urn:vn-mock:loa:2", ("identity",))
    assert shown.address == "127.0.0.1"
    assert len(set(shown.choices)) == 3
    assert screen.number in shown.choices
    assert shown.asked_at == place.clock.now()


# --- by somebody who may ---------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", ["long", "phuc", "khanh-vy", "bao-an"])
def test_who_may_not_sign_in_may_not_by_qr(place: Place, screen: Screen, persona: str) -> None:
    """Locked, card expired, children: refused at the scan already, and the code is still good for its owner."""
    with pytest.raises(NotAllowed):
        Hand(place, persona).scan(screen)
    assert state(place, screen) == ("waiting", None)


def test_a_child_is_refused_even_with_secrets(place: Place, screen: Screen) -> None:
    """Under 14 there is no sign-in of one's own (Decree 69/2024/ND-CP art. 10)."""
    with place.db.begin() as session:
        account = accounts.account(session, place.subjects["khanh-vy"])
        assert account is not None
        account.authenticator = Authenticator(passcode_hash=place.hasher.hash("246810"))
    with pytest.raises(NotAllowed):
        Hand(place, "khanh-vy").scan(screen)


def test_an_account_locked_after_the_scan_may_not_approve(place: Place, screen: Screen, lan: Hand) -> None:
    """What counts is how the account stands when she decides; she may still refuse."""
    shown = lan.scan(screen)
    with place.db.begin() as session:
        account = accounts.account(session, lan.subject)
        assert account is not None
        account.state, account.lock_reason, account.locked_by = "locked", "authority_request", "authority"
    with pytest.raises(NotAllowed):
        lan.decide(screen, shown)
    assert lan.decide(screen, shown, "refuse").state == "refused"


def test_another_person_than_the_one_waited_for(place: Place, browser: Browser, lan: Hand) -> None:
    """Where a service waits for one person, nobody else can take the request."""
    screen = show(browser, subject=place.subjects["minh"])
    with pytest.raises(NotAllowed):
        lan.scan(screen)
    assert Hand(place, "minh").approve(screen).state == "approved"


# --- many pages ------------------------------------------------------------------------------------------
def test_only_the_newest_codes_of_a_browser_are_good(place: Place, browser: Browser, lan: Hand) -> None:
    """A script that loads the page again and again keeps no more than five codes alive."""
    screens = []
    for _ in range(transactions.MOST_LIVE + 1):
        screens.append(show(browser))
        place.later(seconds=1)
    assert screens[0].state().get_json() == {"state": "expired"}
    with pytest.raises(Expired):
        lan.scan(screens[0])
    assert all(screen.state().get_json()["state"] == "waiting" for screen in screens[1:])


def test_what_is_over_is_forgotten(place: Place, screen: Screen, browser: Browser) -> None:
    """An hour later the next code clears it away."""
    place.later(minutes=63)
    show(place.browser())
    with place.db.read() as session:
        assert store.by_id(session, screen.transaction_id) is None


def test_codes_are_not_kept(place: Place, screen: Screen) -> None:
    """A copy of the table opens nothing: only hashes."""
    with place.db.read() as session:
        row = store.by_id(session, screen.transaction_id)
        values = {str(value) for value in vars(row).values()}
    assert not values & {screen.code, screen.user_code, screen.user_code.replace("-", "")}


def test_every_refusal_has_words(place: Place) -> None:
    """The phone and the simulated one can say each of them in both languages."""
    for error in QrError.__subclasses__():
        for area in ("phone.refusal", "qr_sign_in.mock"):
            if (area, error.code) not in {("phone.refusal", "malformed"), ("phone.refusal", "wrong_passcode")}:
                assert place.web.catalogue.text(f"{area}.{error.code}", "vi")
