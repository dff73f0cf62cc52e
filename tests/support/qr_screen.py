"""A screen that shows a QR code, and a hand that decides: what tests of QR sign-in are made of."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from accounts_place import Browser, Place
from flask import Response

from idp.accounts.qr_sign_in.service import QrSignIns
from idp.accounts.qr_sign_in.transactions import Outcome, Shown

PHONE, OTHER_PHONE = "a" * 32, "b" * 32
PHONE_ADDRESS = "198.51.100.9"
T = TypeVar("T")


@dataclass
class Screen:
    """A sign-in page, open in a browser, as its script reads it."""

    browser: Browser
    transaction_id: str
    code: str
    user_code: str
    number: int
    app_url: str

    def state(self, browser: Browser | None = None) -> Response:
        """What the script is told; `browser` asks instead of the one that shows the code."""
        return (browser or self.browser).get(f"/sign-in/qr/{self.transaction_id}/state")

    def finish(self, browser: Browser | None = None) -> Response:
        return (browser or self.browser).submit(f"/sign-in/qr/{self.transaction_id}/finish")


def read(browser: Browser, page: str) -> Screen:
    """The panel of a page."""

    def part(pattern: str) -> str:
        found = re.search(pattern, page)
        assert found, pattern
        return html.unescape(found[1])

    app_url = part(r'href="([^"]+)"[^>]*data-testid="qr-open-app"')
    return Screen(
        browser=browser,
        transaction_id=part(r'data-state-url="/sign-in/qr/([0-9a-f]{32})/state"'),
        code=app_url.partition("#")[2],
        user_code=part(r'data-testid="qr-code-text">([^<]+)<'),
        number=int(part(r'data-testid="qr-number">(\d+)<')),
        app_url=app_url,
    )


def show(browser: Browser, **asked: object) -> Screen:
    """Somebody is sent to the sign-in page, and sees the code there."""
    return read(browser, browser.get(browser.ask(**asked)).text)


@dataclass
class Hand:
    """Somebody with her phone, at the service's own door: no pages, no signatures."""

    place: Place
    persona: str = "lan"
    device_id: str = PHONE

    @property
    def sign_ins(self) -> QrSignIns:
        return QrSignIns(self.place.services)

    @property
    def subject(self) -> str:
        return self.place.subjects[self.persona]

    def scan(self, screen: Screen, code: str = "") -> Shown:
        now = self.place.clock.now()
        return self.sign_ins.scan(code or screen.code, self.subject, self.device_id, PHONE_ADDRESS, now)

    def decide(
        self, screen: Screen, shown: Shown, decision: str = "approve", number: int | None = None, digest: str = ""
    ) -> Outcome:
        return self.sign_ins.decide(
            screen.transaction_id, subject=self.subject, device_id=self.device_id, decision=decision,
            number=screen.number if number is None else number, request_hash=digest or shown.request_hash,
            now=self.place.clock.now(),
        )  # fmt: skip

    def approve(self, screen: Screen) -> Outcome:
        return self.decide(screen, self.scan(screen))


def at_once(acts: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """All at the same time; what each returned, or how it failed."""

    def one(act: Callable[[], T]) -> T | Exception:
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))
