"""Lock my account now, and open it again: what it takes, what it ends, and what no holder can open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from account_home import NUMBERS, PASSCODE, PASSWORD, Citizen, citizen, events_of, lock_as, service, token_of
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from idp import sessions
from idp.accounts import store
from idp.accounts.my_account import locking
from idp.accounts.states import CannotLock, CannotUnlock
from idp.audit.store import AuditLog
from idp.clock import FixedClock
from idp.oauth import tokens

LOCK, OPEN = "/account/lock", "/account/open-again"


@pytest.fixture
def lan(app: Flask) -> Citizen:
    return citizen(app).sign_in()


def state_of(someone: Citizen) -> tuple[str, str | None, str | None]:
    with someone.db.read() as session:
        account = store.account(session, someone.subject)
        assert account is not None
        return account.state, account.lock_reason, account.locked_by


def lock(someone: Citizen, **fields: str) -> TestResponse:
    return someone.post(LOCK, LOCK, **{"with": "passcode", "secret": PASSCODE, **fields})


def open_again(someone: Citizen, path: str = OPEN, **fields: str) -> TestResponse:
    given = {"number": NUMBERS[someone.name], "password": PASSWORD, "code": PASSCODE, **fields}
    return someone.post(path, path, **given)


# --- locking ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"secret": "000000"}, 400),
        ({"secret": ""}, 400),
        ({"secret": "12345"}, 400),
        ({"with": "password", "secret": ""}, 400),
        ({"with": "password", "secret": "wrong"}, 400),
    ],
)
def test_without_the_right_secret_nothing_is_locked(lan: Citizen, fields: dict[str, str], status: int) -> None:
    assert lock(lan, **fields).status_code == status
    assert state_of(lan)[0] == "active"
    assert lan.get(LOCK).status_code == 200


def test_guessing_the_passcode_is_slowed_down(lan: Citizen) -> None:
    """Attack 16: the page is no way around the limit."""
    answers = [lock(lan, secret="000000").status_code for _ in range(8)]
    assert answers[0] == 400
    assert answers[-1] == 429
    assert state_of(lan)[0] == "active"


def test_the_page_says_what_will_happen(lan: Citizen) -> None:
    page = lan.get(f"{LOCK}?lang=en").text
    for words in ("Every session ends", "no document can be shown", "Open my account again"):
        assert words in page
    assert 'data-testid="lock-password"' in lan.get(f"{LOCK}?with=password").text


@pytest.mark.parametrize("fields", [{}, {"with": "password", "secret": PASSWORD}])
def test_locking_ends_everything(app: Flask, clock: FixedClock, lan: Citizen, fields: dict[str, str]) -> None:
    """Sessions, this one too; the wallet; what services may read; and nobody signs in."""
    rp, other = service(app, clock), citizen(app).sign_in(level=1)
    token = rp.link(lan)["access_token"]
    answer = lock(lan, **fields)
    assert answer.headers["Location"] == "/account/locked"
    assert 'data-testid="locked-open-again"' in lan.follow("/account/locked")
    assert state_of(lan) == ("locked", "own_request", "holder")
    for each in (lan, other):
        assert each.get("/account").headers["Location"].startswith("/sign-in?request=")
        assert each.get("/wallet").headers["Location"].startswith("/sign-in?request=")
    assert rp.userinfo(token).status_code == 401
    stopped = other.post("/sign-in", "/sign-in", number=NUMBERS["lan"], password=PASSWORD)
    assert stopped.status_code == 403
    assert 'data-testid="stopped-open-again"' in stopped.text
    locked = [details for event, details in events_of(lan) if event == "account.locked"]
    assert [(each["by"], each["sessions_ended"]) for each in locked] == [("holder", 2)]


def test_eight_at_once_lock_it_once(clock: FixedClock, lan: Citizen) -> None:
    """One of them locks, seven are told that it is locked; one record."""

    def once(_: int) -> str:
        try:
            with lan.db.begin() as session:
                locking.lock(session, tokens, AuditLog(b"k" * 32), lan.subject, "", clock.now())
        except CannotLock:
            return "refused"
        return "locked"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(once, range(8))) == ["locked"] + ["refused"] * 7
    assert [event for event, _ in events_of(lan)].count("account.locked") == 1
    with lan.db.read() as session:
        assert sessions.of(session, lan.subject, clock.now()) == []


# --- opening again ---------------------------------------------------------------------------------------
def test_wrong_secrets_open_nothing(app: Flask, lan: Citizen) -> None:
    """A number that nobody has and a wrong password get one answer (attack 13)."""
    lock(lan)
    answers = [open_again(citizen(app), **given) for given in ({"password": "x"}, {"number": "065190000999"})]
    said = [answer.text.split("<main")[1].split("<form")[0] for answer in answers]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert said[0] == said[1]
    assert open_again(citizen(app), code="000000").status_code == 400
    assert open_again(citizen(app), code="").status_code == 400
    assert state_of(lan)[0] == "locked"


@pytest.mark.parametrize(
    ("reason", "by", "law"),
    [
        ("death", "system", "Law on Identity 26/2023/QH15, article 34"),
        ("card_revoked", "system", "Decree 69/2024/ND-CP, article 15"),
        ("authority_request", "authority", "Decree 69/2024/ND-CP, article 15"),
        ("own_request", "authority", "Decree 69/2024/ND-CP, article 15"),
    ],
)
def test_no_other_lock_is_hers_to_open(app: Flask, clock: FixedClock, reason: str, by: str, law: str) -> None:
    """The page names the law; the account stays as it is, and nobody is signed in."""
    lan = citizen(app)
    lock_as(lan, reason, by, clock.now())
    answer = open_again(lan, f"{OPEN}?lang=en")
    assert answer.status_code == 403
    assert law in answer.text
    assert 'data-testid="stopped-open-again"' not in answer.text
    assert state_of(lan) == ("locked", reason, by)
    assert lan.get("/account").status_code == 303


def test_an_account_that_is_open(app: Flask) -> None:
    """Said to who knows the password; it is no sign-in."""
    lan = citizen(app)
    answer = open_again(lan)
    assert answer.status_code == 409
    assert 'data-testid="open-again-not-locked"' in answer.text
    assert lan.get("/account").status_code == 303


def test_opening_again_signs_in(app: Flask, lan: Citizen) -> None:
    """Two factors were proven: a new session, with a new secret (fixation); it is recorded."""
    lock(lan)
    lan.get(OPEN)
    before = lan.client.get_cookie("mock_vneid_session_5000")
    assert open_again(lan).headers["Location"] == "/account"
    after = lan.client.get_cookie("mock_vneid_session_5000")
    assert before
    assert after
    assert before.value != after.value
    assert lan.get(LOCK).status_code == 200
    assert state_of(lan) == ("active", None, None)
    assert "account.opened_again" in dict(events_of(lan))


def test_opening_again_goes_on_to_who_asked(app: Flask, lan: Citizen) -> None:
    lock(lan)
    lan.get("/account/services")
    asked = lan.get("/account/services").headers["Location"].partition("request=")[2]
    answer = open_again(lan, f"{OPEN}?request={asked}")
    assert answer.headers["Location"] == "/account/services"
    assert citizen(app).get(f"{OPEN}?request={asked}").status_code == 400


def test_a_card_that_expired_meanwhile_keeps_it_locked(app: Flask, clock: FixedClock, lan: Citizen) -> None:
    """Her own lock is gone, the law's is there (Decree 69 art. 15)."""
    lock(lan)
    clock.instant += timedelta(days=365 * 60)
    answer = open_again(citizen(app))
    assert answer.status_code == 403
    assert "Thẻ của bạn đã hết hạn" in answer.text
    assert citizen(app).get("/account").status_code == 303


def test_what_an_authority_locks_meanwhile_stays_locked(clock: FixedClock, lan: Citizen) -> None:
    """The row is held: her opening sees the authority's lock, and leaves it."""
    lock(lan)
    lock_as(lan, "authority_request", "authority", clock.now())
    with pytest.raises(CannotUnlock), lan.db.begin() as session:
        locking.open_again(session, AuditLog(b"k" * 32), lan.subject, "", clock.now())
    assert state_of(lan) == ("locked", "authority_request", "authority")


def test_without_a_second_factor_it_is_opened_at_the_counter(app: Flask, lan: Citizen) -> None:
    """A password alone opens nothing."""
    lock(lan)
    with lan.db.begin() as session:
        session.execute(text("UPDATE authenticator SET passcode_hash=NULL, one_time_code_seed=NULL"))
    answer = open_again(citizen(app))
    assert answer.status_code == 403
    assert 'data-testid="open-again-no-second"' in answer.text
    assert state_of(lan)[0] == "locked"


def test_an_account_with_a_password_alone_can_be_locked(app: Flask) -> None:
    """It must not be shut out of its own lock by a factor that it does not have."""
    lan = citizen(app)
    with lan.db.begin() as session:
        session.execute(text("UPDATE authenticator SET passcode_hash=NULL, one_time_code_seed=NULL"))
    lan.sign_in(level=1)
    page = lan.get(LOCK)
    assert 'data-testid="lock-password"' in page.text
    answer = lan.client.post(LOCK, data={"csrf_token": token_of(page.text), "with": "password", "secret": PASSWORD})
    assert answer.headers["Location"] == "/account/locked"
