"""The demo's conveniences: test citizens to choose from, and their phones."""

from __future__ import annotations

import pyotp
import pytest
from accounts_place import PASSCODE, PASSWORD, Browser, Place

LOA2 = "urn:vn-mock:loa:2"


def test_choose_a_test_citizen(place: Place, browser: Browser) -> None:
    """One press fills in number and password; the request stays."""
    address = browser.ask()
    page = browser.get(address).text
    assert 'data-testid="persona-minh"' in page
    assert PASSWORD in page
    assert PASSCODE in page
    filled = browser.get(address + "&persona=minh").text
    assert 'value="065085000202"' in filled
    assert f'value="{PASSWORD}"' in filled


def test_only_those_who_can_sign_in_are_offered(browser: Browser) -> None:
    """Children are not in the list; a locked account is, for its story."""
    page = browser.get("/sign-in").text
    assert "persona-khanh-vy" not in page
    assert "persona-long" in page


def test_personas_page(place: Place, browser: Browser) -> None:
    """All of them, with story, number and secrets, in both languages."""
    for lang in ("vi", "en"):
        page = browser.get(f"/personas?lang={lang}").text
        for persona in place.personas.values():
            assert f'data-testid="persona-card-{persona.id}"' in page
            assert persona.personal_id_number[-3:] in page
        assert place.personas["hoa"].story[lang] in page


def test_phone_page(place: Place, browser: Browser) -> None:
    """Every phone shows the code that is good now."""
    page = browser.get("/demo/phone").text
    code = str(pyotp.TOTP(str(place.personas["sofia"].one_time_code_seed)).at(place.clock.now()))
    assert f"{code[:3]} {code[3:]}" in page
    assert 'data-seconds="30"' in page
    place.later(seconds=12)
    assert 'data-seconds="18"' in browser.get("/demo/phone").text


def test_phone_panel_beside_the_form(place: Place, browser: Browser) -> None:
    """At the second step the panel shows the phone of the person signing in, and only where a code is asked."""
    address = browser.sign_in(browser.ask(acr=LOA2)).headers["Location"]
    assert "demo-phone" not in browser.get(address).text
    page = browser.get(address + "&method=otp").text
    code = str(pyotp.TOTP(str(place.personas["lan"].one_time_code_seed)).at(place.clock.now()))
    assert 'data-testid="demo-phone"' in page
    assert f"{code[:3]} {code[3:]}" in page
    assert browser.submit(address, method="otp", code=f"{code[:3]} {code[3:]}").status_code == 303


@pytest.mark.parametrize("path", ["/personas", "/demo/phone"])
def test_pages_exist_in_the_demo_only(not_demo: Place, path: str) -> None:
    """Outside the demo there are no such pages."""
    assert not_demo.browser().get(path).status_code == 404


def test_no_secrets_outside_the_demo(not_demo: Place) -> None:
    """Outside the demo neither page shows a persona, a password or a code."""
    browser = not_demo.browser()
    page = browser.get("/sign-in?persona=lan").text
    assert "065190000101" not in page
    assert PASSWORD not in page
    address = browser.sign_in(browser.ask(acr=LOA2)).headers["Location"]
    assert "demo-phone" not in browser.get(address + "&method=otp").text
