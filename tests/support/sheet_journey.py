"""A document on paper and at the counter: every page that a sheet leads to."""

from __future__ import annotations

from collections.abc import Callable

from journey import open_desk, press, see
from live import Demo
from playwright.sync_api import Page
from screens import Screen


def print_and_check(page: Page, live: Demo, screen: Screen, look: Callable[[str], None]) -> None:
    """A sheet, its look-up, and what the portal's counter says of it."""
    page.goto(f"{live.issuer}/wallet")
    press(page, "document-identity-document-open")
    press(page, "document-print")
    look("wallet-print")
    press(page, "print-make")
    page.get_by_test_id("sheet-text-fold").locator("summary").click()
    text = page.get_by_test_id("sheet-text").inner_text()
    look("wallet-sheet")
    page.goto(f"{live.issuer}/check")
    for name, value in {"sheet-code": "ABCD", "full-name": "A", "birthdate": "1990-01-01", "number": "1"}.items():
        page.get_by_test_id(f"check-{name}").fill(value)
    page.get_by_test_id("check-sex").select_option("male")
    press(page, "check-submit")
    look("check-no-match")
    open_desk(page, live, screen.language)
    press(page, "clerk-counter")
    look("clerk-counter")
    page.get_by_test_id("counter-text").fill(text)
    press(page, "counter-check")
    see(page, "verdict")
    look("clerk-counter-verdict")
