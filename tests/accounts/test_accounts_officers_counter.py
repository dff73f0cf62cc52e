"""Deciding applications: level 1 by the register, level 2 in person only (Decree 69/2024/ND-CP art. 10, 13)."""

from __future__ import annotations

import pytest
from accounts_place import Place
from life import BICH, Desk, account_of, activate, apply, by_officer, desk, messages, open_activation, receipt_of

CHECKS = ["card", "face", "fingerprints"]


@pytest.fixture
def waiting(place: Place) -> Place:
    """Bích's application waits for an officer."""
    elsewhere = by_officer(place)
    receipt_of(apply(elsewhere.browser()))
    return elsewhere


def _level(place: Place) -> tuple[int | None, str]:
    account = account_of(place, BICH["number"])
    assert account is not None
    return account.identity_level, account.state


def _at_level_1(place: Place) -> tuple[Desk, str]:
    browser = place.browser()
    receipt_of(apply(browser))
    activate(place, browser)
    officer = desk(place)
    return officer, officer.person(BICH["number"])


def test_level_1_is_issued(waiting: Place) -> None:
    """The code goes out with the decision."""
    officer = desk(waiting)
    page = officer.person(BICH["number"])
    assert officer.submit(f"{page}/level-1", decision="approve").status_code == 303
    assert _level(waiting) == (1, "issued")
    assert open_activation(waiting.browser())


def test_level_1_is_refused_by_the_laws_reason(waiting: Place) -> None:
    """The account that was prepared is gone, the applicant reads why, and may apply again."""
    officer = desk(waiting)
    page = officer.person(BICH["number"])
    for reason in ("", "i do not like her", "being_examined"):
        assert officer.submit(f"{page}/level-1", decision="refuse", reason=reason).status_code == 400
    assert officer.submit(f"{page}/level-1", decision="refuse", reason="no_valid_card").status_code == 303
    assert account_of(waiting, BICH["number"]) is None
    receipt = receipt_of(apply(waiting.browser()))
    assert receipt in officer.get("/officer/queue").text


def test_an_application_is_decided_once(waiting: Place) -> None:
    """Who comes second is told so."""
    first, second = desk(waiting), desk(waiting, "giam-sat")
    pages = first.person(BICH["number"]), second.person(BICH["number"])
    assert first.submit(f"{pages[0]}/level-1", decision="approve").status_code == 303
    assert second.submit(f"{pages[1]}/level-1", decision="refuse", reason="mismatch").status_code == 409
    assert _level(waiting) == (1, "issued")


def test_the_register_may_have_changed_since(waiting: Place) -> None:
    """A card revoked after she applied stops the decision."""
    with waiting.db.begin() as session:
        from idp.accounts import store
        from idp.accounts.applications.models import RegisterMark

        person = store.person_by_number(session, BICH["number"])
        assert person is not None
        session.add(RegisterMark(person_id=person.id, kind="card_revoked", marked_on=waiting.clock.now().date()))
    officer = desk(waiting)
    answer = officer.submit(f"{officer.person(BICH['number'])}/level-1", decision="approve")
    assert answer.status_code == 409
    assert 'data-testid="problem-law"' in answer.text
    assert _level(waiting) == (1, "pending_verification")


def test_overdue_is_marked_in_the_queue(waiting: Place) -> None:
    """From the end of the due day in Vietnam."""
    assert 'data-testid="late-' not in desk(waiting).get("/officer/queue").text
    waiting.later(hours=39)
    assert 'data-testid="late-' in desk(waiting).get("/officer/queue").text


def test_level_2_takes_all_three_checks(place: Place) -> None:
    """Card, face and fingerprints; with one missing she stays at level 1."""
    officer, page = _at_level_1(place)
    assert officer.submit(f"{page}/receive-level-2").status_code == 303
    assert "27/11/2026" in officer.get(page).text  # three working days
    for missing in CHECKS:
        given = [check for check in CHECKS if check != missing]
        assert officer.submit(f"{page}/level-2", decision="approve", check=given).status_code == 400
        assert _level(place) == (1, "active")
    assert officer.submit(f"{page}/level-2", decision="approve", check=CHECKS).status_code == 303
    assert _level(place) == (2, "active")


def test_level_2_is_not_reached_without_an_application(place: Place) -> None:
    """Nor by applying for level 1 again; there is no page for it outside the counter."""
    officer, page = _at_level_1(place)
    assert officer.submit(f"{page}/level-2", decision="approve", check=CHECKS).status_code == 409
    assert _level(place) == (1, "active")


def test_a_second_application_of_one_level(place: Place) -> None:
    """One is open at a time."""
    officer, page = _at_level_1(place)
    officer.submit(f"{page}/receive-level-2")
    assert officer.submit(f"{page}/receive-level-2").status_code == 409


def test_a_locked_account_is_not_raised(place: Place) -> None:
    """Whatever was applied for before the lock (attack 5)."""
    officer, page = _at_level_1(place)
    officer.submit(f"{page}/receive-level-2")
    officer.submit(f"{page}/lock", reason="breach_of_terms")
    assert officer.submit(f"{page}/level-2", decision="approve", check=CHECKS).status_code == 409
    assert _level(place) == (1, "locked")


def test_a_child_under_6_never_has_level_2(place: Place) -> None:
    """Also where a parent is at the counter (Decree 69/2024/ND-CP art. 7; attack 5)."""
    officer = desk(place)
    page = officer.person(place.personas["bao-an"].personal_id_number)
    officer.submit(f"{page}/receive-level-2")
    answer = officer.submit(f"{page}/level-2", decision="approve", check=CHECKS)
    assert answer.status_code == 409
    account = account_of(place, place.personas["bao-an"].personal_id_number)
    assert account is not None
    assert account.identity_level == 1


def test_a_new_code_voids_the_old_one(place: Place) -> None:
    """For an account that was not activated in time."""
    browser = place.browser()
    receipt_of(apply(browser))
    place.later(days=8)
    officer = desk(place)
    page = officer.person(BICH["number"])
    assert officer.submit(f"{page}/code").status_code == 303
    assert messages(browser).count("[MÔ PHỎNG] Tài khoản") == 2
    activate(place, browser)
    assert officer.submit(f"{page}/code").status_code == 409


def test_who_decided_is_recorded(place: Place) -> None:
    """With the receipt and the level."""
    officer, page = _at_level_1(place)
    officer.submit(f"{page}/receive-level-2")
    officer.submit(f"{page}/level-2", decision="approve", check=CHECKS)
    approved = [event for event in place.audit.events if event["event"] == "application.approved"]
    assert [(event["level"], event["decided_by"] == "system") for event in approved] == [(1, True), (2, False)]
