"""My account in a real browser: see who is in, put them out, take back what was agreed, search, lock, open again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Literal

import pytest
from gallery import Gallery
from journey import (
    HUNG,
    LICENCE,
    MINH,
    THAO,
    Citizen,
    apply,
    choose_procedure,
    fill,
    give_password,
    give_second_factor,
    open_portal,
    press,
    see,
    text_of,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, Screen, on_desktop, on_phone, on_sqlite

pytestmark = pytest.mark.browser
Contexts = Callable[[Screen], BrowserContext]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = (
    "account",
    "account/sessions",
    "account/devices",
    "account/services",
    "account/activity",
    "account/open-again",
)
TWO_FACTORS = ("account/lock", "account/activity/export")


def enter(page: Page, demo: Demo, citizen: Citizen, language: str = "vi") -> None:
    """From the front page of My account through the password."""
    page.goto(f"{demo.issuer}/account?lang={language}")
    give_password(page, citizen)
    see(page, "account-profile")


@on_desktop
def test_withdrawing_a_service(live: Demo, page: Page, gallery: Gallery) -> None:
    """On both databases: the portal is let in, is shown, is put out, and has to ask anew."""
    apply(page, live, LICENCE, MINH)
    page.goto(f"{live.issuer}/")
    press(page, "account-link")
    gallery.take(page, "account-01-front")
    press(page, "account-services")
    gallery.take(page, "account-02-services")
    press(page, "service-withdraw-demo-portal")
    gallery.take(page, "account-03-withdraw")
    press(page, "withdraw-submit")
    see(page, "service-withdrawn")
    expect(page.get_by_test_id("service-demo-portal")).to_have_count(0)
    page.context.clear_cookies()
    open_portal(page, live)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    give_password(page, MINH)
    give_second_factor(page, MINH)
    see(page, "consent-approve")


@on_sqlite
@on_phone
def test_putting_another_browser_out(live: Demo, page: Page, open_context: Contexts, gallery: Gallery) -> None:
    """It is out with its next click; this one stays."""
    enter(page, live, HUNG)
    stranger = open_context(DESKTOP).new_page()
    enter(stranger, live, HUNG)
    press(page, "account-sessions")
    see(page, "session-this")
    gallery.take(page, "account-04-sessions")
    press(page, "session-end-others")
    see(page, "session-ended")
    press(stranger, "account-devices")
    see(stranger, "sign-in-number")


@on_sqlite
def test_lock_and_open_again(live: Demo, page: Page, screen: Screen, gallery: Gallery) -> None:
    """The missing factor, what will happen, the passcode again; then signed out, refused, and opened again."""
    enter(page, live, THAO, screen.language)
    press(page, "account-lock")
    give_second_factor(page, THAO)
    gallery.take(page, "account-05-lock")
    fill(page, "lock-passcode", "000000")
    press(page, "lock-submit")
    expect(page.locator(".field-error")).to_be_visible()
    fill(page, "lock-passcode", THAO.passcode)
    press(page, "lock-submit")
    see(page, "account-locked")
    gallery.take(page, "account-06-locked")
    page.goto(f"{live.issuer}/wallet")
    give_password(page, THAO)
    see(page, "sign-in-stopped")
    gallery.take(page, "account-07-stopped")
    press(page, "stopped-open-again")
    fill(page, "open-again-number", THAO.number)
    fill(page, "open-again-password", THAO.password)
    fill(page, "open-again-code", THAO.passcode)
    gallery.take(page, "account-08-open-again")
    press(page, "open-again-submit")
    see(page, "unlock-passcode")  # where she was going: the wallet


@on_sqlite
@on_desktop
def test_activity_searched_and_taken_along(live: Demo, page: Page, gallery: Gallery) -> None:
    """Words without marks find it; the files have what the page has."""
    enter(page, live, HUNG)
    press(page, "account-activity")
    page.get_by_test_id("activity-search").locator("summary").click()
    fill(page, "activity-text", "mat khau")
    press(page, "activity-submit")
    expect(page.get_by_test_id("activity-sign-in").first).to_contain_text("mật khẩu")
    gallery.take(page, "account-09-activity")
    fill(page, "activity-text", "không có gì như thế")
    press(page, "activity-submit")
    expect(page.get_by_test_id("activity-sign-in")).to_have_count(0)
    press(page, "activity-clear")
    press(page, "activity-export")
    give_second_factor(page, HUNG)
    see(page, "export-csv")
    table = list(csv.reader(io.StringIO(_download(page, "export-csv")[1:], newline="")))
    entries = json.loads(_download(page, "export-json"))["entries"]
    assert len(entries) >= len(table) - 1 > 1


def _download(page: Page, control: str) -> str:
    with page.expect_download() as download:
        press(page, control)
    return download.value.path().read_text(encoding="utf-8")


@on_sqlite
def test_axe_finds_nothing(live: Demo, page: Page, screen: Screen, axe_source: str) -> None:
    """At both widths, in both languages, in light and dark; nothing is wider than the screen."""
    enter(page, live, HUNG, screen.language)
    assert text_of(page, "account-number")
    page.goto(f"{live.issuer}/account/lock")
    give_second_factor(page, HUNG)
    for path in (*PAGES, *TWO_FACTORS, "account/locked", "account/activity?since=x"):
        page.goto(f"{live.issuer}/{path}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_load_state("load")  # styles too, or colours are not yet what they are
            found = page.evaluate(axe_source + "; axe.run()")
            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], (path, scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
