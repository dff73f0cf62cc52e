"""Officers lock and unlock organisations' accounts (Decree 69/2024/ND-CP art. 15)."""

from __future__ import annotations

import re

import pytest
from accounts_place import Place
from life import desk
from organisations_desk import COMPANY, dissolve, opened, recorded, stands

from idp.accounts import store as accounts
from idp.accounts.models import Organisation
from idp.accounts.officers.acts import reasons_for
from idp.accounts.states import LockReason


@pytest.mark.parametrize("reason", ["", "because", "death", "card_locked", "card_revoked", "authority_request"])
def test_no_other_reason_locks(place: Place, reason: str) -> None:
    """An organisation has no card and does not die; an authority's request takes two officers."""
    officer = desk(place)
    answer = officer.submit(f"{opened(officer, COMPANY)}/lock", reason=reason)
    assert answer.status_code in (400, 409)
    assert stands(place, COMPANY) == ("active", None)


@pytest.mark.parametrize("reason", reasons_for("organisation"))
def test_a_lock_ends_what_its_people_were_granted_and_is_lifted(place: Place, reason: LockReason) -> None:
    """Recorded of the organisation's account with the case; the acting of each of its people ends."""
    officer = desk(place)
    page = opened(officer, COMPANY, "lock_or_unlock")
    assert officer.submit(f"{page}/lock", reason=reason.value).status_code == 303
    assert stands(place, COMPANY) == ("locked", reason.value)
    (event,) = recorded(place, "account.locked")
    assert (event["case"], event["reason"]) == ("12/2026/TC", reason.value)
    assert (place.subjects["dung"], event["subject"]) in place.access.acting_ended
    assert officer.submit(f"{page}/unlock").status_code == 303
    assert stands(place, COMPANY) == ("active", None)


def test_not_lifted_while_it_is_dissolved(place: Place) -> None:
    """The register decides."""
    dissolve(place, COMPANY)
    officer = desk(place)
    page = opened(officer, COMPANY)
    assert officer.submit(f"{page}/lock", reason="dissolved").status_code == 303
    answer = officer.submit(f"{page}/unlock")
    assert answer.status_code == 409
    assert 'data-testid="problem-ground_stands"' in answer.text
    with place.db.begin() as session:
        organisation = accounts.organisation_by_number(session, COMPANY)
        assert isinstance(organisation, Organisation)
        organisation.dissolved_on = None
    assert officer.submit(f"{page}/unlock").status_code == 303


def test_without_an_account_there_is_nothing_to_lock(place: Place) -> None:
    officer = desk(place)
    page = opened(officer)
    for act in ("lock", "unlock", "ask"):
        assert officer.submit(f"{page}/{act}", reason="dissolved").status_code == 409


def test_an_authoritys_request_takes_two_officers(place: Place) -> None:
    """As for a person."""
    officer, supervisor = desk(place), desk(place, "giam-sat")
    page = opened(officer, COMPANY, "authority_request")
    assert officer.submit(f"{page}/ask").status_code == 303
    assert officer.submit(f"{page}/ask").status_code == 409
    assert stands(place, COMPANY) == ("active", None)
    found = re.search(r"/officer/requests/([0-9a-f]{32})", supervisor.get("/officer/queue").text)
    assert found
    assert supervisor.submit(f"/officer/requests/{found[1]}", decision="approve").status_code == 303
    assert stands(place, COMPANY) == ("locked", "authority_request")
    assert officer.submit(f"{page}/unlock").status_code == 409
