"""The screen of a QR sign-in: only the browser that asked learns of the answer, and takes it once."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place, csrf_token
from qr_screen import Hand, Screen, read, show
from soft_phone import SoftPhone

from idp.accounts.qr_sign_in import codes
from idp.sessions import BrowserSessionRow


@pytest.fixture
def screen(browser: Browser) -> Screen:
    return show(browser, service_name="Cổng thử")


@pytest.fixture
def lan(place: Place) -> Hand:
    return Hand(place)


# --- what must not work ----------------------------------------------------------------------------------
def test_a_relayed_code_gives_its_thief_nothing(place: Place, screen: Screen, lan: Hand) -> None:
    """Attack 1 (QRLjacking): another browser that knows code and transaction learns nothing and gets nothing."""
    lan.approve(screen)
    thief = place.browser()
    thief.get("/token")
    assert screen.state(thief).status_code == 404
    assert screen.state(thief).get_json() == {"error": "not_found"}
    assert screen.finish(thief).status_code == 404
    assert thief.get(f"/sign-in/qr/{screen.transaction_id}").status_code == 404
    assert thief.session()["subject"] is None
    assert screen.state().get_json()["state"] == "approved"


def test_without_a_session_nothing_is_told(place: Place, screen: Screen) -> None:
    """No cookie, a wrong cookie, an invented transaction: each the same 404."""
    stranger = place.browser()
    invented = place.browser().get(f"/sign-in/qr/{'0' * 32}/state")
    answers = [screen.state(stranger), invented]
    stranger.client.set_cookie(place.web.cookie, "invented")
    answers.append(screen.state(stranger))
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, invented.text)}


def test_the_result_is_taken_once(screen: Screen, lan: Hand) -> None:
    """Reuse: a second taking finds nothing, in the very same browser too."""
    lan.approve(screen)
    assert screen.finish().headers["Location"] == "/wanted"
    assert screen.finish().status_code == 404
    assert screen.state().get_json()["state"] == "expired"


def test_the_result_is_taken_within_a_minute(place: Place, screen: Screen, lan: Hand) -> None:
    """What nobody has taken after 60 seconds is gone."""
    lan.approve(screen)
    place.later(seconds=60)
    assert screen.state().get_json()["state"] == "expired"
    assert screen.finish().status_code == 404
    assert screen.browser.session()["subject"] is None


@pytest.mark.parametrize("decision", ["refuse", "not_me"])
def test_a_refusal_signs_nobody_in(screen: Screen, lan: Hand, decision: str) -> None:
    """The page is told how it ended; there is nothing to take."""
    lan.decide(screen, lan.scan(screen), decision)
    assert screen.state().get_json() == {"state": {"refuse": "refused", "not_me": "not_me"}[decision]}
    assert screen.finish().status_code == 404
    assert screen.browser.session()["subject"] is None


def test_nothing_is_taken_before_the_approval(screen: Screen, lan: Hand) -> None:
    """Neither waiting nor scanned is enough."""
    assert screen.finish().status_code == 404
    lan.scan(screen)
    assert screen.finish().status_code == 404
    assert screen.browser.session()["subject"] is None


@pytest.mark.parametrize("path", ["/sign-in/qr/{id}/finish", "/sign-in/qr"])
def test_a_post_carries_the_token(screen: Screen, lan: Hand, path: str) -> None:
    """CSRF: taking the result, and a new code, need the session's token."""
    lan.approve(screen)
    assert screen.browser.client.post(path.format(id=screen.transaction_id)).status_code == 400
    assert screen.browser.session()["subject"] is None


def test_an_account_locked_meanwhile_gets_no_session(place: Place, screen: Screen, lan: Hand) -> None:
    """Approved, then locked before the page took the result: nobody is signed in."""
    from idp.accounts import store

    lan.approve(screen)
    with place.db.begin() as session:
        account = store.account(session, lan.subject)
        assert account is not None
        account.state, account.lock_reason, account.locked_by = "locked", "own_request", "holder"
    assert screen.finish().status_code == 404
    assert screen.browser.session()["subject"] is None


def test_the_request_is_that_of_the_code(screen: Screen, lan: Hand) -> None:
    """The browser cannot have an approval for one request serve another: the transaction knows its own."""
    other = screen.browser.ask(return_to="/other", acr="urn:vn-mock:loa:3")
    lan.approve(screen)
    path = f"/sign-in/qr/{screen.transaction_id}/finish?{other.partition('?')[2]}"
    assert screen.browser.submit(path).headers["Location"] == "/wanted"


# --- what does work --------------------------------------------------------------------------------------
def test_taking_the_result_signs_in_with_two_factors(place: Place, screen: Screen, lan: Hand) -> None:
    """The phone's key and its passcode: `swk pin mfa`, the highest level; `auth_time` is when she approved."""
    decided = place.later(seconds=20)
    lan.approve(screen)
    place.later(seconds=5)
    assert screen.finish().headers["Location"] == "/wanted"
    session = screen.browser.session()
    assert (session["subject"], session["acr"]) == (lan.subject, "urn:vn-mock:loa:3")
    assert session["amr"] == ["swk", "pin", "mfa"]
    with place.db.read() as reading:
        row = reading.get(BrowserSessionRow, session["id"])
        assert row is not None
        assert row.auth_time == decided
    assert place.audit.events[-1]["event"] == "qr.signed_in"


def test_the_secret_is_new(screen: Screen, lan: Hand) -> None:
    """Session fixation: the cookie from before is worthless, and so is the CSRF token."""
    before = screen.browser.client.get_cookie("mock_vneid_session")
    token = csrf_token(screen.browser.get("/token").text)
    lan.approve(screen)
    screen.finish()
    after = screen.browser.client.get_cookie("mock_vneid_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert csrf_token(screen.browser.get("/token").text) != token


def test_the_state_tells_no_more_than_it_must(place: Place, screen: Screen, lan: Hand) -> None:
    """Before the scan nothing, then a mask of the name, after the approval the token for taking the result."""
    assert screen.state().get_json() == {"state": "waiting", "seconds": 120}
    lan.scan(screen)
    place.later(seconds=10)
    assert screen.state().get_json() == {"state": "scanned", "seconds": 110, "who": "N*** L***"}
    assert "Lan" not in screen.state().text
    lan.decide(screen, lan.scan(screen))
    assert set(screen.state().get_json()) == {"state", "csrf_token"}
    assert screen.state().headers["Cache-Control"] == "no-store"


def test_asking_does_not_keep_a_session_alive(place: Place, screen: Screen) -> None:
    """A page left open must not prolong a session: asking how it stands reads, and writes nothing."""
    session_id = screen.browser.session()["id"]

    def used() -> object:
        with place.db.read() as session:
            row = session.get(BrowserSessionRow, session_id)
            assert row is not None
            return row.last_used_at

    before = used()
    place.later(minutes=5)
    screen.state()
    assert used() == before


def test_a_new_code_takes_the_place_of_the_old(place: Place, screen: Screen, lan: Hand) -> None:
    """Renewed by the script with the token in a header: another code, for the same request."""
    place.later(seconds=120)
    assert screen.state().get_json() == {"state": "expired"}
    browser = screen.browser
    headers = {"X-CSRF-Token": csrf_token(browser.get("/token").text)}
    request = browser.ask(return_to="/renewed").partition("request=")[2]
    answer = browser.client.post(f"/sign-in/qr?request={request}", headers=headers)
    fresh = read(browser, answer.text)
    assert "<html" not in answer.text
    assert fresh.code != screen.code
    lan.approve(fresh)
    assert fresh.finish().headers["Location"] == "/renewed"


def test_the_code_is_in_the_fragment(place: Place, screen: Screen) -> None:
    """What a browser keeps to itself is in no server's log."""
    assert screen.app_url == codes.address(place.issuer, screen.code)
    assert screen.app_url.startswith("http://localhost:5000/app/scan#")


def test_without_a_script(screen: Screen, lan: Hand) -> None:
    """A link shows how it stands, and has the button to go on once she has approved."""
    path = f"/sign-in/qr/{screen.transaction_id}"
    assert 'data-testid="qr-look"' in screen.browser.get("/sign-in").text
    assert "qr-finish" not in screen.browser.get(path).text
    lan.scan(screen)
    assert "N*** L***" in screen.browser.get(path).text
    lan.decide(screen, lan.scan(screen))
    page = screen.browser.get(path).text
    assert 'data-testid="qr-finish"' in page
    assert screen.finish().headers["Location"] == "/wanted"


def test_the_password_stays_open_where_no_code_can_be_made(
    place: Place, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing about the QR code may keep anybody from signing in by password."""
    from sqlalchemy.exc import OperationalError

    from idp.accounts.qr_sign_in import transactions

    def broken(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the table is away"))

    monkeypatch.setattr(transactions, "begin", broken)
    page = browser.get("/sign-in")
    assert page.status_code == 200
    assert place.web.catalogue.text("qr_sign_in.none", "vi") in page.text
    assert 'data-testid="sign-in-submit"' in page.text
    assert browser.sign_in().status_code == 303


def test_phone_and_page_may_be_one_browser(place: Place, browser: Browser) -> None:
    """Open the app on the phone itself: opening it renews the token, and the page is told the new one."""
    screen, phone = show(browser), SoftPhone(browser)
    old = csrf_token(browser.get("/token").text)
    phone.bind()
    Hand(place, device_id=phone.device_id).approve(screen)
    token = screen.state().get_json()["csrf_token"]
    assert token != old
    path = f"/sign-in/qr/{screen.transaction_id}/finish"
    assert browser.client.post(path, data={"csrf_token": old}).status_code == 400
    assert browser.client.post(path, data={"csrf_token": token}).headers["Location"] == "/wanted"


def test_somebody_else_was_signed_in_here(place: Place, browser: Browser, lan: Hand) -> None:
    """Another person's session ends; the request she came for goes on with the new one."""
    browser.sign_in(persona="minh")
    before = browser.session()["id"]
    screen = show(browser, not_before=place.later(seconds=1))
    lan.approve(screen)
    assert screen.finish().headers["Location"] == "/wanted"
    session = browser.session()
    assert session["subject"] == lan.subject
    assert session["id"] != before
