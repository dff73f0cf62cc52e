"""Officers decide applications for organisations' accounts (Decree 69/2024/ND-CP art. 12, 13)."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from accounts_place import Place
from life import desk
from organisations_desk import COMPANY, NOBODY, WEAVERS, dissolve, opened, queued, recorded, stands

from idp.accounts.officers.endpoints.organisation import PROBLEMS
from idp.accounts.organisations.applications import BY_OFFICER, Applications, Refusal
from idp.i18n import LANGUAGES

NAME, HAN = "Hợp tác xã Dệt Mô Phỏng Biển Hồ", "999301001313"


@pytest.fixture
def waiting(place: Place) -> Place:
    """Hân's application for the weavers waits for an officer."""
    with place.db.begin() as session:
        now, subject = place.clock.now(), place.subjects["han"]
        assert Applications(place.audit, automatic=False).apply(session, subject, WEAVERS, now).refusal is None
    place.audit.events.clear()
    return place


# --- who may not, and what is not read ----------------------------------------------------------------------
@pytest.mark.parametrize("act", ["decide", "lock", "unlock", "ask"])
def test_the_auditor_decides_nothing(waiting: Place, act: str) -> None:
    """Refused by her role and recorded, also with a colleague's address; she opens no organisation either."""
    officer, auditor = desk(waiting), desk(waiting, "kiem-tra")
    page, application = opened(officer), queued(officer)
    assert auditor.look_up(WEAVERS, "registration").status_code == 403
    answer = auditor.submit(f"{page}/{act}", application=application, decision="approve")
    assert answer.status_code == 403
    assert waiting.audit.events[-1]["event"] == "officer.refused"
    assert auditor.get(page).status_code == 403
    assert stands(waiting) is None


@pytest.mark.parametrize("act", ["decide", "lock", "unlock", "ask"])
def test_who_has_not_signed_in_decides_nothing(waiting: Place, act: str) -> None:
    page, client = opened(desk(waiting)), waiting.app.test_client()
    assert client.post(f"{page}/{act}", data={"decision": "approve"}).status_code == 400
    assert client.get(page).headers["Location"] == "/officer/sign-in"


@pytest.mark.parametrize(
    ("purpose", "case"),
    [("", "12/2026/TC"), ("curiosity", "12/2026/TC"), ("registration", ""), ("registration", "x")],
)
def test_without_purpose_or_case_nothing_is_read(waiting: Place, purpose: str, case: str) -> None:
    """By number, by a number of nobody, or from the queue: one answer, and no record of a read."""
    officer = desk(waiting)
    application = queued(officer)
    waiting.audit.events.clear()
    for told in ({"number": WEAVERS}, {"number": NOBODY}, {"application": application}, {"application": "0" * 32}):
        answer = officer.submit("/officer/look-up", purpose=purpose, case=case, **told)
        assert answer.status_code == 400
        assert 'data-testid="look-up-no_purpose"' in answer.text
        assert NAME not in answer.text
    assert waiting.audit.events == []


def test_a_form_of_another_site_decides_nothing(waiting: Place) -> None:
    """CSRF."""
    officer = desk(waiting)
    page = opened(officer)
    data = {"application": queued(officer), "decision": "approve", "csrf_token": "guessed"}
    for act in ("decide", "lock", "unlock", "ask"):
        assert officer.client.post(f"{page}/{act}", data=data).status_code == 400
    assert stands(waiting) is None


@pytest.mark.parametrize("reason", ["", "i do not like it", Refusal.BEING_EXAMINED.value, "no_valid_card"])
def test_no_other_reason_refuses(waiting: Place, reason: str) -> None:
    """Only those of the law that are an officer's to give; the application waits on."""
    officer = desk(waiting)
    page, application = opened(officer), queued(officer)
    answer = officer.submit(f"{page}/decide", application=application, decision="refuse", reason=reason)
    assert answer.status_code == 400
    assert 'data-testid="problem-choose_reason"' in answer.text
    assert queued(officer) == application


def test_a_look_up_is_one_officers_of_one_organisation_and_ends(waiting: Place) -> None:
    """It opens nothing for a colleague, decides no other organisation's application, and ends."""
    officer, supervisor = desk(waiting), desk(waiting, "giam-sat")
    page, application = opened(officer), queued(officer)
    assert supervisor.get(page).status_code == 404
    assert supervisor.submit(f"{page}/decide", application=application, decision="approve").status_code == 404
    other = opened(officer, COMPANY)
    assert officer.submit(f"{other}/decide", application=application, decision="approve").status_code == 409
    assert officer.submit(f"{page}/decide", application="0" * 32, decision="approve").status_code == 409
    for _ in range(3):
        waiting.later(minutes=10)
        last = officer.get(page).status_code
    assert last == 404
    assert officer.submit(f"{page}/decide", application=application, decision="approve").status_code == 404
    assert stands(waiting) is None


def test_eight_decisions_at_once_leave_one(waiting: Place) -> None:
    """Half of them approve, half refuse: one is recorded, the others learn that they came too late."""
    officer = desk(waiting)
    page, application, token = opened(officer), queued(officer), officer.token()
    secret = officer.client.get_cookie("mock_vneid_officer").value
    answers: list[int] = []
    barrier = Barrier(8)

    def decide(decision: str) -> None:
        client = waiting.app.test_client()
        client.set_cookie("mock_vneid_officer", secret)
        data = {"csrf_token": token, "application": application, "decision": decision, "reason": "dissolved"}
        barrier.wait()
        answers.append(client.post(f"{page}/decide", data=data).status_code)

    threads = [Thread(target=decide, args=(each,)) for each in ("approve", "refuse") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, *[409] * 7]
    approved = len(recorded(waiting, "organisation.application_approved"))
    assert approved + len(recorded(waiting, "organisation.application_refused")) == 1
    assert stands(waiting) == (("issued", None) if approved else None)


def test_the_law_stands_above_an_approval(waiting: Place) -> None:
    """Dissolved since she applied: the page warns, the approval becomes a refusal, and the officer is told."""
    officer = desk(waiting)
    page, application = opened(officer), queued(officer)
    assert 'data-testid="no-ground"' in officer.get(page).text
    dissolve(waiting, WEAVERS)
    assert 'data-testid="ground-dissolved"' in officer.get(page).text
    answer = officer.submit(f"{page}/decide", application=application, decision="approve")
    assert answer.status_code == 409
    assert 'data-testid="problem-law_refused"' in answer.text
    assert stands(waiting) is None
    assert [each["reason"] for each in recorded(waiting, "organisation.application_refused")] == ["dissolved"]


# --- the queue, the page, the decision -----------------------------------------------------------------------
def test_the_queue_names_nobody_and_marks_what_is_overdue(waiting: Place) -> None:
    """A reference and the due day (art. 13: three working days from Tuesday 24/11/2026)."""
    officer = desk(waiting)
    page = officer.get("/officer/queue").text
    assert "27/11/2026" in page
    for told in (NAME, WEAVERS, HAN, "Hân", 'data-testid="late-'):
        assert told not in page
    waiting.later(days=4)
    assert 'data-testid="late-TC-' in desk(waiting).get("/officer/queue").text


def test_opened_from_the_queue_and_each_read_recorded(waiting: Place) -> None:
    """Of the organisation, and of the applicant for her to see: who, for what, in which case."""
    officer = desk(waiting)
    application = queued(officer)
    case = f"TC-{application[:12].upper()}"
    told = {"application": application, "purpose": "registration", "case": case}
    page = str(officer.submit("/officer/look-up", **told).headers["Location"])
    waiting.audit.events.clear()
    for _ in range(2):
        text = officer.get(page).text
        assert NAME in text
        assert case in text
    organisation, person = waiting.audit.events[:2]
    assert (organisation["event"], organisation["organisation"]) == ("officer.organisation_looked_up", WEAVERS)
    assert (person["event"], person["subject"]) == ("officer.looked_up", waiting.subjects["han"])
    for each in (organisation, person):
        assert (each["purpose"], each["case"], each["role"]) == ("registration", case, "registration")
    assert waiting.audit.events[2:] == [organisation, person]


def test_no_such_organisation_is_recorded_too(place: Place) -> None:
    officer = desk(place)
    place.audit.events.clear()
    assert officer.look_up(NOBODY).status_code == 404
    (event,) = place.audit.events
    assert (event["event"], event["organisation"]) == ("officer.organisation_looked_up", NOBODY)


@pytest.mark.parametrize("login", ["can-bo", "giam-sat"])
def test_an_approval_issues_the_account(waiting: Place, login: str) -> None:
    """Not active before its representative activates it; who decided is recorded; nothing waits any more."""
    officer = desk(waiting, login)
    page, application = opened(officer), queued(officer)
    assert officer.submit(f"{page}/decide", application=application, decision="approve").status_code == 303
    assert stands(waiting) == ("issued", None)
    (event,) = recorded(waiting, "organisation.application_approved")
    assert (
        event["by"] == recorded(waiting, "officer.organisation_looked_up")[0]["officer"] if officer.get(page) else 0
    )
    assert 'data-testid="organisations"' not in officer.get("/officer/queue").text
    assert 'data-testid="application"' not in officer.get(page).text
    again = officer.submit(f"{page}/decide", application=application, decision="refuse", reason="dissolved")
    assert again.status_code == 409
    assert 'data-testid="problem-already_decided"' in again.text


@pytest.mark.parametrize("reason", BY_OFFICER)
def test_each_reason_of_the_law_refuses(waiting: Place, reason: Refusal) -> None:
    """No account; the applicant finds the reason with her application."""
    officer = desk(waiting)
    page, application = opened(officer), queued(officer)
    answer = officer.submit(f"{page}/decide", application=application, decision="refuse", reason=reason.value)
    assert answer.status_code == 303
    assert stands(waiting) is None
    (event,) = recorded(waiting, "organisation.application_refused")
    assert (event["subject"], event["reason"]) == (waiting.subjects["han"], reason.value)


def test_every_code_has_its_words(place: Place) -> None:
    keys = [f"officer.organisation_refusal.{reason}" for reason in BY_OFFICER]
    for key in (*keys, *(f"officer.problem.{word}" for word in (*PROBLEMS.values(), "law_refused"))):
        assert len({place.web.catalogue.text(key, lang) for lang in LANGUAGES}) == 2
