"""Acting for an organisation in the whole provider: real sign-in, real wallet, and what ends it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from step_up_client import TWO, Visitor, essential

from idp.accounts import store as accounts
from idp.accounts.models import Organisation, Person, Representation
from idp.accounts.organisations import mandates
from idp.accounts.organisations.staff import Staff
from idp.accounts.states import LockedBy, LockReason, lock
from idp.audit.models import AuditRow
from idp.clock import FixedClock
from idp.db import Database
from idp.oauth import tokens

DUNG, LAN, COMPANY = "065075000707", "065190000101", "0650000777"
NAME = "Công ty TNHH Mô Phỏng Sông Ba"
PERSONAL_PAGES = (
    "/wallet", "/wallet/history", "/app", "/account", "/account/passkeys", "/organisations",
    f"/organisations/{COMPANY}",
)  # fmt: skip


class Director(Visitor):
    """Dũng's browser."""

    def sign_in(self, key: str, **changes: str) -> Director:
        self.authorize(claims=essential(TWO), **changes)
        self.give_password(DUNG)
        self.give_passcode()
        self.choose(key)
        return self

    def choose(self, key: str) -> None:
        assert self.asks("acting-submit"), self.page.text
        self._go(self.client.post("/authorize/acting", data={**self.hidden(), "acting": key}))


@pytest.fixture
def director(app: Flask) -> Director:
    return Director(app).sign_in(COMPANY, scope="openid identity profile phone address offline_access")


def events(db: Database, event: str) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(AuditRow.details).where(AuditRow.event == event)))


def refresh(app: Flask, body: dict[str, Any]) -> Any:
    form = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"], "client_id": "demo-spa"}
    return app.test_client().post("/token", data=form)


def userinfo(app: Flask, body: dict[str, Any]) -> Any:
    return app.test_client().get("/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})


def test_the_tokens_of_an_organisation(app: Flask, director: Director) -> None:
    """Who acts, for whom, in which role; no level, no number, no telephone, no address."""
    found = userinfo(app, director.tokens()).get_json()
    assert set(found) == {"sub", "acting_for", "act"}
    assert found["acting_for"] == {"organisation_number": COMPANY, "name": NAME, "role": "legal_representative"}
    assert found["act"]["role"] == "legal_representative"
    assert found["act"]["sub"] != found["sub"]


@pytest.mark.parametrize("path", PERSONAL_PAGES)
def test_what_is_personal_is_out_of_reach(director: Director, path: str) -> None:
    """A clear page, with the way back; the wallet does not even ask for the passcode."""
    director.tokens()
    page = director.open(path)
    assert page.status_code == 403
    assert "thay mặt" in page.text
    assert f"thay mặt {NAME}" in page.text
    assert 'data-testid="stop-acting"' in page.text


def test_switching_back_asks_nothing_and_is_recorded(director: Director, db: Database) -> None:
    director.tokens()
    director.open("/wallet")
    form = {**director.hidden(), "next": "/wallet"}
    page = director._go(director.client.post("/organisations/acting/end", data=form))
    assert page.status_code == 200
    assert director.seen[-1] == "/wallet/unlock"
    assert 'data-testid="acting-for"' not in page.text
    assert len(events(db, "organisation.acting_begun")) == 1
    (ended,) = events(db, "organisation.acting_ended")
    assert "own_wish" in ended


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\nb", ""])
def test_switching_back_leads_nowhere_else(director: Director, next_page: str) -> None:
    director.tokens()
    director.open("/wallet")
    form = {**director.hidden(), "next": next_page}
    assert director.client.post("/organisations/acting/end", data=form).location == "/"


@pytest.mark.parametrize("why", ["locked", "dissolved", "represents no more", "level 1"])
def test_a_session_stops_acting_at_the_next_request(
    app: Flask, director: Director, db: Database, clock: FixedClock, why: str
) -> None:
    """The browser is the person's own again, the tokens are dead, and it is recorded once."""
    body = director.tokens()
    with db.begin() as session:
        organisation = session.scalars(select(Organisation).where(Organisation.number == COMPANY)).one()
        if why == "dissolved":
            organisation.dissolved_on = clock.now().date()
        elif why == "locked":
            account = accounts.account_of_organisation(session, organisation.id)
            assert account is not None
            lock(account, LockReason.BREACH_OF_TERMS, LockedBy.AUTHORITY, clock.now())
        else:
            person = session.scalars(select(Person).where(Person.personal_id_number == DUNG)).one()
            own = accounts.account_of_person(session, person.id)
            assert own is not None
            if why == "level 1":
                own.identity_level = 1
            else:
                session.delete(session.get_one(Representation, (organisation.id, person.id)))
    assert userinfo(app, body).status_code == 401
    assert refresh(app, body).get_json()["error"] == "invalid_grant"
    for _ in range(2):
        assert 'data-testid="acting-for"' not in director.open("/").text
    (ended,) = events(db, "organisation.acting_ended")
    assert "mandate_ended" in ended


def test_a_locked_person_acts_for_nobody(app: Flask, director: Director, db: Database, clock: FixedClock) -> None:
    """Attack 5: her own account is the ground it stands on."""
    body = director.tokens()
    with db.begin() as session:
        own = accounts.account_by_number(session, DUNG)
        assert own is not None
        lock(own, LockReason.OWN_REQUEST, LockedBy.HOLDER, clock.now())
    assert userinfo(app, body).status_code == 401
    assert refresh(app, body).status_code == 400


def test_ended_staff_keep_nothing(app: Flask, db: Database, clock: FixedClock) -> None:
    """Lan, authorised and dismissed; authorised again, her old refresh token is still dead (attack 5)."""
    with db.read() as session:
        dung, lan = (accounts.account_by_number(session, number) for number in (DUNG, LAN))
        assert dung is not None
        assert lan is not None
        director, subject, member = dung.subject, lan.subject, str(lan.person_id)
        name = lan.person and lan.person.full_name
    staff = Staff(_Audit(), tokens)
    with db.begin() as session:
        assert staff.authorise(session, director, COMPANY, (LAN, str(name)), "192.0.2.1", clock.now()) == "done"
    visitor = Director(app)
    visitor.authorize(claims=essential(TWO), scope="openid identity offline_access")
    visitor.give_password(LAN)
    visitor.give_passcode()
    visitor.choose(COMPANY)
    body = visitor.tokens()
    assert userinfo(app, body).get_json()["act"]["role"] == "staff"
    with db.begin() as session:
        assert staff.end(session, director, COMPANY, member, clock.now()) == "done"
    with db.begin() as session:
        assert staff.authorise(session, director, COMPANY, (LAN, str(name)), "192.0.2.1", clock.now()) == "done"
        assert mandates.of(session, subject, clock.now())
    assert refresh(app, body).status_code == 400
    assert userinfo(app, body).status_code == 401


class _Audit:
    def record(self, *_args: object, **_details: object) -> None:
        """Not what these tests are about."""
