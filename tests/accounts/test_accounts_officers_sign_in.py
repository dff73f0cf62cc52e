"""Officers sign in with two factors, in sessions of their own."""

from __future__ import annotations

import re

import pytest
from accounts_place import PASSWORD, Place
from life import Desk, desk, officer_code

OFFICER_PASSWORD = "CanBo-MoPhong-2026"
REFUSED = 'data-testid="officer-refused"'


def _try(place: Place, login: str, password: str, code: str, at: Desk | None = None) -> tuple[int, str]:
    found = at or Desk(place.app.test_client(), place)
    answer = found.submit("/officer/sign-in", login=login, password=password, code=code)
    return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)


def test_both_factors_are_right(place: Place) -> None:
    """Then the queue is next; the secret of the session is a new one (session fixation)."""
    found = Desk(place.app.test_client(), place)
    found.get("/officer/sign-in")
    before = found.client.get_cookie("mock_vneid_officer").value
    answer = found.submit(
        "/officer/sign-in", login="can-bo", password=OFFICER_PASSWORD, code=officer_code(place, "can-bo")
    )
    assert answer.headers["Location"] == "/officer/"
    after = found.client.get_cookie("mock_vneid_officer")
    assert after.value != before
    assert after.http_only
    assert found.get("/officer/").headers["Location"] == "/officer/queue"
    stale = Desk(place.app.test_client(), place)
    stale.client.set_cookie("mock_vneid_officer", before)
    assert stale.get("/officer/queue").headers["Location"] == "/officer/sign-in"


def test_one_answer_for_whatever_is_wrong(place: Place) -> None:
    """Unknown login, wrong password, wrong code: same page, status and work (attack 13)."""
    reference = _try(place, "nobody", "x", "000000")
    assert reference[0] == 400
    assert REFUSED in reference[1]
    code = officer_code(place, "can-bo")
    for login, password, given in (
        ("can-bo", "wrong", code), ("giam-sat", OFFICER_PASSWORD, code), ("can-bo", OFFICER_PASSWORD, ""),
    ):  # fmt: skip
        place.hasher.computed = 0
        assert _try(place, login, password, given) == reference
        assert place.hasher.computed == 1


def test_a_code_is_good_once(place: Place) -> None:
    """Whoever looked over her shoulder comes too late (RFC 6238 5.2)."""
    desk(place)
    assert _try(place, "can-bo", OFFICER_PASSWORD, officer_code(place, "can-bo"))[0] == 400


def test_guessing_waits(place: Place) -> None:
    """The right details too, as long as the wait lasts (attack 16)."""
    answers = [_try(place, "can-bo", "wrong", "000000")[0] for _ in range(4)]
    assert answers == [400, 400, 400, 429]
    assert _try(place, "can-bo", OFFICER_PASSWORD, officer_code(place, "can-bo"))[0] == 429


def test_a_citizen_is_no_officer_nor_the_other_way_round(place: Place) -> None:
    """Two cookies, two tables: a citizen's session opens no officer's page, an officer's is no citizen's."""
    browser = place.browser()
    browser.sign_in()
    assert browser.get("/officer/queue").headers["Location"] == "/officer/sign-in"
    assert _try(place, place.personas["lan"].personal_id_number, PASSWORD, "000000")[0] == 400
    officer = desk(place)
    assert officer.client.get("/session").get_json()["subject"] is None


@pytest.mark.parametrize("wait", [{"minutes": 15}, {"hours": 8}])
def test_a_session_ends_by_itself(place: Place, wait: dict[str, float]) -> None:
    """Idle for a quarter of an hour, or a working day old."""
    officer = desk(place)
    place.later(**wait)
    assert officer.get("/officer/queue").headers["Location"] == "/officer/sign-in"


def test_signing_out(place: Place) -> None:
    """The cookie of before opens nothing."""
    officer = desk(place)
    secret = officer.client.get_cookie("mock_vneid_officer").value
    officer.submit("/officer/sign-out")
    officer.client.set_cookie("mock_vneid_officer", secret)
    assert officer.get("/officer/queue").headers["Location"] == "/officer/sign-in"


def test_an_officer_who_was_stopped(place: Place) -> None:
    """Her session is over at once."""
    officer = desk(place)
    with place.db.begin() as session:
        from idp.accounts.officers import store

        row = store.by_login(session, "can-bo")
        assert row is not None
        row.active = False
    assert officer.get("/officer/queue").headers["Location"] == "/officer/sign-in"


@pytest.mark.parametrize("path", ["/officer/sign-in", "/officer/look-up", "/officer/sign-out"])
def test_a_form_of_another_site_is_refused(place: Place, path: str) -> None:
    """CSRF: the token of the citizen's session in the same browser is not the officer's."""
    officer = desk(place)
    assert officer.client.post(path, data={"login": "can-bo"}).status_code == 400
    token = re.search(r'value="([^"]+)"', officer.client.get("/token").text)[1]  # type: ignore[index]
    assert officer.client.post(path, data={"csrf_token": token}).status_code == 400


def test_pages_may_not_be_framed(place: Place) -> None:
    """Clickjacking (attack 15)."""
    answer = desk(place).get("/officer/queue")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_every_sign_in_is_recorded(place: Place) -> None:
    """Also those that were refused."""
    _try(place, "nobody", "x", "000000")
    desk(place)
    assert [event["event"] for event in place.audit.events] == ["officer.sign_in_refused", "officer.signed_in"]
