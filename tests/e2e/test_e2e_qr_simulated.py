"""A sign-in by QR at a real portal, finished without a phone: by one REST call, and by the command."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from gallery import Gallery
from journey import HOA, LAN, press, see, share_where_asked, text_of
from live import Demo, demo
from mock_phone import call, expect_state, to_sign_in
from playwright.sync_api import Browser, Page, expect
from screens import DESKTOP_ENGLISH, SCREENS, name, on_desktop, on_phone

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo-mock-phone")]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with the simulated phone on."""
    with demo(tmp_path_factory.mktemp("mock-phone"), {}, "--mock-phone") as running:
        yield running


@on_desktop
def test_one_rest_call_finishes_a_sign_in(sandbox: Demo, page: Page, gallery: Gallery) -> None:
    """The page goes on by itself, and the portal greets her: two factors, no password typed."""
    to_sign_in(page, sandbox)
    see(page, "mock-phone-banner")
    expect(page.get_by_test_id("qr-image")).to_be_visible()
    expect(page.get_by_test_id("qr-open-app")).to_be_hidden()
    gallery.take(page, "50-sign-in-qr")
    assert call(sandbox, "approve", page) == {"state": "approved"}
    share_where_asked(page, "applicant")


@on_desktop
def test_the_command_finishes_a_sign_in(sandbox: Demo, page: Page) -> None:
    """`mock-vneid phone approve ADDRESS --person NUMBER`: the address says which server."""
    to_sign_in(page, sandbox)
    address = page.get_by_test_id("qr-open-app").get_attribute("href") or ""
    done = sandbox.command("phone", "approve", address, "--person", LAN.number)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"state": "approved"}), done.stderr
    share_where_asked(page, "applicant")


@on_desktop
def test_the_command_tells_what_went_wrong(sandbox: Demo, page: Page) -> None:
    """1 where the provider refused, 2 where the command cannot be used; a wrong number ends the request."""
    to_sign_in(page, sandbox)
    code, number = text_of(page, "qr-code-text"), text_of(page, "qr-number")
    assert sandbox.command("phone", "approve", code).returncode == 2
    assert sandbox.command("phone", "approve", "CDFHJKMN", "--person", LAN.number).returncode == 1
    shown = sandbox.command("phone", "scan", code, "--person", LAN.number)
    assert int(number) in json.loads(shown.stdout)["choices"]
    expect_state(page, "scanned")
    expect(page.get_by_test_id("qr-state")).to_contain_text("N*** L***")
    expect(page.get_by_test_id("qr-image")).to_be_hidden()
    expect(page.get_by_test_id("qr-number")).to_be_visible()
    wrong = sandbox.command("phone", "approve", code, "--person", LAN.number, "--number", str(int(number) % 90 + 10))
    assert (wrong.returncode, json.loads(wrong.stdout)) == (1, {"state": "wrong_number"})
    expect_state(page, "refused")


def test_a_server_without_it_says_so(sandbox: Demo) -> None:
    """The command names the switch where a server has no simulated phone, and says where nobody answers."""
    call_it = ("phone", "approve", "CDFHJKMN", "--person", LAN.number, "--issuer")
    without = sandbox.command(*call_it, sandbox.portal)
    assert (without.returncode, "--mock-phone" in without.stderr) == (2, True)
    nobody = sandbox.command(*call_it, "http://localhost:1")
    assert (nobody.returncode, "does not answer" in nobody.stderr) == (2, True)


@on_desktop
def test_refused_and_a_new_code(sandbox: Demo, page: Page) -> None:
    """Refused on the phone: nobody is signed in, and the button brings a new code that works."""
    to_sign_in(page, sandbox)
    first = text_of(page, "qr-code-text")
    assert call(sandbox, "refuse", page) == {"state": "refused"}
    expect_state(page, "refused")
    press(page, "qr-again")
    expect_state(page, "waiting")
    assert text_of(page, "qr-code-text") != first
    assert call(sandbox, "approve", page) == {"state": "approved"}
    share_where_asked(page, "applicant")


@on_desktop
def test_an_expired_code_is_renewed_by_itself(sandbox: Demo, page: Page) -> None:
    """Without a touch another code appears, and what was typed meanwhile is still there."""
    to_sign_in(page, sandbox)
    page.get_by_test_id("sign-in-number").fill(LAN.number)
    first = text_of(page, "qr-code-text")
    assert call(sandbox, "expire", page) == {"state": "expired"}
    expect(page.get_by_test_id("qr-code-text")).not_to_have_text(first)
    expect_state(page, "waiting")
    expect(page.get_by_test_id("sign-in-number")).to_have_value(LAN.number)
    assert call(sandbox, "approve", page) == {"state": "approved"}
    share_where_asked(page, "applicant")


@pytest.mark.parametrize("screen", [DESKTOP_ENGLISH], indirect=True, ids=name)
def test_not_me_is_told_on_the_screen(sandbox: Demo, page: Page) -> None:
    """Whoever relayed the code reads that it was ended and recorded; the password stays open."""
    to_sign_in(page, sandbox, "en")
    assert call(sandbox, "not_me", page, HOA) == {"state": "not_me"}
    expect_state(page, "not_me")
    expect(page.get_by_test_id("qr-state")).to_contain_text("account was locked")
    see(page, "sign-in-submit")


@on_phone
def test_on_a_phone_the_app_is_offered(sandbox: Demo, page: Page, gallery: Gallery) -> None:
    """Instead of a picture that no camera of this phone can see; the picture comes on request."""
    to_sign_in(page, sandbox)
    expect(page.get_by_test_id("qr-open-app")).to_be_visible()
    expect(page.get_by_test_id("qr-image")).to_be_hidden()
    gallery.take(page, "51-sign-in-phone")
    press(page, "qr-show-code")
    expect(page.get_by_test_id("qr-image")).to_be_visible()
    assert call(sandbox, "approve", page) == {"state": "approved"}
    share_where_asked(page, "applicant")


def test_without_a_script(sandbox: Demo, browser: Browser) -> None:
    """Picture, typed code and "open the app" are all there; a link leads on after the approval."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        to_sign_in(page, sandbox)
        for part in ("qr-image", "qr-open-app", "qr-look", "sign-in-submit"):
            expect(page.get_by_test_id(part)).to_be_visible()
        assert call(sandbox, "approve", page) == {"state": "approved"}
        press(page, "qr-look")
        press(page, "qr-finish")
        share_where_asked(page, "applicant")
    finally:
        context.close()


@pytest.mark.parametrize("screen", SCREENS, indirect=True, ids=name)
def test_axe_finds_nothing_in_any_state(sandbox: Demo, page: Page, axe_source: str, gallery: Gallery) -> None:
    """Waiting, scanned, refused; phone and desktop; both languages: no fault found, nothing sticks out."""
    to_sign_in(page, sandbox, page.evaluate("navigator.language").partition("-")[0])
    for state, act in (("waiting", ""), ("scanned", "scan"), ("refused", "refuse")):
        if act:
            call(sandbox, act, page)
        expect_state(page, state)
        gallery.take(page, f"52-sign-in-{state}")
        page.wait_for_load_state("load")  # styles too, or colours are not yet what they are
        found = page.evaluate(axe_source + "; axe.run()")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
