"""Who may open the wallet's pages: signed in, level 2, in good standing, and the passcode given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from issuing_support import HOLDER
from wallet_browser import Pages, holder, shows, words
from wallet_place import Place, wallet_place

from idp.clock import FixedClock
from idp.db import Database
from idp.documents import wallet_access
from idp.documents.ports import Holder, PasscodeOutcome, PasscodeVerdict
from idp.sessions import Authentication, BrowserSession

place = wallet_place

PAGES = (
    "/wallet",
    "/wallet/history",
    "/wallet/documents/x",
    "/wallet/documents/x/download",
    "/wallet/documents/x/show",
)


def browser_of(subject: str, clock: FixedClock) -> BrowserSession:
    return BrowserSession("s" * 32, "token", Authentication(subject, "urn:vn-mock:loa:1", ("pwd",), clock.now()))


def test_unlocking_is_for_one_person_and_five_minutes(db: Database, clock: FixedClock) -> None:
    """Another person in the same browser finds the wallet closed; so does the holder after five minutes."""
    lan, hoa, now = browser_of("lan", clock), browser_of("hoa", clock), clock.now()
    with db.begin() as session:
        wallet_access.unlock(session, lan, now)
        wallet_access.unlock(session, lan, now)  # a second window
    with db.read() as session:
        assert wallet_access.unlocked(session, lan, now)
        assert not wallet_access.unlocked(session, hoa, now)
        assert wallet_access.unlocked(session, lan, now + timedelta(minutes=4, seconds=59))
        assert not wallet_access.unlocked(session, lan, now + timedelta(minutes=5))


def test_an_expired_unlock_is_not_extended(db: Database, clock: FixedClock) -> None:
    """Only an open wallet stays open; for a closed one the passcode is needed."""
    lan, late = browser_of("lan", clock), clock.now() + timedelta(minutes=6)
    with db.begin() as session:
        wallet_access.unlock(session, lan, clock.now())
        wallet_access.extend(session, lan, late)
    with db.read() as session:
        assert not wallet_access.unlocked(session, lan, late)


@pytest.mark.parametrize(
    ("level", "active", "reason"),
    [
        (2, True, None),
        (1, True, "level_too_low"),
        (2, False, "locked"),
        (1, False, "locked"),
        (None, True, "organisation"),
    ],
)
def test_the_wallet_is_for_level_2_in_good_standing(
    clock: FixedClock, level: int | None, active: bool, reason: str | None
) -> None:
    """An organisation has no wallet, level 1 none yet, and a locked account no use of its own."""
    found = Holder("s", "065190000101", "Lan", level, active)
    assert wallet_access.refusal(found, browser_of("s", clock)) == reason


def test_an_unknown_account_has_no_wallet(clock: FixedClock) -> None:
    """The accounts know no person by this subject, as with an organisation's sign-in."""
    assert wallet_access.refusal(None, browser_of("s", clock)) == "organisation"


def test_an_organisations_session_opens_no_wallet(clock: FixedClock) -> None:
    """Attack 19: the same person's wallet is out of reach while she acts for an organisation."""
    present = Authentication("s", "urn:vn-mock:loa:2", ("pwd", "pin"), clock.now(), acting_for="organisation")
    acting = BrowserSession("s" * 32, "token", present)
    assert wallet_access.refusal(Holder("s", "065190000101", "Lan", 2, True), acting) == "acting"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_to_sign_in_first(place: Place, path: str) -> None:
    """Without a signed-in person nothing is shown."""
    answer = Pages(place.browser(subject=None)).get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?request=")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_for_the_passcode(place: Place, path: str) -> None:
    """Being signed in is not enough; the passcode page comes back to where she was going."""
    answer = Pages(place.browser()).get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/wallet/unlock?next={path}"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("level", "active", "word"),
    [(1, True, "mức 1"), (None, True, "tổ chức"), (2, False, "bị khóa")],
    ids=["level-1", "organisation", "locked"],
)
def test_who_has_no_wallet_is_told_why(place: Place, path: str, level: int | None, active: bool, word: str) -> None:
    """A page that says what, why and what to do, and never a document; not even the passcode is asked."""
    place.holders.level, place.holders.active = level, active
    answer = Pages(place.browser()).get(path)
    assert answer.status_code == 403
    assert word in words(answer)
    assert shows(answer, "error-todo")


def test_an_open_wallet_closes_when_the_account_is_locked(place: Place) -> None:
    """Standing is asked at every page, not at unlocking only."""
    pages = holder(place)
    place.holders.active = False
    assert pages.get("/wallet").status_code == 403


def test_pages_keep_the_wallet_open(place: Place) -> None:
    """Five minutes count from the last page: four and four are no problem, five idle ones are."""
    pages = holder(place)
    for _ in range(3):
        place.later(minutes=4)
        assert pages.get("/wallet").status_code == 200
    place.later(minutes=5)
    assert pages.get("/wallet").status_code == 303


def test_a_wrong_passcode_opens_nothing(place: Place) -> None:
    """The remaining tries are told, and the wallet stays closed."""
    pages = Pages(place.browser())
    answer = pages.unlock("000000")
    assert answer.status_code == 422
    assert "4" in words(answer)
    assert pages.get("/wallet").status_code == 303


@pytest.mark.parametrize("given", ["", "12345", "1234567", "１２３４５６", "abcdef"])
def test_what_is_no_passcode_costs_no_try(place: Place, given: str) -> None:
    """Six ASCII digits or it is not sent to the accounts at all."""
    pages = Pages(place.browser())
    assert pages.unlock(given).status_code == 422
    assert place.holders.tries == 0


def test_throttled_tries_are_told_when_to_come_back(place: Place) -> None:
    """Too many wrong ones: 429, with the minutes."""
    until = place.clock.now() + timedelta(minutes=14, seconds=30)
    place.holders.outcome = PasscodeOutcome(PasscodeVerdict.WAIT, until=until)
    answer = Pages(place.browser()).unlock()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "870")
    assert "15 phút" in words(answer)


def test_an_account_locked_meanwhile_is_not_opened(place: Place) -> None:
    """The accounts say LOCKED although the holder looked active."""
    place.holders.outcome = PasscodeOutcome(PasscodeVerdict.LOCKED)
    pages = Pages(place.browser())
    assert pages.unlock().status_code == 403
    assert pages.get("/wallet").status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/wallet",
        "//evil.example",
        "/\\evil.example",
        "/authorize",
        "/wallet/../sign-out",
        "/walletx",
    ],
)
def test_the_passcode_page_leads_nowhere_else(place: Place, wanted: str) -> None:
    """`next` is a page of the wallet or it is the wallet's front page: no open redirect."""
    assert Pages(place.browser()).unlock(next=wanted).headers["Location"] == "/wallet"


def test_the_passcode_page_goes_on_to_the_wanted_page(place: Place) -> None:
    """A page of the wallet is gone back to."""
    assert Pages(place.browser()).unlock(next="/wallet/history").headers["Location"] == "/wallet/history"


def test_unlocking_needs_the_forms_token(place: Place) -> None:
    """Another site's form cannot try passcodes (CSRF)."""
    client = place.browser()
    assert client.post("/wallet/unlock", data={"passcode": "246810"}).status_code == 400
    assert place.holders.tries == 0


def test_somebody_else_in_the_same_browser_finds_it_closed(place: Place) -> None:
    """Signing in as another person ends what the passcode of the first opened."""
    pages = holder(place)
    pages.get("/test/sign-in?subject=somebody-else")
    assert pages.get("/wallet").headers["Location"] == "/wallet/unlock?next=/wallet"
    pages.get(f"/test/sign-in?subject={HOLDER}")
    assert pages.get("/wallet").status_code == 303


def test_locking_closes_it_at_once(place: Place) -> None:
    """The holder need not wait five minutes."""
    pages = holder(place)
    assert pages.submit("/wallet", "/wallet/lock").status_code == 303
    assert pages.get("/wallet").status_code == 303


def test_the_passcode_page_warns_of_fraud(place: Place) -> None:
    """Whoever asks for the passcode is no official."""
    assert "Cán bộ không bao giờ yêu cầu" in words(Pages(place.browser()).get("/wallet/unlock"))
