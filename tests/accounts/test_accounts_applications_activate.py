"""Activating an issued account: code, secrets, phone; then it can be used, and not before."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from accounts_place import Browser, Place
from life import (
    BICH,
    NEW_PASSCODE,
    NEW_PASSWORD,
    account_of,
    activate,
    apply,
    code_in,
    give_secrets,
    messages,
    open_activation,
    receipt_of,
    seed_on,
)  # fmt: skip

WRONG = 'data-testid="activate-wrong"'


@pytest.fixture
def applicant(browser: Browser) -> Browser:
    receipt_of(apply(browser))
    return browser


def test_from_the_message_to_signing_in(place: Place, applicant: Browser) -> None:
    """Level 1, active, with password, passcode and one-time codes of her own."""
    activate(place, applicant)
    account = account_of(place, BICH["number"])
    assert account is not None
    assert (account.identity_level, account.state) == (1, "active")
    answer = applicant.submit("/sign-in", number=BICH["number"], password=NEW_PASSWORD)
    assert answer.status_code == 303
    assert applicant.session()["subject"] == account.subject
    assert place.checks.check_passcode(account.subject, NEW_PASSCODE, "a", place.clock.now()).ok


def test_nobody_signs_in_before(place: Place, applicant: Browser) -> None:
    """An issued account has no secrets: the answer is that of a number nobody has."""
    assert applicant.submit("/sign-in", number=BICH["number"], password=NEW_PASSWORD).status_code == 400
    way = open_activation(applicant)
    give_secrets(applicant, way)
    assert applicant.submit("/sign-in", number=BICH["number"], password=NEW_PASSWORD).status_code == 400


def test_the_first_code_is_used_up(place: Place, applicant: Browser) -> None:
    """The code that ended the activation signs nobody in (RFC 6238 5.2)."""
    way = open_activation(applicant)
    give_secrets(applicant, way)
    code = pyotp.TOTP(seed_on(applicant, way)).at(place.clock.now())
    assert applicant.submit(f"{way}/phone", code=code).status_code == 303
    account = account_of(place, BICH["number"])
    assert account is not None
    assert not place.checks.check_one_time_code(account.subject, str(code), "a", place.clock.now()).ok


@pytest.mark.parametrize(
    ("number", "code"),
    [(BICH["number"], "BBBBB-BBBBB"), ("065301777777", None), ("065190000101", None), ("", "")],
    ids=["wrong code", "unknown number", "somebody active", "empty"],
)
def test_one_answer_for_number_and_code(place: Place, applicant: Browser, number: str, code: str | None) -> None:
    """Which of the two is wrong is not told (attack 13)."""
    answer = applicant.submit(
        "/activate", number=number, code=code if code is not None else code_in(messages(applicant))
    )
    assert answer.status_code == 400
    assert WRONG in answer.text


def test_codes_are_not_guessed(place: Place, applicant: Browser) -> None:
    """Guesses wait, the right code too as long as the wait lasts (attack 16)."""
    answers = [applicant.submit("/activate", number=BICH["number"], code="BBBBB-BBBBB").status_code for _ in range(5)]
    assert answers == [400, 400, 400, 400, 429]
    code = code_in(messages(applicant))
    assert applicant.submit("/activate", number=BICH["number"], code=code).status_code == 429
    place.later(minutes=16)
    assert applicant.submit("/activate", number=BICH["number"], code=code).status_code == 303


def test_after_seven_days_an_officer_gives_a_new_code(place: Place, applicant: Browser) -> None:
    """The old code says so, only to whom it is right; the account stays issued."""
    code = code_in(messages(applicant))
    place.later(days=7)
    answer = applicant.submit("/activate", number=BICH["number"], code=code)
    assert answer.status_code == 403
    assert 'data-testid="activate-expired"' in answer.text
    account = account_of(place, BICH["number"])
    assert account is not None
    assert account.state == "issued"


def test_opening_it_again_ends_the_earlier_attempt(place: Place, applicant: Browser) -> None:
    """One browser at a time holds it, with nothing of the other's."""
    first = open_activation(applicant)
    give_secrets(applicant, first)
    second = open_activation(place.browser())
    assert applicant.get(f"{first}/secrets").status_code == 400
    assert place.browser().get(f"{second}/phone").headers["Location"].endswith("/secrets")


def test_a_ticket_lasts_half_an_hour(place: Place, applicant: Browser) -> None:
    """And no step is done with a ticket nobody gave out."""
    way = open_activation(applicant)
    place.later(minutes=29)
    assert applicant.get(f"{way}/secrets").status_code == 200
    place.later(minutes=1)
    assert applicant.get(f"{way}/secrets").status_code == 400
    assert applicant.get("/activate/made-up/phone").status_code == 400


def test_it_is_done_once(place: Place, applicant: Browser) -> None:
    """Neither ticket nor code opens anything afterwards."""
    code = code_in(messages(applicant))
    way = open_activation(applicant)
    give_secrets(applicant, way)
    seed = seed_on(applicant, way)
    applicant.submit(f"{way}/phone", code=str(pyotp.TOTP(seed).at(place.clock.now())))
    place.later(minutes=1)
    again = str(pyotp.TOTP(seed).at(place.clock.now()))
    assert applicant.submit(f"{way}/phone", code=again).status_code == 400
    assert WRONG in applicant.submit("/activate", number=BICH["number"], code=code).text


@pytest.mark.parametrize(
    ("password", "passcode", "field"),
    [
        ("short", NEW_PASSCODE, "password"),
        (f"x{BICH['number']}x", NEW_PASSCODE, "password"),
        (NEW_PASSWORD, "123456", "passcode"),
        (NEW_PASSWORD, "170601", "passcode"),
        (NEW_PASSWORD, "12345", "passcode"),
    ],
)
def test_weak_secrets_are_not_taken(applicant: Browser, password: str, passcode: str, field: str) -> None:
    """The field that is weak says why; the rules have a test of their own."""
    answer = give_secrets(applicant, open_activation(applicant), password, passcode)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text


def test_both_secrets_are_typed_twice(applicant: Browser) -> None:
    """A slip of the finger locks nobody out."""
    way = open_activation(applicant)
    answer = applicant.submit(
        f"{way}/secrets", password=NEW_PASSWORD, password_again="x", passcode=NEW_PASSCODE, passcode_again="y"
    )
    assert answer.status_code == 400
    assert 'id="password_again-error"' in answer.text
    assert 'id="passcode_again-error"' in answer.text


def test_a_wrong_first_code_activates_nothing(place: Place, applicant: Browser) -> None:
    """Nor do many: they wait."""
    way = open_activation(applicant)
    give_secrets(applicant, way)
    seed = seed_on(applicant, way)
    right = {str(pyotp.TOTP(seed).at(place.clock.now() + timedelta(seconds=30 * step))) for step in (-1, 0, 1)}
    wrong = next(code for code in ("000000", "111111", "222222", "333333") if code not in right)
    answers = [applicant.submit(f"{way}/phone", code=wrong).status_code for _ in range(5)]
    assert answers == [400, 400, 400, 400, 429]
    account = account_of(place, BICH["number"])
    assert account is not None
    assert account.state == "issued"


def test_codes_and_tickets_are_stored_hashed(place: Place, applicant: Browser) -> None:
    """Nothing in the row opens anything."""
    code, way = code_in(messages(applicant)), open_activation(applicant)
    give_secrets(applicant, way)
    account = account_of(place, BICH["number"])
    assert account is not None
    with place.db.read() as session:
        from idp.accounts.applications.models import AccountActivation

        row = session.get(AccountActivation, account.subject)
        assert row is not None
        held = repr({column.name: getattr(row, column.name) for column in row.__table__.columns})
    for secret in (code, code.replace("-", ""), way.rsplit("/", 1)[1], NEW_PASSWORD, NEW_PASSCODE):
        assert secret not in held


@pytest.mark.parametrize("mark", ["deceased", "card_revoked", "card_locked"])
def test_the_register_may_have_changed_since(place: Place, applicant: Browser, mark: str) -> None:
    """What would lock the account keeps it from being activated (Decree 69/2024/ND-CP art. 15)."""
    way = open_activation(applicant)
    give_secrets(applicant, way)
    seed = seed_on(applicant, way)
    with place.db.begin() as session:
        from idp.accounts import store
        from idp.accounts.applications.models import RegisterMark

        person = store.person_by_number(session, BICH["number"])
        assert person is not None
        session.add(RegisterMark(person_id=person.id, kind=mark, marked_on=place.clock.now().date()))
    code = str(pyotp.TOTP(seed).at(place.clock.now()))
    assert applicant.submit(f"{way}/phone", code=code).status_code == 400
    account = account_of(place, BICH["number"])
    assert account is not None
    assert account.state == "issued"
