"""Step-up through the whole provider: exactly the missing factor is asked for, and never less is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from step_up_client import LAN, ONE, THREE, TWO, Visitor, essential, passkey_of_lan, wished

from idp.clock import FixedClock
from idp.config import Config

SECOND, FIRST = "/sign-in/second-factor", "/sign-in"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


def signed_in(visitor: Visitor, *, passcode: bool) -> dict[str, object]:
    """A session with the password, or with password and passcode; returns the client's ID Token."""
    visitor.authorize(**({"claims": essential(TWO)} if passcode else {}))
    visitor.give_password()
    if passcode:
        visitor.give_passcode()
    return visitor.id_token()


# --- essential acr -----------------------------------------------------------------------------------------
def test_password_then_level_2(visitor: Visitor, clock: FixedClock) -> None:
    """The password is proven: only the second factor is asked, in the same session, and auth_time stays."""
    before = signed_in(visitor, passcode=False)
    clock.instant += timedelta(minutes=5)
    visitor.authorize(claims=essential(TWO))
    assert visitor.asks("second-factor-passcode")
    assert not visitor.asks("sign-in-password")
    visitor.give_passcode()
    after = visitor.id_token()
    assert (before["acr"], after["acr"]) == (ONE, TWO)
    assert after["amr"] == ["pwd", "pin"]
    assert (after["auth_time"], after["sid"]) == (before["auth_time"], before["sid"])


def test_two_factors_then_level_3_by_passkey(app: Flask, visitor: Visitor) -> None:
    """Password and passcode are proven: a passkey or the phone is asked for, neither of the two again."""
    key = passkey_of_lan(app)
    signed_in(visitor, passcode=True)
    visitor.authorize(claims=essential(THREE))
    assert visitor.seen[-1] == SECOND
    assert visitor.asks("way-passkey")
    for control in ("sign-in-password", "second-factor-passcode", "second-factor-code", "second-factor-other"):
        assert not visitor.asks(control)
    visitor.use_passkey(key)
    token = visitor.id_token()
    assert (token["acr"], token["amr"]) == (THREE, ["pwd", "pin", "hwk", "user", "mfa"])


@pytest.fixture
def phones(config: Config, clock: FixedClock, app: Flask) -> Iterator[Flask]:
    """The provider with the simulated phone on, beside `app` on its seeded database."""
    from idp.app import create_app

    made = create_app(replace(config, mock_phone=True), clock)
    made.testing = True
    yield made
    made.extensions["mock_vneid_db"].dispose()


def test_two_factors_then_level_3_by_phone(phones: Flask) -> None:
    """The QR code stands on the page of the second factor; the phone approves; the client gets level 3."""
    visitor = Visitor(phones)
    signed_in(visitor, passcode=True)
    visitor.authorize(claims=essential(THREE))
    assert visitor.asks("second-factor-phone")
    found = re.search(r"/app/scan#([\w-]+)", visitor.page.text)
    assert found
    approval = {"code": found[1], "person": LAN}
    assert phones.test_client().post("/mock/phone/approve", json=approval).get_json() == {"state": "approved"}
    token = {"csrf_token": visitor.hidden()["csrf_token"]}
    visitor.open(visitor.client.post(visitor.action("/finish"), data=token).location)
    told = visitor.id_token()
    assert (told["acr"], told["amr"]) == (THREE, ["swk", "pin", "mfa"])


def test_a_choice_of_means(app: Flask, visitor: Visitor) -> None:
    """From one factor to level 2 each of her other means will do, and each is offered."""
    key = passkey_of_lan(app)
    signed_in(visitor, passcode=False)
    visitor.authorize(claims=essential(TWO))
    visitor.open(visitor.link("second-factor-use-passkey"))
    visitor.use_passkey(key)
    assert visitor.id_token()["acr"] == TWO  # what was asked for; the session is at 3


def test_a_passcode_is_not_taken_for_level_3(app: Flask, visitor: Visitor) -> None:
    """Posted all the same, it leads nowhere, and the session stays where it was."""
    passkey_of_lan(app)
    signed_in(visitor, passcode=False)
    visitor.authorize(claims=essential(THREE))
    form = {"csrf_token": visitor.hidden()["csrf_token"], "method": "pin", "code": "246810"}
    path = visitor.action("/sign-in/passkey").replace("/passkey", "/second-factor")
    assert visitor.client.post(path, data=form).status_code == 400
    visitor.authorize(claims=essential(THREE), prompt="none")
    assert visitor.answer()["error"] == "login_required"


def test_a_passkey_is_all_that_level_3_takes(app: Flask, visitor: Visitor) -> None:
    """Nobody is signed in: one step, and no second page."""
    key = passkey_of_lan(app)
    visitor.authorize(claims=essential(THREE))
    visitor.use_passkey(key)
    assert SECOND not in visitor.seen
    assert visitor.id_token()["acr"] == THREE


def test_nothing_that_reaches_it(visitor: Visitor) -> None:
    """She is told what it would take and where to get it; the client is told that the level was not reached."""
    signed_in(visitor, passcode=True)
    visitor.authorize(claims=essential(THREE))
    assert visitor.page.status_code == 403
    assert visitor.link("stopped-add-passkey") == "/account/passkeys/new"
    assert visitor.link("stopped-bind-phone") == "/app"
    visitor.open(visitor.link("stopped-back"))
    assert visitor.answer()["error"] == "unmet_authentication_requirements"


def test_nothing_that_reaches_it_right_after_the_password(visitor: Visitor) -> None:
    """The same where she signs in for this very request."""
    visitor.authorize(claims=essential(THREE))
    visitor.give_password()
    assert visitor.page.status_code == 403
    visitor.open(visitor.link("stopped-back"))
    assert visitor.answer()["error"] == "unmet_authentication_requirements"


def test_the_next_level_asked_for(visitor: Visitor) -> None:
    """In order of preference, within her means: without a passkey the passcode reaches the second wish."""
    visitor.authorize(claims=essential(THREE, TWO))
    visitor.give_password()
    assert visitor.asks("second-factor-passcode")
    assert not visitor.asks("second-factor-without")  # one factor is none of the levels asked for
    visitor.give_passcode()
    assert visitor.id_token()["acr"] == TWO


@pytest.mark.parametrize(
    "asked",
    [
        {"acr_values": f"{THREE} {ONE}"},
        {"acr_values": "LoA3 LoA1"},
        {"claims": essential(THREE, ONE)},
        {"claims": wished(THREE, ONE)},
        {"claims": wished(THREE)},
    ],
)
def test_a_level_beyond_her_does_not_stop_her_where_another_will_do(visitor: Visitor, asked: dict[str, str]) -> None:
    """Any level that is asked for will do (RFC 9470 3), and a wish never stands in the way (Core 5.5.1.1)."""
    visitor.authorize(**asked)
    visitor.give_password()
    assert visitor.id_token()["acr"] in (ONE, "LoA1")


def test_a_wish_within_her_means_is_asked_for_and_may_be_left(visitor: Visitor) -> None:
    """Core 5.5.1.1: she is asked once, whether she signs in for it or is there already."""
    visitor.authorize(claims=wished(THREE, TWO))
    visitor.give_password()
    assert visitor.asks("second-factor-passcode")
    visitor.open(visitor.link("second-factor-without"))
    assert visitor.id_token()["acr"] == ONE
    visitor.authorize(claims=wished(TWO))
    visitor.open(visitor.link("second-factor-without"))
    assert visitor.id_token()["acr"] == ONE
    visitor.authorize(claims=wished(THREE, TWO))
    visitor.give_passcode()
    assert visitor.id_token()["acr"] == TWO


# --- max_age and prompt=login ------------------------------------------------------------------------------
def test_max_age_asks_for_one_fresh_factor(visitor: Visitor, clock: FixedClock) -> None:
    """No level is asked: the password alone is asked again, and auth_time is new."""
    before = signed_in(visitor, passcode=False)
    clock.instant += timedelta(minutes=5)
    visitor.authorize(max_age="300")
    assert visitor.id_token()["auth_time"] == before["auth_time"]
    clock.instant += timedelta(seconds=1)
    visitor.authorize(max_age="300")
    assert visitor.seen[-1] == FIRST
    visitor.give_password()
    assert SECOND not in visitor.seen
    assert visitor.id_token()["auth_time"] == int(clock.now().timestamp())


def test_max_age_and_a_level_ask_for_both_anew(visitor: Visitor, clock: FixedClock) -> None:
    """A factor that is too old does not count: an old passcode beside a fresh password is not level 2."""
    signed_in(visitor, passcode=True)
    clock.instant += timedelta(minutes=10)
    visitor.authorize(max_age="60", claims=essential(TWO))
    visitor.give_password()
    assert visitor.asks("second-factor-passcode")
    visitor.give_passcode()
    token = visitor.id_token()
    assert (token["acr"], token["auth_time"]) == (TWO, int(clock.now().timestamp()))


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"max_age": "0"}])
def test_login_asks_for_one_factor_again(visitor: Visitor, clock: FixedClock, asked: dict[str, str]) -> None:
    """However fresh the session; without a level one factor is enough, and no more is said of the new sign-in."""
    signed_in(visitor, passcode=True)
    clock.instant += timedelta(seconds=1)
    visitor.authorize(**asked)
    assert visitor.asks("sign-in-password")
    visitor.give_password()
    assert SECOND not in visitor.seen
    token = visitor.id_token()
    assert (token["acr"], token["amr"]) == (ONE, ["pwd"])


def test_login_by_passkey(app: Flask, visitor: Visitor, clock: FixedClock) -> None:
    """One step is a whole sign-in again, at the level asked for."""
    key = passkey_of_lan(app)
    signed_in(visitor, passcode=True)
    clock.instant += timedelta(seconds=1)
    visitor.authorize(prompt="login", claims=essential(TWO))
    visitor.use_passkey(key)
    token = visitor.id_token()
    assert (token["acr"], token["auth_time"]) == (TWO, int(clock.now().timestamp()))


# --- RFC 9470 ----------------------------------------------------------------------------------------------
def test_from_the_challenge_to_the_claims(app: Flask, visitor: Visitor) -> None:
    """RFC 9470 2: refused with the level, asked for it, stepped up, answered."""
    visitor.authorize(scope="openid address")
    visitor.give_password()
    weak = visitor.tokens()["access_token"]
    refused = app.test_client().get("/userinfo", headers={"Authorization": f"Bearer {weak}"})
    assert refused.status_code == 401
    wanted = re.search(r'acr_values="([^"]+)"', refused.headers["WWW-Authenticate"])
    assert wanted
    visitor.authorize(scope="openid address", acr_values=wanted[1])
    visitor.give_passcode()
    strong = visitor.tokens()["access_token"]
    told = app.test_client().get("/userinfo", headers={"Authorization": f"Bearer {strong}"}).get_json()
    assert told["address"]


def test_the_metadata_names_every_level(app: Flask) -> None:
    """RFC 9470 7: what the means of signing in reach, and the older names."""
    found = app.test_client().get("/.well-known/openid-configuration").get_json()["acr_values_supported"]
    assert found == [ONE, TWO, THREE, "LoA1", "LoA2", "LoA3"]
