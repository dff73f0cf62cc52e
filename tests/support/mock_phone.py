"""The simulated phone as a test of somebody else's portal calls it, and the way to the sign-in page."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

from journey import LAN, LICENCE, Citizen, choose_procedure, open_portal, press, see, text_of
from live import Demo
from playwright.sync_api import Page, expect


def to_sign_in(page: Page, sandbox: Demo, language: str = "vi") -> None:
    """The portal sends her to the sign-in page, which shows a code."""
    open_portal(page, sandbox, language)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    see(page, "qr-panel")


def call(sandbox: Demo, action: str, page: Page, citizen: Citizen = LAN, **more: object) -> dict[str, object]:
    """One REST call with the code that the page shows."""
    body = {"code": text_of(page, "qr-code-text"), "person": citizen.number, **more}
    request = urllib.request.Request(
        f"{sandbox.issuer}/mock/phone/{action}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            found: dict[str, object] = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            found = json.load(error)
    return found


def expect_state(page: Page, state: str) -> None:
    expect(page.get_by_test_id("qr-state")).to_have_attribute("data-state", state)
