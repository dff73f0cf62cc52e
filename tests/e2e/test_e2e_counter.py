"""Two devices: a code shown at a counter, and a portal's code read with the telephone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gallery import Gallery
from journey import (
    LAN,
    LICENCE,
    THAO,
    apply,
    give_password,
    hand_over,
    open_wallet,
    papers_replaced,
    press,
    press_summary,
    see,
    text_of,
    wallet_address,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from qr_reading import read_qr
from screens import DESKTOP, PHONE, Screen, on_desktop, on_phone, on_sqlite

pytestmark = pytest.mark.browser
Contexts = Callable[[Screen], BrowserContext]


@on_phone
def test_shown_at_the_counter(
    live: Demo, page: Page, open_context: Contexts, artifacts: Path, gallery: Gallery
) -> None:
    """She chooses, shows a code, the clerk takes it once and sees the verdict; her own page notices."""
    address = _show(live, page, gallery)
    desk = open_context(DESKTOP).new_page()
    at_desk = Gallery(artifacts, DESKTOP)
    desk.goto(address)
    see(desk, "counter-take")
    at_desk.take(desk, "61-counter-take")
    press(desk, "counter-take")
    see(desk, "verdict")
    assert "verdict-valid" in (desk.get_by_test_id("verdict").get_attribute("class") or "")
    expect(desk.get_by_test_id("field-full-name")).to_contain_text("Nguyễn Thị Mai Lan")
    expect(desk.get_by_test_id("field-history")).to_have_count(0)  # she did not choose it
    at_desk.take(desk, "62-counter-verdict")
    _check_file(live, desk, address)
    see(page, "code-taken")
    gallery.take(page, "63-code-taken")
    late = open_context(DESKTOP).new_page()
    late.goto(address)
    see(late, "error-page")
    assert LAN.number not in late.content()
    at_desk.take(late, "64-counter-too-late")


def _show(live: Demo, page: Page, gallery: Gallery) -> str:
    open_wallet(page, live, LAN)
    press(page, "document-health-book-open")
    press(page, "document-show")
    see(page, "show-always")
    expect(page.locator("fieldset.choices input:checked")).to_have_count(0)
    gallery.take(page, "60-show")
    press(page, "show-submit")
    see(page, "code-seconds")
    gallery.take(page, "60-show-code")
    address = read_qr(page)
    assert address.startswith(f"{live.issuer}/counter/")
    return address


def _check_file(live: Demo, desk: Page, address: str) -> None:
    """The clerk's own copy is good for this counter only, and for whoever knows the code."""
    with desk.expect_download() as download:
        press(desk, "counter-file")
    file = str(download.value.path())
    nonce = address.rpartition("/")[2]
    good = live.command("verify", file, "--audience", address, f"--nonce={nonce}")
    assert good.returncode == 0, good.stdout
    press_summary(desk, "counter-technical")
    assert f"--audience {address} --nonce={nonce}" in text_of(desk, "verify-command")
    elsewhere = live.command("verify", file, "--audience", f"{live.issuer}/counter/other", f"--nonce={nonce}")
    assert elsewhere.returncode == 1


def test_the_portals_code_read_with_the_telephone(live: Demo, open_context: Contexts, artifacts: Path) -> None:
    """Sign-in at a desk, consent on the telephone; the desk's page goes on by itself."""
    desk, phone = open_context(DESKTOP).new_page(), open_context(PHONE).new_page()
    at_desk, on_the_phone = Gallery(artifacts, DESKTOP), Gallery(artifacts, PHONE)
    apply(desk, live, LICENCE, THAO)
    press(desk, "apply-other-device")
    see(desk, "waiting")
    at_desk.take(desk, "65-portal-code")
    address = read_qr(desk)
    assert address == wallet_address(desk)
    phone.goto(address)
    see(phone, "confirm-warning")
    on_the_phone.take(phone, "66-confirm")
    press(phone, "confirm-yes")
    give_password(phone, THAO)
    see(phone, "consent-passcode")
    assert "màn hình" in text_of(phone, "consent-warning")
    hand_over(phone, THAO)
    see(phone, "presentation-answered-given")
    on_the_phone.take(phone, "67-answered")
    see(desk, "papers-replaced")
    assert papers_replaced(desk) == (4, 4)


@on_sqlite
@on_phone
def test_she_did_not_begin_it(live: Demo, page: Page, open_context: Contexts) -> None:
    """A code that somebody else sent her: no on the first screen, before she signs in; nobody learns anything."""
    desk = open_context(DESKTOP).new_page()
    apply(desk, live, LICENCE, THAO)
    press(desk, "apply-other-device")
    page.goto(wallet_address(desk))
    expect(page.get_by_test_id("sign-in-number")).to_have_count(0)
    press(page, "confirm-no")
    see(page, "presentation-not-begun")
    see(desk, "waiting")
    expect(desk.get_by_test_id("papers-replaced")).to_have_count(0)


@on_sqlite
@on_desktop
def test_the_return_belongs_to_the_browser_that_began(live: Demo, page: Page, open_context: Contexts) -> None:
    """The address that the wallet sends her back to opens nothing in another browser."""
    apply(page, live, LICENCE, THAO)
    press(page, "apply-this-device")
    with page.expect_request(f"{live.portal}/presentation/return?**") as back:
        hand_over(page, THAO)
    see(page, "papers-replaced")
    thief = open_context(PHONE).new_page()
    thief.goto(back.value.url)
    see(thief, "error-page")
    assert THAO.number not in thief.content()


@on_sqlite
@on_desktop
def test_the_waiting_page_goes_on_by_itself(live: Demo, page: Page, open_context: Contexts) -> None:
    """Who looks at the outcome too early waits there, and sees it when it comes."""
    apply(page, live, LICENCE, THAO)
    press(page, "apply-other-device")
    address = wallet_address(page)
    page.goto(page.url.replace("/other-device", "/result"))
    see(page, "still-waiting")
    phone = open_context(PHONE).new_page()
    phone.goto(address)
    press(phone, "confirm-yes")
    give_password(phone, THAO)
    hand_over(phone, THAO)
    see(phone, "presentation-answered-given")
    see(page, "papers-replaced")
