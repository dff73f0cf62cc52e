"""Staff whom the legal representative lets act for the organisation, and the end of that."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place

from idp.accounts import store as accounts
from idp.accounts.organisations import mandates
from idp.accounts.states import LockedBy, LockReason, lock
from tests.accounts.test_accounts_organisations_apply import COMPANY, enter

PATH = f"/organisations/{COMPANY}"


def numbers(place: Place, persona: str) -> list[tuple[str, str]]:
    with place.db.read() as session:
        found = mandates.of(session, place.subjects[persona], place.clock.now())
    return [(one.number, one.role) for one in found]


def person(place: Place, persona: str) -> str:
    with place.db.read() as session:
        account = accounts.account(session, place.subjects[persona])
        assert account is not None
        return str(account.person_id)


def authorise(place: Place, browser: Browser, persona: str, name: str | None = None) -> int:
    who = place.personas[persona]
    fields = {"number": who.personal_id_number, "name": who.full_name if name is None else name}
    return browser.submit(f"{PATH}/staff", **fields).status_code


@pytest.fixture
def director(place: Place) -> Browser:
    return enter(place, "dung")


@pytest.mark.parametrize("persona", ["hoa", "long", "khanh-vy"])
def test_only_a_level_2_account_in_use_is_authorised(place: Place, director: Browser, persona: str) -> None:
    """Attack 5: level 1, locked, a child."""
    assert authorise(place, director, persona) == 400
    assert numbers(place, persona) == []


def test_number_and_name_must_both_be_right_and_the_answers_are_one(place: Place, director: Browser) -> None:
    """Attack 13: nobody's account is found out here."""
    pages = [
        director.submit(f"{PATH}/staff", number=number, name=name)
        for number, name in (
            ("065999999999", "Không Ai"),
            (place.personas["lan"].personal_id_number, "Không Ai"),
            (place.personas["hoa"].personal_id_number, place.personas["hoa"].full_name),
        )
    ]
    texts = {page.text.partition('data-testid="staff-problem"')[2][:600].split("<form")[0] for page in pages}
    assert {page.status_code for page in pages} == {400}
    assert len(texts) == 1


def test_guessing_is_slowed(place: Place, director: Browser) -> None:
    for _ in range(5):
        authorise(place, director, "lan", "Không Ai")
    assert authorise(place, director, "lan") == 429
    place.later(minutes=1)
    assert authorise(place, director, "lan") == 303


@pytest.mark.parametrize("persona", ["lan", "quynh"])
def test_nobody_else_authorises_or_ends(place: Place, director: Browser, persona: str) -> None:
    """Neither a stranger nor (below) staff; a stranger does not even see the page."""
    stranger = enter(place, persona)
    assert stranger.get(PATH).status_code == 404
    assert authorise(place, stranger, persona) == 404
    assert authorise(place, director, "minh") == 303
    assert stranger.submit(f"{PATH}/staff/{person(place, 'minh')}/end").status_code == 404
    assert numbers(place, "minh") == [(COMPANY, "staff")]


def test_staff_authorise_nobody_and_end_only_themselves(place: Place, director: Browser) -> None:
    for persona in ("lan", "minh"):
        assert authorise(place, director, persona) == 303
    lan = enter(place, "lan")
    assert authorise(place, lan, "quynh") == 404
    for persona in ("minh", "dung"):
        assert lan.submit(f"{PATH}/staff/{person(place, persona)}/end").status_code == 404
    assert lan.submit(f"{PATH}/staff/{person(place, 'lan')}/end").headers["Location"] == "/organisations"
    assert [numbers(place, persona) for persona in ("lan", "minh", "dung")] == [
        [], [(COMPANY, "staff")], [(COMPANY, "legal_representative")],
    ]  # fmt: skip


def test_ending_ends_what_was_granted_and_is_recorded_for_both(place: Place, director: Browser) -> None:
    assert authorise(place, director, "lan") == 303
    assert authorise(place, director, "lan") == 400  # already
    assert director.submit(f"{PATH}/staff/{person(place, 'lan')}/end").headers["Location"] == PATH
    assert director.submit(f"{PATH}/staff/{person(place, 'lan')}/end").status_code == 404
    assert numbers(place, "lan") == []
    assert [subject for subject, _ in place.access.acting_ended] == [place.subjects["lan"]]
    for event in ("organisation.staff_authorised", "organisation.staff_ended"):
        told = {one["subject"] for one in place.audit.events if one["event"] == event}
        assert told == {place.subjects["lan"], place.subjects["dung"]}


@pytest.mark.parametrize("whose", ["organisation", "person"])
def test_a_lock_ends_the_mandate_on_either_side(place: Place, director: Browser, whose: str) -> None:
    """The organisation's account or her own: both must be active."""
    with place.db.read() as session:
        (mandate,) = mandates.of(session, place.subjects["dung"], place.clock.now())
    subject = mandate.subject if whose == "organisation" else place.subjects["dung"]
    with place.db.begin() as session:
        account = accounts.account(session, subject)
        assert account is not None
        lock(account, LockReason.BREACH_OF_TERMS, LockedBy.AUTHORITY, place.clock.now())
    assert numbers(place, "dung") == []


def test_a_lower_level_ends_the_mandate(place: Place, director: Browser) -> None:
    """Attack 5: a representative whose own account is of level 1 acts for nobody."""
    with place.db.begin() as session:
        account = accounts.account(session, place.subjects["dung"])
        assert account is not None
        account.identity_level = 1
    assert numbers(place, "dung") == []


def test_dissolution_counts_from_its_day(place: Place) -> None:
    with place.db.begin() as session:
        organisation = accounts.organisation_by_number(session, COMPANY)
        assert organisation is not None
        organisation.dissolved_on = place.clock.now().date().replace(day=25)
    assert numbers(place, "dung") == [(COMPANY, "legal_representative")]
    place.later(days=1)
    assert numbers(place, "dung") == []
