"""An organisation's account, applied for by its representative from her own level 2 account (Decree 69 art. 12)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from accounts_place import PASSCODE, Browser, Place
from sqlalchemy import func, select

from idp.accounts import store as accounts
from idp.accounts.models import Account
from idp.accounts.organisations import mandates, overview, store
from idp.accounts.organisations.applications import AlreadyDecided, Applications, Refusal

WEAVERS, DISSOLVED, GROUP, COMPANY = "0650000788", "0650000799", "0650000802", "0650000777"


def enter(place: Place, persona: str) -> Browser:
    """Signed in with two factors."""
    browser = place.browser()
    path = browser.ask(acr="urn:vn-mock:loa:2")
    again = browser.sign_in(path, persona).headers["Location"]
    browser.submit(str(again), method="pin", code=PASSCODE)
    assert browser.get("/organisations").status_code == 200
    return browser


def officers(place: Place) -> Applications:
    return Applications(place.audit, automatic=False)


def state(place: Place, number: str) -> str | None:
    with place.db.read() as session:
        organisation = accounts.organisation_by_number(session, number)
        assert organisation is not None
        account = accounts.account_of_organisation(session, organisation.id)
        return account and account.state


@pytest.mark.parametrize(
    ("persona", "number", "reason"),
    [
        ("hoa", GROUP, Refusal.LEVEL_TOO_LOW),
        ("lan", WEAVERS, Refusal.NOT_REPRESENTATIVE),
        ("han", "0650000999", Refusal.NOT_REPRESENTATIVE),
        ("han", DISSOLVED, Refusal.DISSOLVED),
        ("dung", COMPANY, Refusal.HAS_ACCOUNT),
    ],
)
def test_each_refusal_has_the_laws_reason(place: Place, persona: str, number: str, reason: Refusal) -> None:
    """Said at once, recorded, and nothing is opened. An unknown organisation is one that she does not represent."""
    browser = enter(place, persona)
    answer = browser.submit("/organisations/apply", number=number)
    assert answer.status_code == 403
    assert reason.value in answer.text
    assert "Nghị định 69/2024/NĐ-CP" in answer.text
    assert "organisation.application_refused" in [event["event"] for event in place.audit.events]
    with place.db.read() as session:
        assert overview.applied(session, place.subjects[persona]) == []


@pytest.mark.parametrize("number", ["", "065000078", "0650000788x", "٠٦٥٠٠٠٠٧٨٨", "0650000788-1"])
def test_what_is_no_number_is_told_beside_the_field(place: Place, number: str) -> None:
    answer = enter(place, "han").submit("/organisations/apply", number=number)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


def test_one_factor_does_not_reach_these_pages(place: Place) -> None:
    browser = place.browser()
    browser.sign_in(persona="han")
    for path in ("/organisations", f"/organisations/{WEAVERS}"):
        assert browser.get(path).headers["Location"].startswith("/sign-in?request=")
    assert browser.submit("/organisations/apply", number=WEAVERS).headers["Location"].startswith("/sign-in?request=")
    assert state(place, WEAVERS) is None


def test_a_form_of_another_site_applies_for_nothing(place: Place) -> None:
    """CSRF."""
    browser = enter(place, "han")
    for path in ("/organisations/apply", f"/organisations/{WEAVERS}/activate", "/organisations/acting/end"):
        assert browser.client.post(path, data={"number": WEAVERS}).status_code == 400
    assert state(place, WEAVERS) is None


def test_the_demonstration_decides_at_once_and_the_representative_activates(place: Place) -> None:
    """Issued by the decision, in use by her own act; without any level (art. 7)."""
    browser, subject = enter(place, "han"), place.subjects["han"]
    assert browser.submit("/organisations/apply", number=WEAVERS).status_code == 303
    assert state(place, WEAVERS) == "issued"
    with place.db.read() as session:
        assert mandates.of(session, subject, place.clock.now()) == ()
    assert f"activate-{WEAVERS}" in browser.get("/organisations").text
    assert browser.submit(f"/organisations/{WEAVERS}/activate").status_code == 303
    assert browser.submit(f"/organisations/{WEAVERS}/activate").status_code == 404
    with place.db.read() as session:
        (mandate,) = mandates.of(session, subject, place.clock.now())
        account = accounts.account(session, mandate.subject)
        assert account is not None
        assert account.identity_level is None
    assert (mandate.number, mandate.role) == (WEAVERS, "legal_representative")


def test_only_its_representative_activates_it(place: Place) -> None:
    enter(place, "han").submit("/organisations/apply", number=WEAVERS)
    assert enter(place, "dung").submit(f"/organisations/{WEAVERS}/activate").status_code == 404
    assert state(place, WEAVERS) == "issued"


def test_elsewhere_it_waits_for_an_officer_with_a_due_date(not_demo: Place) -> None:
    """Art. 13: 3 working days, from Tuesday 24/11/2026."""
    browser = enter(not_demo, "han")
    assert browser.submit("/organisations/apply", number=WEAVERS).status_code == 303
    assert state(not_demo, WEAVERS) is None
    again = browser.submit("/organisations/apply", number=WEAVERS)
    assert again.status_code == 403
    assert "being_examined" in again.text
    with not_demo.db.read() as session:
        (waiting,) = officers(not_demo).waiting(session)
        assert waiting.due_on == date(2026, 11, 27)


def test_while_it_waits_it_is_not_offered_again(not_demo: Place) -> None:
    """The page says how it stands, and has no second button."""
    browser = enter(not_demo, "han")
    assert f'data-testid="apply-{WEAVERS}"' in browser.get("/organisations").text
    browser.submit("/organisations/apply", number=WEAVERS)
    page = browser.get("/organisations").text
    assert f'data-testid="apply-{WEAVERS}"' not in page
    assert 'data-testid="application-1"' in page


def test_an_officers_decision_is_final_and_the_law_stands_above_it(not_demo: Place) -> None:
    """Approved by the officer, refused by the law that changed meanwhile; and no second decision."""
    enter(not_demo, "han").submit("/organisations/apply", number=WEAVERS)
    now, queue = not_demo.clock.now(), officers(not_demo)
    with not_demo.db.begin() as session:
        (waiting,) = queue.waiting(session)
        organisation = accounts.organisation_by_number(session, WEAVERS)
        assert organisation is not None
        organisation.dissolved_on = date(2026, 11, 24)
        assert queue.decide(session, waiting.id, "officer-1", now).refusal is Refusal.DISSOLVED
        with pytest.raises(AlreadyDecided):
            queue.decide(session, waiting.id, "officer-2", now)
    assert state(not_demo, WEAVERS) is None


def test_eight_applications_at_once_open_one_account(place: Place) -> None:
    """On SQLite and on PostgreSQL; each of the others is told why."""
    applications, subject, now = Applications(place.audit, True), place.subjects["han"], place.clock.now()

    def apply(_number: int) -> Refusal | None:
        with place.db.begin() as session:
            return applications.apply(session, subject, WEAVERS, now).refusal

    with ThreadPoolExecutor(8) as pool:
        refusals = list(pool.map(apply, range(8)))
    assert refusals.count(None) == 1
    assert set(refusals) <= {None, Refusal.HAS_ACCOUNT, Refusal.BEING_EXAMINED}
    with place.db.read() as session:
        organisation = accounts.organisation_by_number(session, WEAVERS)
        assert organisation is not None
        query = select(func.count()).select_from(Account).where(Account.organisation_id == organisation.id)
        assert session.scalar(query) == 1
        assert store.waiting(session) == []
