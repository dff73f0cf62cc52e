"""Photographs of pages, for people to look at: one folder, one file for each page and screen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page
from screens import Screen, name


class Gallery:
    """Takes pictures for one screen."""

    def __init__(self, folder: Path, screen: Screen) -> None:
        self._folder, self._screen = folder, screen

    def take(self, page: Page, what: str) -> None:
        page.wait_for_load_state("load")
        page.screenshot(path=self._folder / f"{name(self._screen)}-{what}.png", full_page=True)
