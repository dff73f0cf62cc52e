"""No look-up without purpose and case; each is recorded, for the person to see (attack 18)."""

from __future__ import annotations

import pytest
from accounts_place import Place
from life import apply, by_officer, desk, receipt_of

LAN = "065190000101"


@pytest.mark.parametrize(
    ("purpose", "case"),
    [("", "12/2026/HS"), ("curiosity", "12/2026/HS"), ("complaint", ""), ("complaint", "  "), ("complaint", "x y z")],
)
def test_without_purpose_or_case_nothing_is_read(place: Place, purpose: str, case: str) -> None:
    """Neither the person nor whether there is one."""
    officer = desk(place)
    place.audit.events.clear()
    for number in (LAN, "065190999999"):
        answer = officer.look_up(number, purpose, case)
        assert answer.status_code == 400
        assert 'data-testid="look-up-no_purpose"' in answer.text
        assert "Lan" not in answer.text
    assert place.audit.events == []


def test_a_look_up_without_either_field(place: Place) -> None:
    """A form that lacks them is no way around."""
    assert desk(place).submit("/officer/look-up", number=LAN).status_code == 400


def test_each_read_is_recorded_with_officer_purpose_and_case(place: Place) -> None:
    """Reading the page again is another read."""
    officer = desk(place)
    page = officer.person(LAN)
    place.audit.events.clear()
    for _ in range(2):
        assert "Lan" in officer.get(page).text
    (first, second) = place.audit.events
    assert first == second
    assert (first["event"], first["subject"]) == ("officer.looked_up", place.subjects["lan"])
    assert (first["purpose"], first["case"], first["role"]) == ("complaint", "12/2026/HS", "registration")
    assert first["officer"]


def test_nobody_found_is_recorded_too(place: Place) -> None:
    """Trying numbers leaves a trace."""
    officer = desk(place)
    place.audit.events.clear()
    assert officer.look_up("065190999999").status_code == 404
    assert [(event["event"], event["subject"]) for event in place.audit.events] == [("officer.looked_up", None)]


def test_a_look_up_is_one_officers_and_ends(place: Place) -> None:
    """Its address opens nothing for a colleague, and nothing after half an hour."""
    officer = desk(place)
    page = officer.person(LAN)
    assert desk(place, "giam-sat").get(page).status_code == 404
    assert officer.get(page).status_code == 200
    for _ in range(3):
        place.later(minutes=10)
        last = officer.get(page).status_code
    assert last == 404


def test_no_act_without_a_look_up(place: Place) -> None:
    """A made-up address changes nothing."""
    officer = desk(place)
    for act in ("lock", "unlock", "level-1", "level-2", "receive-level-2", "ask", "code"):
        assert officer.submit(f"/officer/people/made-up/{act}", reason="own_request").status_code == 404


def test_the_queue_names_nobody(place: Place) -> None:
    """Receipt and due day only; whose it is takes a look-up, with the receipt as the case."""
    elsewhere = by_officer(place)
    receipt = receipt_of(apply(elsewhere.browser()))
    officer = desk(elsewhere)
    page = officer.get("/officer/queue").text
    assert receipt in page
    assert "Bích" not in page
    assert "065301001616" not in page
    answer = officer.submit("/officer/look-up", receipt=receipt, purpose="registration", case=receipt)
    assert "Hồ Ngọc Bích" in officer.get(answer.headers["Location"]).text
    assert place.audit.events[-1]["case"] == receipt
    assert officer.submit("/officer/look-up", receipt=receipt, purpose="", case="").status_code == 400


def test_the_auditor_reads_no_citizen(place: Place) -> None:
    """She watches officers; attempts beyond her role are refused and recorded."""
    auditor = desk(place, "kiem-tra")
    assert auditor.get("/officer/").headers["Location"] == "/officer/audit"
    assert auditor.get("/officer/audit").status_code == 200
    assert auditor.get("/officer/queue").status_code == 403
    assert auditor.look_up(LAN).status_code == 403
    assert place.audit.events[-1]["event"] == "officer.refused"


def test_officers_do_not_read_the_audit(place: Place) -> None:
    """Nobody watches herself."""
    for login in ("can-bo", "giam-sat"):
        assert desk(place, login).get("/officer/audit").status_code == 403
