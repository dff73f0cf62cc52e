"""Photographs of pages, for people to look at: one folder, one file for each page and screen."""

from __future__ import annotations

from pathlib import Path

from chromium import PATIENCE
from playwright.sync_api import Page
from screens import Screen, name

LOOKS_EVERY = 50  # milliseconds


def loaded(page: Page) -> None:
    """Wait for styles and scripts too. Playwright's own wait may miss the page that a download leaves in place."""
    for _ in range(PATIENCE // LOOKS_EVERY):
        if page.evaluate("document.readyState") == "complete":
            return
        page.wait_for_timeout(LOOKS_EVERY)
    raise AssertionError(f"{page.url} does not load")


class Gallery:
    """Takes pictures for one screen."""

    def __init__(self, folder: Path, screen: Screen) -> None:
        self._folder, self._screen = folder, screen

    def take(self, page: Page, what: str) -> None:
        loaded(page)
        page.screenshot(path=self._folder / f"{name(self._screen)}-{what}.png", full_page=True)
