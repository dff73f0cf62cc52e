"""Looks at a page as a careful reviewer does: accessibility, width, language, mark, security policy, a picture."""

from __future__ import annotations

import json
from typing import Any, Literal

from gallery import Gallery, loaded
from playwright.sync_api import Page, Response
from screens import WIDTHS, Screen

NARROWEST = 320  # CSS pixels: WCAG 2.2 reflow, 1.4.10
POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action ")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: One that goes on for ever cannot be finished.
FINISH = "() => document.getAnimations().forEach(one => { try { one.finish() } catch { one.cancel() } })"


class Inspector:
    """Collects what is wrong on all pages it is shown, so that one run tells everything."""

    def __init__(self, page: Page, screen: Screen, gallery: Gallery, axe: str) -> None:
        self.page, self.faults = page, list[str]()
        self._screen, self._gallery, self._axe = screen, gallery, axe
        self._seen: set[str] = set()
        page.on("response", self._policy)

    def look(self, what: str) -> None:
        """Inspect the page as it stands now, under the name `what`."""
        loaded(self.page)
        found = [*self._words(), *self._width(), *self._accessibility()]
        self.faults += [f"{what}: {fault}" for fault in found]
        self._seen.add(what)
        self._gallery.take(self.page, what)

    def check(self, pages: int) -> None:
        """Fails with every fault; also if fewer pages were looked at than the test promises."""
        assert len(self._seen) == pages, sorted(self._seen)
        assert self.faults == [], "\n" + "\n".join(self.faults)

    def _policy(self, response: Response) -> None:
        if response.request.resource_type == "document" and "text/html" in response.headers.get("content-type", ""):
            policy = response.headers.get("content-security-policy", "")
            missing = [part for part in POLICY if part not in policy]
            if missing or "unsafe" in policy:
                self.faults.append(f"{response.url}: security policy {policy!r}")

    def _words(self) -> list[str]:
        faults, text = [], self.page.locator("body").inner_text()
        lang = self.page.locator("html").get_attribute("lang")
        if lang != self._screen.language:
            faults.append(f"lang is {lang}")
        if "MÔ PHỎNG / MOCK" not in text or "MÔ PHỎNG / MOCK" not in self.page.title():
            faults.append("does not say MÔ PHỎNG / MOCK")
        if self.page.locator("h1").count() != 1:
            faults.append("has not exactly one h1")
        return faults

    def _width(self) -> list[str]:
        """At its own width, at the other, and at the narrowest: words are as long as their language makes them."""
        size = self.page.viewport_size
        assert size
        faults = self._scrolls()
        for width in {NARROWEST, *(width for width, _ in WIDTHS.values())} - {size["width"]}:
            self.page.set_viewport_size({"width": width, "height": size["height"]})
            faults += self._scrolls()
        self.page.set_viewport_size(size)
        return faults

    def _scrolls(self) -> list[str]:
        wide = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        return [f"scrolls sideways at {wide[1]}: {wide[0]}"] if wide[0] > wide[1] else []

    def _accessibility(self) -> list[str]:
        """In light and in dark, with the whole page in view: what a sticky bar covers is a matter of scrolling."""
        size = self.page.viewport_size
        assert size
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        self.page.evaluate(self._axe)
        found = self._run({"type": "tag", "values": list(RULES)})
        if self._screen.width == "desktop":  # colours are the same at every width and in every language
            self._colours("dark")
            found += self._run({"type": "rule", "values": ["color-contrast"]})
            self._colours("light")
        self.page.set_viewport_size(size)
        return found

    def _colours(self, scheme: Literal["light", "dark"]) -> None:
        """Change over, with no colour on its way any more. Waiting for it takes frames, which may not come."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.evaluate(FINISH)

    def _run(self, only: dict[str, Any]) -> list[str]:
        script = "options => axe.run(document, options).then(found => JSON.stringify(found.violations))"
        options = {"runOnly": only, "resultTypes": ["violations"]}
        violations = json.loads(self.page.evaluate(script, options))
        return [
            f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:200]!r}"
            for one in violations
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"][:3]
        ]
