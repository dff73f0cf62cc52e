"""The examples of the guide to connecting a client, run as they stand (but for port and folder) in a browser."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from chromium import PATIENCE
from journey import HOA, LAN, MINH, approve_sharing, fill, press, sign_in
from live import Demo, demo, free_ports, running
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("guides")]
ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "guides" / "connect-a-client.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("guides"), {}) as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="vi-VN")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


class Service:
    """A service made of the guide's files, in a folder and on a port of its own."""

    def __init__(self, folder: Path, sandbox: Demo) -> None:
        self.folder, self.sandbox, self.port = folder, sandbox, free_ports(1)[0]
        self.url = f"http://localhost:{self.port}"

    def save(self, name: str) -> Path:
        found = re.search(rf"`{re.escape(name)}`:\n\n```\w+\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
        assert found, name
        source = found.group(1).replace("8080", str(self.port))
        for file in ("private.json", "jwks.json"):
            source = source.replace(f'"{file}"', json.dumps(str(self.folder / file)))
        (self.folder / name).write_text(source, encoding="utf-8")
        return self.folder / name

    def register(self, with_key: bool) -> dict[str, str]:
        """By the guide's own command line; returns the settings that it tells to export."""
        lines = re.findall(r"mock-vneid (clients add \\\n(?: .*\n)+)", GUIDE)
        (line,) = (each for each in lines if ("--jwks" in each) == with_key)
        told = shlex.split(line.replace("\\\n", " ").replace("8080", str(self.port)))
        options = [str(self.folder / word) if word == "jwks.json" else word for word in told]
        done = self.sandbox.command(*options, "--json")
        assert done.returncode == 0, done.stderr
        made = json.loads(done.stdout)
        return {
            "CLIENT_ID": made["client_id"],
            "CLIENT_SECRET": made["client_secret"],
            "ISSUER": self.sandbox.issuer,
            "ROOT": str(self.sandbox.keys_dir / "root.pem"),
        }

    def run(self, command: list[str], settings: dict[str, str]) -> AbstractContextManager[None]:
        return running(command, settings, [self.url], self.folder / "service.log")


@pytest.fixture
def service(tmp_path: Path, sandbox: Demo) -> Service:
    return Service(tmp_path, sandbox)


def test_signing_in_with_authlib(service: Service, page: Page) -> None:
    """Level 2 gets in; level 1, with the same two factors, is told why not."""
    settings = service.register(with_key=False)
    with service.run([sys.executable, str(service.save("client.py"))], settings):
        page.goto(f"{service.url}/sign-in")
        sign_in(page, LAN)
        approve_sharing(page)
        expect(page.locator("body")).to_contain_text("Signed in: Nguyễn Thị Mai Lan")
        page.context.clear_cookies()
        page.goto(f"{service.url}/sign-in")
        sign_in(page, HOA)
        approve_sharing(page)
        expect(page.locator("body")).to_contain_text("needs an account of identity level 2")


@pytest.mark.node
def test_signing_in_with_openid_client(service: Service, page: Page, node: Path) -> None:
    """The same with Node."""
    (service.folder / "node_modules").symlink_to(ROOT / "tests" / "node" / "node_modules")
    settings = service.register(with_key=False)
    with service.run([str(node), str(service.save("client.mjs"))], settings):
        page.goto(f"{service.url}/sign-in")
        sign_in(page, LAN)
        approve_sharing(page)
        expect(page.locator("body")).to_contain_text("Signed in: Nguyễn Thị Mai Lan")


def test_asking_for_a_document(service: Service, page: Page) -> None:
    """Handed over, verified and told; an empty wallet is access_denied."""
    service.save("client.py")
    subprocess.run([sys.executable, str(service.save("make_key.py"))], check=True)
    settings = service.register(with_key=True)
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
