"""Who may open My account: its holder, signed in, for herself, with an account that can be used."""

from __future__ import annotations

import pytest
from account_home import NUMBERS, Citizen, citizen, lock_as
from flask import Flask
from sqlalchemy import text

from idp import acr
from idp.accounts import store
from idp.clock import FixedClock

PAGES = (
    "/account", "/account/sessions", "/account/devices", "/account/services", "/account/activity",
    "/account/activity/export", "/account/activity/export.csv", "/account/activity/export.json", "/account/lock",
    "/account/services/rp/withdraw",
)  # fmt: skip
FORMS = (
    "/account/sessions/end-others", f"/account/sessions/{'0' * 32}/end", f"/account/devices/{'0' * 32}/remove",
    "/account/services/rp/withdraw", "/account/lock", "/account/open-again",
)  # fmt: skip
TWO_FACTORS = (
    "/account/activity/export", "/account/activity/export.csv", "/account/activity/export.json", "/account/lock",
    "/account/services/rp/withdraw",
)  # fmt: skip


@pytest.fixture
def lan(app: Flask) -> Citizen:
    return citizen(app).sign_in(level=1)


def test_a_stranger_is_asked_who_he_is(app: Flask) -> None:
    """Nothing is shown before, and nothing is told of anybody."""
    for path in PAGES:
        answer = citizen(app).get(path)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/sign-in?request="), path


def test_every_form_carries_the_token(lan: Citizen) -> None:
    """CSRF: a form of another site changes nothing, signed in or not."""
    for path in FORMS:
        assert lan.client.post(path, data={"csrf_token": "guessed"}).status_code == 400, path
        assert citizen(lan.app).client.post(path).status_code == 400, path


def test_one_factor_does_not_suffice_for_what_matters(lan: Citizen) -> None:
    """Withdrawing, exporting and locking ask for exactly the missing factor, and then go on."""
    for path in TWO_FACTORS:
        answer = lan.get(path)
        assert answer.status_code == 303, path
        assert 'data-testid="second-factor-passcode"' in lan.follow(answer.headers["Location"]), path
    for path in ("/account/services/rp/withdraw", "/account/lock"):
        answer = lan.post(path, "/account", secret="246810")
        assert answer.headers["Location"].startswith("/sign-in?request="), path
    back = lan.give_passcode(lan.get("/account/lock").headers["Location"])
    assert back.headers["Location"] == "/account/lock"
    assert lan.get("/account/lock").status_code == 200


def test_an_account_that_was_locked_meanwhile_shows_nothing(clock: FixedClock, lan: Citizen) -> None:
    """The session ends, and the page says why."""
    lock_as(lan, "breach_of_terms", "authority", clock.now())
    answer = lan.get("/account")
    assert answer.status_code == 403
    assert NUMBERS["lan"] not in answer.text.replace(" ", "")
    assert "stopped-open-again" not in answer.text
    assert lan.get("/account").headers["Location"].startswith("/sign-in?request=")


def test_a_session_for_an_organisation_is_shut_out(app: Flask) -> None:
    """Attack 19: nothing personal within its reach."""
    dung = citizen(app, "dung").sign_in(level=1)
    with dung.db.begin() as session:
        person = store.account_by_number(session, NUMBERS["dung"])
        assert person is not None
        (organisation,) = store.organisations_of(session, str(person.person_id))
        company = store.account_of_organisation(session, organisation.id)
        assert company is not None
        statement = text("UPDATE browser_session SET acting_for=:company WHERE subject=:subject")
        session.execute(statement, {"company": company.subject, "subject": person.subject})
    for path in PAGES:
        answer = dung.get(path)
        assert answer.status_code == 403, path
        assert NUMBERS["dung"] not in answer.text.replace(" ", "")


@pytest.mark.parametrize(("lang", "words"), [("vi", "Tài khoản của tôi"), ("en", "My account")])
def test_the_front_page_says_what_the_register_says(lan: Citizen, lang: str, words: str) -> None:
    """The number is masked until it is asked for; nothing of anybody else is there."""
    page = lan.get(f"/account?lang={lang}").text
    assert words in page
    assert "Mai Lan" in page
    assert 'data-testid="account-number"' in page
    assert page.count("065 190 000 101") == 1  # in the fold that she opens
    assert "MÔ PHỎNG / MOCK" in page
    for room in ("devices", "passkeys", "sessions", "services", "documents", "activity", "lock"):
        assert f'data-testid="account-{room}"' in page


def test_the_head_of_every_page_leads_here(lan: Citizen) -> None:
    assert '<a href="/account" data-testid="account-link">' in lan.get("/").text
    assert "account-link" not in citizen(lan.app).get("/").text


def test_levels_are_those_of_the_table() -> None:
    """What is asked for is the second level of acr.toml."""
    from idp.accounts.my_account.endpoints import common

    assert [level.urn for level in acr.LEVELS[:2]] == [common.ONE_FACTOR, common.TWO_FACTORS]
