"""Sign-in by QR with two browsers: the code is read from the computer's screen, and decided on the phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from gallery import Gallery
from journey import (
    DUNG,
    HAN,
    HOA,
    HUNG,
    LAN,
    LICENCE,
    MINH,
    QUYNH,
    SOFIA,
    TAM,
    THAO,
    TUAN,
    Citizen,
    choose_procedure,
    fill,
    open_portal,
    press,
    see,
    share_where_asked,
    text_of,
)
from live import Demo
from phone_journey import (
    CAMERA,
    bind,
    expect_state,
    hold_before_camera,
    open_app,
    other_number,
    photograph,
    pick,
    read_qr,
    scan_address,
)
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, PHONE, Screen, on_phone, on_sqlite

pytestmark = pytest.mark.browser
Contexts = Callable[[Screen], BrowserContext]
NAME = {LAN: "Nguyễn Thị Mai Lan"}


@dataclass(frozen=True)
class Two:
    """A computer at the portal's door, and a phone that is bound and open."""

    computer: Page
    phone: Page
    live: Demo

    def scan(self) -> str:
        """The phone's camera app opens what it reads; returns the number on the computer's screen."""
        self.computer.evaluate("globalThis.notLoadedAgain = true")
        address = read_qr(photograph(self.computer))
        assert address.startswith(f"{self.live.issuer}/app/scan#")
        scan_address(self.phone, address)
        return text_of(self.computer, "qr-number")

    def expect_state(self, words: str) -> None:
        expect_state(self.computer, words)
        assert self.computer.evaluate("globalThis.notLoadedAgain"), "the page was loaded again"

    def expect_not_signed_in(self) -> None:
        open_portal(self.computer, self.live)
        expect(self.computer.get_by_test_id("sign-out")).to_have_count(0)


@pytest.fixture
def two(live: Demo, open_context: Contexts) -> Callable[[Citizen], Two]:
    def make(citizen: Citizen) -> Two:
        computer, phone = open_context(DESKTOP).new_page(), open_context(PHONE).new_page()
        bind(phone, live, citizen)
        to_sign_in(computer, live)
        return Two(computer, phone, live)

    return make


def to_sign_in(computer: Page, live: Demo) -> None:
    open_portal(computer, live)
    choose_procedure(computer, LICENCE)
    press(computer, "apply")
    see(computer, "qr-image")


def test_approved(two: Callable[[Citizen], Two], open_context: Contexts, artifacts: object) -> None:
    """She picks the number that the screen shows; the computer gets on by itself, and the portal greets her."""
    pair = two(LAN)
    number = pair.scan()
    pair.expect_state("N*** L***")
    for part in ("request-service", "request-browser", "request-address", "request-level", "request-data"):
        assert text_of(pair.phone, part)
    expect(pair.phone.get_by_test_id("request-warning")).to_be_visible()
    Gallery(artifacts, PHONE).take(pair.phone, "phone-10-request")  # type: ignore[arg-type]
    Gallery(artifacts, DESKTOP).take(pair.computer, "phone-10-scanned")  # type: ignore[arg-type]
    pick(pair.phone, number)
    press(pair.phone, "request-approve")
    see(pair.phone, "done-approved")
    Gallery(artifacts, PHONE).take(pair.phone, "phone-11-done")  # type: ignore[arg-type]
    share_where_asked(pair.computer, "applicant")
    expect(pair.computer.get_by_test_id("applicant")).to_contain_text(NAME[LAN])


def test_only_the_browser_that_asked_gets_in(two: Callable[[Citizen], Two], open_context: Contexts) -> None:
    """A relayed code (attack 1): whoever else looks at it, or opened the same page, has nothing of the approval."""
    pair = two(MINH)
    thief = open_context(DESKTOP).new_page()
    to_sign_in(thief, pair.live)
    number = pair.scan()
    pick(pair.phone, number)
    press(pair.phone, "request-approve")
    share_where_asked(pair.computer, "applicant")
    see(thief, "qr-image")
    thief.goto(f"{pair.live.issuer}/wallet")
    see(thief, "sign-in-number")


@on_sqlite
def test_refused(two: Callable[[Citizen], Two]) -> None:
    """Without a number; the computer says so and stays where it is."""
    pair = two(SOFIA)
    pair.scan()
    press(pair.phone, "request-refuse")
    see(pair.phone, "done-refused")
    pair.expect_state("từ chối")
    pair.expect_not_signed_in()


@on_sqlite
def test_the_wrong_number(two: Callable[[Citizen], Two]) -> None:
    """She does not see that screen: the request ends."""
    pair = two(DUNG)
    pick(pair.phone, other_number(pair.phone, pair.scan()))
    press(pair.phone, "request-approve")
    see(pair.phone, "done-wrong-number")
    pair.expect_state("từ chối")
    pair.expect_not_signed_in()


@on_sqlite
def test_no_number_no_approval(two: Callable[[Citizen], Two]) -> None:
    """None is picked beforehand, and approving without one is not sent at all."""
    pair = two(TUAN)
    pair.scan()
    press(pair.phone, "request-approve")
    expect(pair.phone.get_by_test_id("app-error")).to_contain_text("Hãy chọn số")
    see(pair.phone, "request-approve")


@on_sqlite
def test_not_me(two: Callable[[Citizen], Two]) -> None:
    """It says what it will do, ends the request, and locks the account: the password opens nothing."""
    pair = two(HOA)
    pair.scan()
    press(pair.phone, "request-not-me-fold")
    expect(pair.phone.get_by_text("khóa ngay tài khoản")).to_be_visible()
    press(pair.phone, "request-not-me")
    see(pair.phone, "done-not-me")
    see(pair.computer, "qr-again")
    to_sign_in(pair.computer, pair.live)
    fill(pair.computer, "sign-in-number", HOA.number)
    fill(pair.computer, "sign-in-password", HOA.password)
    press(pair.computer, "sign-in-submit")
    see(pair.computer, "sign-in-stopped")


@on_sqlite
def test_expired(two: Callable[[Citizen], Two]) -> None:
    """After its time the phone says so by itself and offers another scan; the clock of the page is moved on."""
    pair = two(HUNG)
    pair.phone.clock.install()
    pair.scan()
    pair.phone.clock.fast_forward("02:01")
    see(pair.phone, "request-expired")
    expect(pair.phone.get_by_test_id("request-approve")).to_be_hidden()
    press(pair.phone, "request-scan-again")
    see(pair.phone, "scan-code")


@on_sqlite
def test_a_closed_app_is_opened_first_and_keeps_the_code(two: Callable[[Citizen], Two]) -> None:
    """The code waits in the address's fragment, which no server sees."""
    pair = two(THAO)
    press(pair.phone, "app-close")
    asked: list[str] = []
    pair.phone.on("request", lambda request: asked.append(request.url))
    address = read_qr(photograph(pair.computer))
    pair.phone.goto(address)
    open_app(pair.phone, THAO)
    see(pair.phone, "request-facts")
    code = address.split("#")[1]
    assert not [url for url in asked if code in url.split("#")[0]]


@on_sqlite
def test_by_camera_by_picture_and_by_hand(two: Callable[[Citizen], Two], open_context: Contexts) -> None:
    """The vendored reader sees what a camera and a picture hold; the same device may look again."""
    pair = two(QUYNH)
    pair.phone.add_init_script(CAMERA)
    pair.phone.goto(f"{pair.live.issuer}/app/scan")
    picture = photograph(pair.computer)
    typed = text_of(pair.computer, "qr-code-text")
    hold_before_camera(pair.phone, picture)
    press(pair.phone, "scan-start")
    see(pair.phone, "request-facts")
    pair.phone.goto(f"{pair.live.issuer}/app/scan")
    files = {"name": "qr.png", "mimeType": "image/png", "buffer": picture}
    pair.phone.get_by_test_id("scan-picture").set_input_files(files)  # type: ignore[arg-type]
    see(pair.phone, "request-facts")
    pair.phone.goto(f"{pair.live.issuer}/app/scan")
    fill(pair.phone, "scan-code", typed.lower())
    press(pair.phone, "scan-submit")
    see(pair.phone, "request-facts")


@on_sqlite
@on_phone
def test_on_the_phone_itself(live: Demo, page: Page) -> None:
    """Where the browser is the phone's, the sign-in page offers the app in place of a picture of itself."""
    bind(page, live, TAM)
    press(page, "app-close")
    open_portal(page, live)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    expect(page.get_by_test_id("qr-image")).to_be_hidden()
    number = text_of(page, "qr-number")
    with page.expect_popup() as opened:
        press(page, "qr-open-app")
    app = opened.value
    open_app(app, TAM)
    see(app, "request-facts")
    pick(app, number)
    press(app, "request-approve")
    see(app, "done-approved")
    share_where_asked(page, "applicant")


@on_sqlite
@on_phone
def test_a_picture_without_a_code(live: Demo, page: Page) -> None:
    """Said at once; nothing is sent."""
    bind(page, live, HAN)
    press(page, "app-scan")
    picture = page.screenshot()
    files = {"name": "no.png", "mimeType": "image/png", "buffer": picture}
    page.get_by_test_id("scan-picture").set_input_files(files)  # type: ignore[arg-type]
    expect(page.get_by_test_id("scan-message")).to_contain_text("Không tìm thấy mã QR")
