"""The example that asks for a document, run as it stands (but for port and folder) in a browser.

The guides to signing in are followed in tests/clients, each with its library.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import PATIENCE
from guide_service import Service
from journey import LAN, MINH, approve_sharing, fill, press, sign_in
from live import Demo
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("guides")]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="vi-VN")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


def test_asking_for_a_document(tmp_path: Path, sandbox: Demo, page: Page) -> None:
    """Handed over, verified and told; an empty wallet is access_denied."""
    service = Service(tmp_path, sandbox, "connect-a-client.md")
    service.save("client.py", "python-authlib-flask.md")
    subprocess.run([sys.executable, str(service.save("make_key.py"))], cwd=service.folder, check=True)
    settings = service.register(holding="--jwks", without="")
    with service.run([sys.executable, str(service.save("ask_document.py"))], settings):
        for citizen in (LAN, MINH):
            page.context.clear_cookies()
            page.goto(f"{service.url}/sign-in")
            sign_in(page, citizen)
            approve_sharing(page)
            expect(page.locator("body")).to_contain_text("Signed in")
            page.goto(f"{service.url}/documents")
            page.get_by_role("link").click()
            if citizen is LAN:
                fill(page, "consent-passcode", citizen.passcode)
                press(page, "consent-approve")
                expect(page.locator("body")).to_contain_text("Nguyễn Thị Mai Lan: không có án tích")
            else:
                press(page, "presentation-decline")
                expect(page.locator("body")).to_contain_text("Not handed over: access_denied")
