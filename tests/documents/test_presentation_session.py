"""A request belongs to the browser that brought it, and is answered once (14.2, 14.3)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from issuing_support import HOLDER
from presentation_place import Browser, Place
from sqlalchemy import func, select

from idp.documents import presentation, presentation_store
from idp.documents.presentation_models import PresentationTransaction

GONE = "Đề nghị này không còn ở đây"


@pytest.fixture
def browser(place: Place) -> Browser:
    """Before the consent page, with one document."""
    place.issue()
    return place.browser().open()


def form(browser: Browser) -> dict[str, str]:
    return {"csrf_token": browser.field("csrf_token"), "shown": browser.field("shown"), "passcode": "246810"}


def nothing_here(browser: Browser) -> None:
    assert browser.status == 404
    assert GONE in browser.words


# --- whose request it is --------------------------------------------------------------------------------
@pytest.mark.parametrize("subject", [None, HOLDER, "somebody-else"])
def test_another_browser_finds_nothing(browser: Browser, place: Place, subject: str | None) -> None:
    """The address of the page is worth nothing elsewhere, not even to the same person."""
    other = place.browser(subject)
    other.path = browser.path
    nothing_here(other.get())
    assert "Cổng Mẫu" not in other.words


def test_another_browser_answers_nothing(browser: Browser, place: Place) -> None:
    """With a session and a token of its own, and the hash of what the first was shown."""
    shown, first = browser.field("shown"), browser.path
    place.verifier.answers.claims = {"nonce": "m" * 43}
    other = place.browser().open()
    fields = {**form(other), "shown": shown, "decision": "yes"}
    for action in ("approve", "refuse", "confirm"):
        response = other.client.post(f"{first}/{action}", data=fields)
        assert response.status_code == 404
    assert browser.sent() == place.history() == []


@pytest.mark.parametrize("name", ["x", "x" * 43, "%00", "x" * 300])
def test_an_invented_request(place: Place, name: str) -> None:
    """It is not there."""
    browser = place.browser()
    browser.path = f"/wallet/presentation/{name}"
    nothing_here(browser.get())


def test_after_signing_out_the_request_is_gone(browser: Browser) -> None:
    """The session it was bound to is over."""
    fields = form(browser)
    browser.client.get("/test/sign-out")
    nothing_here(browser.get())
    assert browser.client.post(f"{browser.path}/approve", data=fields).status_code == 400
    assert browser.sent() == []


def test_somebody_else_signs_in_between(browser: Browser) -> None:
    """A new session for a new person: what the first was shown is not hers to answer."""
    fields = form(browser)
    browser.client.get("/test/sign-in", query_string={"subject": "somebody-else"})
    nothing_here(browser.get())
    assert browser.client.post(f"{browser.path}/approve", data=fields).status_code == 400
    assert browser.sent() == []


def test_signing_in_on_the_way_keeps_the_request(place: Place) -> None:
    """Nobody signed in: the sign-in page first, for one factor, then the same request."""
    place.issue()
    browser = place.browser(subject=None).open()
    assert browser.status == 303
    assert str(browser.location).startswith("/sign-in?request=")
    browser.client.get("/test/sign-in", query_string={"subject": HOLDER})
    assert browser.get().shows("consent-approve")
    assert browser.approve().status == 303
    assert len(browser.sent()) == 1


def test_nothing_of_hers_is_shown_before_she_signs_in(place: Place) -> None:
    """Nor does the client learn that anybody is there."""
    place.issue()
    browser = place.browser(subject=None).open()
    assert "Mai Lan" not in browser.page
    assert browser.sent() == []


# --- who may answer -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("level", "active", "reason"),
    [(1, True, "level_too_low"), (2, False, "locked"), (None, True, "organisation")],
)
def test_who_has_no_wallet(place: Place, level: int | None, active: bool, reason: str) -> None:
    """Told why and what to do; the client learns only access_denied, and only once she goes back (15.9)."""
    place.issue()
    place.holders.level, place.holders.active = level, active
    browser = place.browser().open()
    assert browser.status == 403
    assert browser.shows(f"presentation-{reason.replace('_', '-')}")
    assert browser.sent() == []
    browser.refuse()
    assert browser.location == f"{place.verifier.url}/return?response_code=fresh"
    assert browser.sent() == [{"error": "access_denied", "state": "state-1"}]
    assert [(row.outcome, row.reason) for row in place.history()] == [("refused", reason)]


def test_locked_between_page_and_answer(browser: Browser, place: Place) -> None:
    """The account is looked at again when she agrees."""
    place.holders.active = False
    browser.approve()
    assert browser.status == 403
    assert place.holders.tries == 0
    assert browser.sent() == []


# --- how long -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("seconds", "alive"), [(299, True), (300, False), (3600, False)])
def test_it_ends_with_the_request(browser: Browser, place: Place, seconds: int, alive: bool) -> None:
    """The request's own `exp`; after it nothing is sent, neither yes nor no."""
    fields = form(browser)
    place.later(seconds=seconds)
    if alive:
        assert browser.get().shows("consent-approve")
        return
    nothing_here(browser.get())
    for action in ("approve", "refuse"):
        browser.client.post(f"{browser.path}/{action}", data=fields)
    assert browser.sent() == []


@pytest.mark.parametrize("exp", [None, 9_999_999_999])
def test_it_ends_after_ten_minutes_at_the_latest(place: Place, exp: int | None) -> None:
    """Ours, where the request names no end or a late one."""
    place.issue()
    place.verifier.answers.claims = {"exp": exp}
    browser = place.browser().open()
    place.later(minutes=9, seconds=59)
    assert browser.get().shows("consent-approve")
    place.later(seconds=1)
    nothing_here(browser.get())


def test_what_is_over_is_forgotten(browser: Browser, place: Place) -> None:
    """A day after its end, when the next request comes."""
    place.later(days=1, minutes=10)
    place.browser(subject=None).open()
    with place.db.read() as session:
        assert session.scalar(select(func.count()).select_from(PresentationTransaction)) == 1


# --- once -----------------------------------------------------------------------------------------------
def test_an_answered_request_is_not_answered_again(browser: Browser, place: Place) -> None:
    """Neither by sending the form again nor by going back in the browser."""
    fields = form(browser)
    browser.approve()
    for action in ("approve", "refuse"):
        again = browser.client.post(f"{browser.path}/{action}", data=fields)
        assert 'data-testid="presentation-answered-given"' in again.text
    assert len(browser.sent()) == len(place.history()) == 1


@pytest.mark.parametrize("same_browser", [True, False])
def test_opened_twice_it_is_answered_once(browser: Browser, place: Place, same_browser: bool) -> None:
    """The same client and nonce are the same request, in another tab as in another browser (14.2)."""
    other = Browser(browser.client, place) if same_browser else place.browser()
    other.open()
    assert other.shows("consent-approve")
    browser.approve()
    assert other.approve().shows("presentation-answered-elsewhere")
    assert other.get().shows("presentation-answered-elsewhere")
    late = place.browser().open()
    assert late.shows("presentation-answered-elsewhere")
    assert len(browser.sent()) == len(place.history()) == 1


def test_the_same_nonce_of_another_client_is_another_request(browser: Browser, place: Place) -> None:
    """So that no client can use up another's."""
    browser.approve()
    place.verifier.client_id = "other-portal"
    place.registry.parties["other-portal"] = place.verifier.party()
    assert place.browser().open().approve().status == 303
    assert len(browser.sent()) == 2


def at_once(actions: list[Callable[[], object]]) -> None:
    start = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        start.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        list(pool.map(run, actions))


def test_eight_approvals_at_once_are_one_answer(browser: Browser, place: Place) -> None:
    """Of one page, pressed eight times."""
    path, fields = browser.path, form(browser)
    cookie = browser.client.get_cookie("mock_vneid_session")
    assert cookie is not None

    def approve() -> None:
        client = place.app.test_client()
        client.set_cookie("mock_vneid_session", cookie.value)
        client.post(f"{path}/approve", data=fields)

    at_once([approve] * 8)
    assert len(browser.sent()) == len(place.history()) == 1
    assert place.events() == ["presentation.given"]


def test_eight_tabs_at_once_are_one_answer(browser: Browser, place: Place) -> None:
    """Of eight pages with the same request, half of them a refusal."""
    tabs = [browser, *(place.browser().open() for _ in range(7))]
    at_once([tab.refuse if index % 2 else tab.approve for index, tab in enumerate(tabs)])
    assert len(browser.sent()) == len(place.history()) == 1


def test_the_claim_is_taken_once(browser: Browser, place: Place) -> None:
    """In the database itself, within one transaction and across two."""
    transaction_id, now = browser.path.rpartition("/")[2], place.clock.now()
    with place.db.begin() as session:
        assert presentation_store.claim(session, transaction_id, "k", "given", now)
        assert not presentation_store.claim(session, transaction_id, "k", "given", now)
    with place.db.begin() as session:
        assert not presentation_store.claim(session, transaction_id, "l", "given", now)
        presentation_store.sweep(session, now + timedelta(minutes=1))
        assert presentation_store.is_answered(session, "k")
    assert timedelta(hours=1) < presentation.KEEP
