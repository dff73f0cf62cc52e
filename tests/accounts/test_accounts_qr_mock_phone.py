"""The simulated phone: not there unless enabled, loud when it is, and one call finishes a sign-in."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from accounts_place import PASSCODE, Browser, Place, make_place
from flask import Response
from qr_screen import Hand, Screen, show

from idp.accounts.qr_sign_in.endpoints.mock_phone import OPENAPI
from idp.clock import FixedClock
from idp.config import Config, load
from idp.db import Database
from idp.encryption import AtRest

LAN = "065190000101"
CALLS = ("scan", "approve", "refuse", "not_me", "expire")


@pytest.fixture
def loud(db: Database, clock: FixedClock, at_rest: AtRest, tmp_path: Path) -> Place:
    return make_place(db, clock, at_rest, tmp_path, demo=False, mock_phone=True)


@pytest.fixture
def screen(loud: Place) -> Screen:
    return show(loud.browser(), service_name="Cổng thử", acr="urn:vn-mock:loa:2", scopes=("identity",))


def call(screen: Screen, name: str, **body: object) -> Response:
    """A machine without any cookie calls."""
    whole = {"code": screen.app_url, "person": LAN, **body}
    given = {key: value for key, value in whole.items() if value is not None}
    return screen.browser.place.app.test_client().post(f"/mock/phone/{name}", json=given)  # type: ignore[return-value]


# --- off and loud ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [*CALLS, "openapi.json"])
def test_off_there_is_no_such_thing(browser: Browser, name: str) -> None:
    """Not enabled: 404 for every call, as for any address that is none; the demo alone does not enable it."""
    answer = browser.client.post(f"/mock/phone/{name}", json={"code": "x", "person": LAN})
    assert answer.status_code == 404
    assert browser.get(f"/mock/phone/{name}").status_code == 404
    assert "X-Mock-Phone" not in browser.get("/sign-in").headers


def test_off_is_the_default() -> None:
    """Only the setting, or its environment variable, turns it on."""
    assert not Config().mock_phone
    assert not load({}).mock_phone
    assert load({"IDP_MOCK_PHONE": "1"}).mock_phone


def test_on_it_is_loud(
    db: Database, clock: FixedClock, at_rest: AtRest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A warning in the log at start, a banner on every page, a header in every response."""
    with caplog.at_level(logging.WARNING, "mock_vneid"):
        loud = make_place(db, clock, at_rest, tmp_path, demo=False, mock_phone=True)
    assert "simulated phone is ON" in caplog.text
    for path in ("/sign-in", "/app", "/nowhere"):
        page = loud.browser().get(path)
        assert page.headers["X-Mock-Phone"] == "on"
        assert 'data-testid="mock-phone-banner"' in page.text


# --- one call --------------------------------------------------------------------------------------------
def test_one_call_finishes_a_sign_in(loud: Place, screen: Screen) -> None:
    """Approve scans, picks the right number and approves; the page takes the result as from any phone."""
    answer = call(screen, "approve")
    assert (answer.status_code, answer.get_json()) == (200, {"state": "approved"})
    assert screen.finish().headers["Location"] == "/wanted"
    assert screen.browser.session()["subject"] == loud.subjects["lan"]


@pytest.mark.parametrize("form", ["code", "user_code", "app_url"])
def test_every_form_of_the_code_will_do(screen: Screen, form: str) -> None:
    """The address, the code in it, and the one to type."""
    assert call(screen, "approve", code=getattr(screen, form)).get_json() == {"state": "approved"}


@pytest.mark.parametrize(("name", "state"), [("refuse", "refused"), ("not_me", "not_me"), ("expire", "expired")])
def test_the_other_ends(screen: Screen, name: str, state: str) -> None:
    """Refused, not me, expired: the page is told each of them."""
    assert call(screen, name).get_json() == {"state": state}
    assert screen.state().get_json() == {"state": state}


def test_scan_shows_what_a_phone_would(screen: Screen) -> None:
    """And the approval goes on from there."""
    shown = call(screen, "scan").get_json()
    assert (shown["state"], shown["service"], shown["scopes"]) == ("scanned", "Cổng thử", ["identity"])
    assert screen.number in shown["choices"]
    assert screen.state().get_json()["state"] == "scanned"
    assert call(screen, "approve").get_json() == {"state": "approved"}


def test_the_passcode_can_be_tried_too(screen: Screen) -> None:
    """Given, it is checked and throttled."""
    assert call(screen, "approve", passcode="000000").status_code == 403
    assert call(screen, "approve", passcode=PASSCODE).get_json() == {"state": "approved"}


# --- refusals --------------------------------------------------------------------------------------------
def test_a_wrong_number_can_be_tried(screen: Screen) -> None:
    """It ends the request, as on a phone."""
    assert call(screen, "approve", number=screen.number % 90 + 10).get_json() == {"state": "wrong_number"}
    assert call(screen, "approve").get_json()["error"] == "already_decided"
    assert screen.state().get_json() == {"state": "refused"}


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"code": "CDFHJKMN"}, 404, "not_found"),
        ({"code": "https://evil.example/app/scan#x"}, 404, "not_found"),
        ({"person": "065190999999"}, 403, "not_allowed"),
        ({"person": "065082001010"}, 403, "not_allowed"),
        ({"person": "065316000505"}, 403, "not_allowed"),
        ({"person": None}, 400, "malformed"),
        ({"person": 65190000101}, 400, "malformed"),
        ({"code": None}, 400, "malformed"),
        ({"code": ["x"]}, 400, "malformed"),
        ({"number": "42"}, 400, "malformed"),
        ({"number": True}, 400, "malformed"),
        ({"passcode": 246810}, 400, "malformed"),
    ],
)
def test_what_a_phone_could_not_do(screen: Screen, change: dict[str, object], status: int, error: str) -> None:
    """Unknown code, address of somebody else, unknown person, locked, a child; and bodies of another form."""
    answer = call(screen, "approve", **change)
    assert (answer.status_code, answer.get_json()["error"]) == (status, error)
    assert answer.get_json()["message"]
    assert screen.state().get_json()["state"] == "waiting"


def test_another_phone_was_faster(loud: Place, screen: Screen) -> None:
    """A real phone has it already."""
    Hand(loud).scan(screen)
    answer = call(screen, "approve")
    assert (answer.status_code, answer.get_json()["error"]) == (409, "already_scanned")


def test_a_form_of_another_site_is_not_taken(screen: Screen) -> None:
    """Only application/json, which no page of another site sends without being asked first."""
    body = json.dumps({"code": screen.code, "person": LAN})
    answer = screen.browser.client.post("/mock/phone/approve", data=body, content_type="text/plain")
    assert answer.status_code == 400
    assert screen.state().get_json()["state"] == "waiting"


# --- the document ----------------------------------------------------------------------------------------
def test_the_document_describes_every_call(loud: Place, screen: Screen) -> None:
    """OpenAPI 3.1, served with this provider's address; each call, each error and each field stands in it."""
    found = loud.browser().get("/mock/phone/openapi.json").get_json()
    assert found["openapi"].startswith("3.1")
    assert found["servers"] == [{"url": loud.issuer}]
    assert set(found["paths"]) == {f"/mock/phone/{name}" for name in CALLS}
    shown = call(screen, "scan").get_json()
    assert set(shown) == set(found["components"]["schemas"]["Shown"]["properties"])
    text = OPENAPI.read_text(encoding="utf-8")
    for error in (
        "malformed",
        "not_found",
        "not_allowed",
        "wrong_passcode",
        "already_scanned",
        "expired",
        "too_many",
    ):
        assert f"`{error}`" in text


def test_every_reference_in_the_document_leads_somewhere() -> None:
    """No $ref is broken."""
    text = OPENAPI.read_text(encoding="utf-8")
    schemas = json.loads(text)["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= set(schemas)
