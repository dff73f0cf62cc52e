"""Linked services: what each has of me, and taking it back, which ends all of it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from account_home import Citizen, Service, citizen, events_of, service
from flask import Flask
from sqlalchemy import text

from idp.clock import FixedClock
from idp.oauth import linked_services

WITHDRAW = "/account/services/rp/withdraw"


@pytest.fixture
def rp(app: Flask, clock: FixedClock) -> Service:
    return service(app, clock)


@pytest.fixture
def lan(app: Flask) -> Citizen:
    return citizen(app).sign_in()


def withdraw(someone: Citizen, client_id: str = "rp") -> int:
    return someone.post(f"/account/services/{client_id}/withdraw", "/account").status_code


def test_a_service_without_link_is_unknown(app: Flask, rp: Service, lan: Citizen) -> None:
    """404, as for one that is not registered; and somebody else's link stays."""
    minh = citizen(app, "minh").sign_in()
    tokens = rp.link(minh)
    for client_id in ("rp", "nobody", "demo-portal"):
        assert withdraw(lan, client_id) == 404
        assert lan.get(f"/account/services/{client_id}/withdraw").status_code == 404
    assert rp.userinfo(tokens["access_token"]).status_code == 200
    assert "oauth.consent_withdrawn" not in dict(events_of(lan))


def test_the_page_says_what_it_has(clock: FixedClock, rp: Service, lan: Citizen) -> None:
    """Name, purposes, claims, when it was agreed to and last used, and that it may read in her absence."""
    assert 'data-testid="service-rp"' not in lan.get("/account/services").text
    tokens = rp.link(lan)
    clock.instant += timedelta(minutes=5)
    assert rp.refresh(tokens["refresh_token"]).status_code == 200
    page = lan.get("/account/services?lang=en").text
    for words in (
        "Service rp (MOCK)",
        "Full name",
        "Read the information again while you are away",
        "09:00",
        "09:05",
    ):
        assert words in page, words
    assert "Telephone number" not in page
    assert 'data-testid="service-offline"' in page


def test_withdrawing_ends_everything_at_once(rp: Service, lan: Citizen) -> None:
    """UserInfo and refresh are refused, a code that was on its way as well, and next time she is asked anew."""
    tokens, waiting = rp.link(lan), rp.code(lan)
    assert withdraw(lan) == 303
    assert rp.userinfo(tokens["access_token"]).status_code == 401
    assert rp.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert rp.redeem(waiting).get_json()["error"] == "invalid_grant"
    assert 'data-testid="service-rp"' not in lan.get("/account/services").text
    with pytest.raises(KeyError):
        rp.code(lan)
    assert rp.userinfo(rp.link(lan)["access_token"]).status_code == 200


def test_the_receipt_is_kept_with_the_time(clock: FixedClock, rp: Service, lan: Citizen) -> None:
    """A receipt is never deleted; a second withdrawal changes nothing."""
    rp.link(lan)
    assert [withdraw(lan), withdraw(lan)] == [303, 404]
    with lan.db.read() as session:
        rows = session.execute(text("SELECT withdrawn_at FROM oauth_consent WHERE client_id='rp'")).all()
    assert [row[0] is not None for row in rows] == [True]
    assert [event for event, _ in events_of(lan)].count("oauth.consent_withdrawn") == 1


def test_only_that_service_and_only_hers(app: Flask, clock: FixedClock, rp: Service, lan: Citizen) -> None:
    """Other services, and other people at the same one, keep what they have."""
    minh, second = citizen(app, "minh").sign_in(), service(app, clock, "second")
    kept = [rp.link(minh)["access_token"]]
    others = second.link(lan)["access_token"]
    rp.link(lan)
    withdraw(lan)
    assert [rp.userinfo(token).status_code for token in kept] == [200]
    assert second.userinfo(others).status_code == 200


def test_what_was_granted_for_an_organisation_is_hers_to_end(rp: Service, lan: Citizen) -> None:
    """She acted; the receipt and the grant bear her name."""
    token = rp.link(lan)["access_token"]
    with lan.db.begin() as session:
        session.execute(text("UPDATE oauth_grant SET acting_for='org'"))
        session.execute(text("UPDATE oauth_consent SET acting_for='org'"))
    assert 'data-testid="service-organisation"' in lan.get("/account/services").text
    assert withdraw(lan) == 303
    assert rp.userinfo(token).status_code == 401


def test_an_old_consent_is_no_link(clock: FixedClock, rp: Service, lan: Citizen) -> None:
    """What has run its time lets nobody in, and is not shown as if it did."""
    rp.link(lan)
    with lan.db.read() as session:
        assert linked_services.of(session, lan.subject, clock.now() + timedelta(days=179))
        assert not linked_services.of(session, lan.subject, clock.now() + timedelta(days=181))


def test_no_grant_survives_a_withdrawal_that_met_it(clock: FixedClock, rp: Service, lan: Citizen) -> None:
    """Granting and withdrawing at once: whichever comes first, nothing is granted on a withdrawn receipt."""
    rp.link(lan)

    def grant(_: int) -> None:
        other = Citizen(lan.app, "lan", lan.app.test_client())
        cookie = lan.client.get_cookie("mock_vneid_session_5000")
        assert cookie
        other.client.set_cookie("mock_vneid_session_5000", cookie.value)
        try:
            rp.code(other)
        except KeyError:
            return  # she would have to agree anew

    with ThreadPoolExecutor(8) as pool:
        granting = [pool.submit(grant, each) for each in range(7)]
        with lan.db.begin() as session:
            assert linked_services.withdraw(session, lan.subject, "rp", clock.now())
        for each in granting:
            each.result()
    with lan.db.read() as session:
        assert not linked_services.of(session, lan.subject, clock.now())
