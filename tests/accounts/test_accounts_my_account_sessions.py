"""My sessions: each with browser, address and time, this one marked; end any of mine, nobody else's."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from account_home import Citizen, citizen, events_of, service
from flask import Flask

from idp import sessions
from idp.accounts.my_account.browsers import browser_name
from idp.clock import FixedClock

WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


@pytest.fixture
def lan(app: Flask) -> Citizen:
    return citizen(app, user_agent=WINDOWS).sign_in(level=1)


@pytest.fixture
def other(app: Flask, lan: Citizen) -> Citizen:
    return citizen(app, user_agent=IPHONE).sign_in(level=1)


def ids(someone: Citizen, clock: FixedClock) -> list[str]:
    with someone.db.read() as session:
        return [found.id for found in sessions.of(session, someone.subject, clock.now())]


def signed_in(someone: Citizen) -> bool:
    return someone.get("/account/sessions").status_code == 200


def others_id(someone: Citizen) -> str:
    """The id that her page has a button for, of the session that is not this."""
    page = someone.get("/account/sessions").text
    cards = page.split('data-testid="session-')
    found = [
        re.search(r"/account/sessions/([0-9a-f]{32})/end", card) for card in cards if not card.startswith("this")
    ]
    return next(match[1] for match in found if match)


def test_somebody_elses_session_is_out_of_reach(app: Flask, clock: FixedClock, lan: Citizen) -> None:
    """404, as for one that is not there; nothing is changed."""
    minh = citizen(app, "minh").sign_in(level=1)
    for session_id in (*ids(minh, clock), "0" * 32, "x"):
        answer = lan.post(f"/account/sessions/{session_id}/end", "/account/sessions")
        assert answer.status_code == 404
    assert signed_in(minh)
    assert "account.session_ended" not in dict(events_of(minh))


def test_the_page_shows_each_and_marks_this(lan: Citizen, other: Citizen) -> None:
    page = lan.get("/account/sessions").text
    assert page.count('data-testid="session-this"') == 1
    assert "Chrome · Windows" in page.split('data-testid="session-this"')[1].split("</form>")[0]
    assert "Safari · iPhone" in page
    assert page.count("127.0.0.1") == 2


def test_ending_another(clock: FixedClock, lan: Citizen, other: Citizen) -> None:
    """It is out at once, it is recorded, and what ended is told apart from where it was ended from."""
    answer = lan.post(f"/account/sessions/{others_id(lan)}/end", "/account/sessions")
    assert answer.headers["Location"] == "/account/sessions?ended=1"
    assert not signed_in(other)
    assert signed_in(lan)
    event, details = events_of(lan)[0]
    assert event == "account.session_ended"
    assert details["browser"] == IPHONE


def test_ending_this_one_signs_out(clock: FixedClock, lan: Citizen) -> None:
    (mine,) = ids(lan, clock)
    assert lan.post(f"/account/sessions/{mine}/end", "/account/sessions").headers["Location"] == "/"
    assert not signed_in(lan)


def test_ending_all_others(app: Flask, clock: FixedClock, lan: Citizen, other: Citizen) -> None:
    """Nobody else's."""
    minh, third = citizen(app, "minh").sign_in(level=1), citizen(app).sign_in(level=1)
    lan.post("/account/sessions/end-others", "/account/sessions")
    assert [signed_in(each) for each in (lan, minh, other, third)] == [True, True, False, False]
    assert events_of(lan)[0] == ("account.sessions_ended", {"count": 2, "address": "127.0.0.1"})
    lan.post("/account/sessions/end-others", "/account/sessions")
    assert [event for event, _ in events_of(lan)].count("account.sessions_ended") == 1


def test_what_was_granted_in_a_session_ends_with_it(app: Flask, clock: FixedClock, lan: Citizen) -> None:
    """Except access in her absence: that is the page of services."""
    rp, phone = service(app, clock), citizen(app, user_agent=IPHONE).sign_in()
    token = rp.link(phone, "openid profile")["access_token"]
    assert rp.userinfo(token).status_code == 200
    lan.post(f"/account/sessions/{others_id(lan)}/end", "/account/sessions")
    assert rp.userinfo(token).status_code == 401


def test_a_session_that_is_over_is_not_shown(clock: FixedClock, lan: Citizen, other: Citizen) -> None:
    gone = others_id(lan)
    clock.instant += timedelta(minutes=20)
    assert signed_in(lan)
    clock.instant += timedelta(minutes=20)
    assert 'data-testid="session-end-others"' not in lan.get("/account/sessions").text
    assert lan.post(f"/account/sessions/{gone}/end", "/account/sessions").status_code == 404


def test_eight_at_once_end_it_once(lan: Citizen, other: Citizen) -> None:
    """However it falls, it is over, and this one is not."""
    path, page = f"/account/sessions/{others_id(lan)}/end", lan.get("/account/sessions").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    cookie = lan.client.get_cookie("mock_vneid_session_5000")
    assert token
    assert cookie

    def end(_: int) -> int:
        client = lan.app.test_client()
        client.set_cookie("mock_vneid_session_5000", cookie.value)
        return client.post(path, data={"csrf_token": token[1]}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(end, range(8)))
    assert set(answers) <= {303, 404}
    assert 303 in answers
    assert not signed_in(other)
    assert signed_in(lan)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WINDOWS, "Chrome · Windows"),
        (IPHONE, "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)
def test_a_browser_in_two_words(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
