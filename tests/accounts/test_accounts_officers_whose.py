"""Citizens at the commune police, foreigners at the immigration police (Decree 69/2024/ND-CP art. 10, 11 and 13)."""

from __future__ import annotations

from datetime import date

import pytest
from accounts_place import Place
from life import BICH, INES, KENJI, Desk, account_of, activate, apply, by_officer, desk, receipt_of

from idp.accounts.applications import store as applications
from idp.accounts.officers import roles
from idp.seed import officers

COMMUNE, IMMIGRATION, SUPERVISOR = "can-bo", "xuat-canh", "giam-sat"
KENJI_NUMBER, INES_NUMBER = "065090001717", "065188002222"
CHECKS = ["card", "face", "fingerprints"]


def at_level_1(place: Place, holder: str, number: str, fields: dict[str, str]) -> None:
    browser = place.browser()
    receipt_of(apply(browser, holder, **fields))
    activate(place, browser, number)


def level(place: Place, number: str) -> int | None:
    account = account_of(place, number)
    assert account is not None
    return account.identity_level


def due_day(place: Place, officer: Desk, number: str) -> date:
    assert officer.submit(f"{officer.person(number)}/receive-level-2").status_code == 303
    with place.db.read() as session:
        (row,) = [one for one in applications.open_applications(session) if one.level == 2]
        return row.due_on


@pytest.mark.parametrize(
    ("login", "holder", "number", "fields"),
    [(IMMIGRATION, "citizen", BICH["number"], BICH), (COMMUNE, "foreigner", KENJI_NUMBER, KENJI)],
)
def test_the_other_police_do_not_raise(
    place: Place, login: str, holder: str, number: str, fields: dict[str, str]
) -> None:
    """Not offered, and refused where it is sent all the same; nothing is taken in."""
    at_level_1(place, holder, number, fields)
    officer = desk(place, login)
    page = officer.person(number)
    assert 'data-testid="receive-level-2"' not in officer.get(page).text
    answer = officer.submit(f"{page}/receive-level-2")
    assert answer.status_code == 409
    assert 'data-testid="problem-other_police"' in answer.text
    right = desk(place, SUPERVISOR)
    assert right.submit(f"{right.person(number)}/receive-level-2").status_code == 303
    answer = officer.submit(f"{page}/level-2", decision="approve", check=CHECKS)
    assert answer.status_code == 409
    assert 'data-testid="other-police"' in answer.text
    assert level(place, number) == 1


@pytest.mark.parametrize("decision", [{"decision": "approve"}, {"decision": "refuse", "reason": "mismatch"}])
def test_nor_decide_level_1_nor_send_codes(place: Place, decision: dict[str, str]) -> None:
    """Neither way; afterwards the right officer decides, and the other sends no code for it."""
    waiting = by_officer(place)
    receipt_of(apply(waiting.browser(), "foreigner"))
    wrong, right = desk(waiting, COMMUNE), desk(waiting, IMMIGRATION)
    page = wrong.person(KENJI_NUMBER)
    assert wrong.submit(f"{page}/level-1", **decision).status_code == 409
    assert right.submit(f"{right.person(KENJI_NUMBER)}/level-1", decision="approve").status_code == 303
    assert wrong.submit(f"{page}/code").status_code == 409
    assert right.submit(f"{right.person(KENJI_NUMBER)}/code").status_code == 303


@pytest.mark.parametrize(
    ("number", "fields", "due"), [(KENJI_NUMBER, KENJI, date(2026, 12, 3)), (INES_NUMBER, INES, date(2026, 11, 27))]
)
def test_biometrics_on_file_shorten_it(place: Place, number: str, fields: dict[str, str], due: date) -> None:
    """Art. 13: three working days instead of seven, from Tuesday 24/11/2026."""
    at_level_1(place, "foreigner", number, fields)
    officer = desk(place, IMMIGRATION)
    assert due_day(place, officer, number) == due
    answer = officer.submit(f"{officer.person(number)}/level-2", decision="approve", check=CHECKS)
    assert (answer.status_code, level(place, number)) == (303, 2)


def test_whoever_may_lock_locks_everybody(place: Place) -> None:
    """A lock protects: it does not wait for the right police."""
    at_level_1(place, "foreigner", KENJI_NUMBER, KENJI)
    officer = desk(place, COMMUNE)
    page = officer.person(KENJI_NUMBER)
    assert officer.submit(f"{page}/lock", reason="breach_of_terms").status_code == 303


def test_an_account_that_is_not_activated_is_locked(place: Place) -> None:
    """Its code opens nothing until the lock is lifted; then it is as it was."""
    browser = place.browser()
    receipt_of(apply(browser))
    officer = desk(place)
    page = officer.person(BICH["number"])
    assert officer.submit(f"{page}/lock", reason="breach_of_terms").status_code == 303
    account = account_of(place, BICH["number"])
    assert account is not None
    assert account.state == "locked"
    with pytest.raises(AssertionError):
        activate(place, browser)
    assert officer.submit(f"{page}/unlock").status_code == 303
    activate(place, browser)
    account = account_of(place, BICH["number"])
    assert account is not None
    assert account.state == "active"


def test_every_holder_has_an_officer() -> None:
    """By the data: citizens and foreigners are decided by some role each, and a reader decides nobody's."""
    found = {entry.login: roles.office(entry.office).holders for entry in officers.load()}
    assert found[COMMUNE] == {"citizen", "organisation"}
    assert found[IMMIGRATION] == {"foreigner"}
    assert found[SUPERVISOR] == {"citizen", "foreigner", "organisation"}


def test_an_organisation_is_not_the_immigration_polices(place: Place) -> None:
    """Its role would let it decide; its office does not."""
    officer = desk(place, IMMIGRATION)
    assert officer.submit(f"/officer/organisations/{'0' * 32}/decide", decision="approve").status_code == 403
    assert desk(place).submit(f"/officer/organisations/{'0' * 32}/decide", decision="approve").status_code == 404
