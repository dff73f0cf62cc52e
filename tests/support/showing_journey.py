"""Showing the portal a document for its own sake, each page on the way looked at."""

from __future__ import annotations

from collections.abc import Callable

from journey import QUYNH, hand_over, press, see
from playwright.sync_api import Page


def show_a_document(page: Page, look: Callable[[str], None]) -> None:
    """Types, fields, a refusal of hers, and the verdict; she is signed in, and her health book is in her wallet."""
    press(page, "nav-show-document")
    look("portal-show-types")
    press(page, "ask-urn:vn-mock:health-book:1")
    page.get_by_test_id("fields-chosen").check()
    page.get_by_test_id("developers").locator("summary").click()
    look("portal-show-ask")
    press(page, "show-this-device")
    press(page, "consent-refuse")
    see(page, "show-another")
    look("portal-show-ended")
    press(page, "start-again")
    press(page, "show-this-device")
    hand_over(page, QUYNH)
    see(page, "received")
    page.get_by_test_id("technical").locator("summary").click()
    look("portal-show-verdict")
