"""Locks and their lifting by officers (Decree 69/2024/ND-CP art. 15; Law on Identity art. 34)."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from accounts_place import PASSCODE, Place
from life import Desk, account_of, desk

from idp.accounts import services
from idp.accounts.levels import HolderKind
from idp.accounts.officers.acts import NOT_BY_ONE_OFFICER, reasons_for
from idp.accounts.states import LOCK_RULES, LockReason

LAN = "065190000101"


def _stands(place: Place, number: str = LAN) -> tuple[str, str | None, str | None]:
    account = account_of(place, number)
    assert account is not None
    return account.state, account.lock_reason, account.locked_by


def _lock(officer: Desk, reason: str, number: str = LAN) -> int:
    return officer.submit(f"{officer.person(number)}/lock", reason=reason).status_code


def _unlock(officer: Desk, number: str = LAN) -> int:
    return officer.submit(f"{officer.person(number)}/unlock").status_code


@pytest.mark.parametrize("reason", reasons_for("citizen"))
def test_each_reason_of_the_law_locks(place: Place, reason: LockReason) -> None:
    """By authority; only death is never lifted."""
    officer = desk(place)
    assert _lock(officer, reason.value) == 303
    assert _stands(place) == ("locked", reason.value, "authority")
    assert _unlock(officer) == (409 if reason is LockReason.DEATH else 303)
    assert _stands(place)[0] == ("locked" if reason is LockReason.DEATH else "active")


@pytest.mark.parametrize("reason", ["", "because", "card_expired", "dissolved", "authority_request"])
def test_no_other_reason_locks(place: Place, reason: str) -> None:
    """Expiry locks by itself, dissolution meets organisations, an authority's request takes two officers."""
    assert _lock(desk(place), reason) in (400, 409)
    assert _stands(place)[0] == "active"


def test_a_foreigner_has_no_identity_card_to_lock(place: Place) -> None:
    """The reasons are those of the holder's kind."""
    assert LockReason.CARD_LOCKED not in reasons_for("foreigner")
    number = place.personas["sofia"].personal_id_number
    assert _lock(desk(place), "card_locked", number) == 409
    assert _stands(place, number)[0] == "active"


def test_what_one_officer_may_follows_the_rules() -> None:
    """Nothing of the table is forgotten."""
    offered = {reason for kind in HolderKind for reason in reasons_for(kind)}
    assert offered | NOT_BY_ONE_OFFICER == set(LOCK_RULES)


def test_a_lock_ends_every_session(place: Place) -> None:
    """Signed in anywhere, she is out at once, and what services were granted ends (attack 5)."""
    browsers = [place.browser(), place.browser()]
    for browser in browsers:
        browser.sign_in()
    ids = [browser.session()["id"] for browser in browsers]
    _lock(desk(place), "breach_of_terms")
    assert [browser.session()["subject"] for browser in browsers] == [None, None]
    assert sorted(place.access.ended) == sorted(str(each) for each in ids)
    assert place.browser().sign_in().status_code == 403


def test_nothing_of_a_locked_account_is_usable(place: Place) -> None:
    """Neither its passcode nor its claims, whatever was opened before the lock (attack 5)."""
    subject = place.subjects["lan"]
    _lock(desk(place), "card_revoked")
    assert not place.checks.check_passcode(subject, PASSCODE, "a", place.clock.now()).ok
    with place.db.read() as session:
        holder = services.holder(session, subject, place.clock.now())
        assert holder is not None
        assert not holder.active
        assert not services.may_use(session, subject, place.clock.now())


def test_her_own_lock_gives_way_to_the_authoritys(place: Place) -> None:
    """Else she, or who has her phone, could lift a lock for death by herself."""
    with place.db.begin() as session:
        from idp.accounts import states, store

        account = store.account(session, place.subjects["lan"])
        assert account is not None
        states.lock(account, LockReason.OWN_REQUEST, states.LockedBy.HOLDER, place.clock.now())
    assert _lock(desk(place), "death") == 303
    assert _stands(place) == ("locked", "death", "authority")


def test_a_lock_is_not_replaced_by_another_authoritys(place: Place) -> None:
    """A milder reason cannot be put over a graver one and then lifted."""
    officer = desk(place)
    _lock(officer, "death")
    assert _lock(officer, "breach_of_terms") == 409
    assert _stands(place) == ("locked", "death", "authority")


@pytest.mark.parametrize(("mark", "reason"), [("card_revoked", "card_revoked"), ("card_locked", "card_locked")])
def test_not_lifted_while_its_ground_stands(place: Place, mark: str, reason: str) -> None:
    """The register decides: a revoked card is not opened again by an officer's word."""
    with place.db.begin() as session:
        from idp.accounts import store
        from idp.accounts.applications.models import RegisterMark

        person = store.person_by_number(session, LAN)
        assert person is not None
        session.add(RegisterMark(person_id=person.id, kind=mark, marked_on=place.clock.now().date()))
    officer = desk(place)
    _lock(officer, reason)
    assert _unlock(officer) == 409
    assert _stands(place)[0] == "locked"


def test_an_expired_card_is_not_unlocked(place: Place) -> None:
    """That lock goes with a new card alone."""
    assert _unlock(desk(place), place.personas["phuc"].personal_id_number) == 409


# --- at an authority's request: four eyes -----------------------------------------------------------------
def _request_id(officer: Desk) -> str:
    import re

    return re.search(r"/officer/requests/([0-9a-f]{32})", officer.get("/officer/queue").text)[1]  # type: ignore[index]


def test_an_authoritys_request_takes_two_officers(place: Place) -> None:
    """One asks, a supervisor decides; nothing is locked before; the same to lift it."""
    officer, supervisor = desk(place), desk(place, "giam-sat")
    for state in ("locked", "active"):
        before = _stands(place)
        assert officer.submit(f"{officer.person(LAN)}/ask").status_code == 303
        assert _stands(place) == before
        way = f"/officer/requests/{_request_id(supervisor)}"
        assert officer.submit(way, decision="approve").status_code == 403
        assert _stands(place) == before
        assert supervisor.submit(way, decision="approve").status_code == 303
        assert _stands(place)[0] == state
        assert supervisor.submit(way, decision="approve").status_code == 409


def test_one_officer_cannot_lift_an_authoritys_lock(place: Place) -> None:
    """Long was locked at an authority's request."""
    number = place.personas["long"].personal_id_number
    for login in ("can-bo", "giam-sat"):
        assert _unlock(desk(place, login), number) == 409
    assert _stands(place, number)[0] == "locked"


def test_a_supervisor_does_not_approve_her_own_request(place: Place) -> None:
    """Four eyes are two persons; the page does not offer it, and the row refuses it."""
    supervisor = desk(place, "giam-sat")
    supervisor.submit(f"{supervisor.person(LAN)}/ask")
    assert "/officer/requests/" not in supervisor.get("/officer/queue").text
    with place.db.read() as session:
        from idp.accounts.officers import store

        (row,) = store.open_requests(session)
    assert supervisor.submit(f"/officer/requests/{row.id}", decision="approve").status_code == 409
    assert _stands(place)[0] == "active"


def test_a_refused_request_changes_nothing(place: Place) -> None:
    """And another may be made afterwards, but not beside it."""
    officer, supervisor = desk(place), desk(place, "giam-sat")
    page = officer.person(LAN)
    assert officer.submit(f"{page}/ask").status_code == 303
    assert officer.submit(f"{page}/ask").status_code == 409
    supervisor.submit(f"/officer/requests/{_request_id(supervisor)}", decision="refuse")
    assert _stands(place)[0] == "active"
    assert officer.submit(f"{page}/ask").status_code == 303


def test_eight_locks_at_once_leave_one(place: Place) -> None:
    """One is recorded; the others learn that they came too late."""
    officer = desk(place)
    pages, token = [officer.person(LAN) for _ in range(8)], officer.token()
    secret = officer.client.get_cookie("mock_vneid_officer").value
    answers: list[int] = []
    barrier = Barrier(8)

    def lock(page: str) -> None:
        client = place.app.test_client()
        client.set_cookie("mock_vneid_officer", secret)
        barrier.wait()
        data = {"csrf_token": token, "reason": "breach_of_terms"}
        answers.append(client.post(f"{page}/lock", data=data).status_code)

    threads = [Thread(target=lock, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, *[409] * 7]
    assert [event["event"] for event in place.audit.events].count("account.locked") == 1


def test_every_act_is_recorded_with_its_case(place: Place) -> None:
    """Where the holder can see it."""
    officer = desk(place)
    _lock(officer, "breach_of_terms")
    _unlock(officer)
    acts = [event for event in place.audit.events if str(event["event"]).startswith("account.")]
    assert [(event["event"], event["subject"], event["case"], event["reason"]) for event in acts] == [
        ("account.locked", place.subjects["lan"], "12/2026/HS", "breach_of_terms"),
        ("account.unlocked", place.subjects["lan"], "12/2026/HS", "breach_of_terms"),
    ]
