"""README's command and five lines for a client of one's own, followed word by word (but for the port)."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from chromium import PATIENCE
from journey import LAN, approve_sharing, give_password
from live import Demo
from playwright.sync_api import Browser, Route

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAM = """
import {{ createInterface }} from "node:readline/promises";
import * as client from "openid-client";
const [id, secret, redirect_uri] = {told};
{before}
console.log(url.href);
const {{ value }} = await createInterface({{ input: process.stdin }})[Symbol.asyncIterator]().next();
const callbackUrl = new URL(value);
{after}
console.log(JSON.stringify(tokens.claims()));
process.exit(0);
"""


def five_lines() -> tuple[str, str]:
    """What is run before the browser is sent away, and after it came back."""
    found = re.search(r"^```js\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert found
    lines = found[1].splitlines()
    assert len(lines) == 5
    at = next(number for number, line in enumerate(lines) if line.startswith("// send the browser"))
    return "\n".join(lines[:at]), "\n".join(lines[at:])


@pytest.mark.browser
@pytest.mark.node
@pytest.mark.xdist_group("guides")
def test_five_lines_sign_somebody_in(tmp_path: Path, node: Path, browser: Browser, sandbox: Demo) -> None:
    """Registered by README's command, with the secret it prints."""
    line = re.search(r"^\.venv/bin/mock-vneid (clients add .*)$", README, re.MULTILINE)
    assert line
    before, after = five_lines()
    (tmp_path / "node_modules").symlink_to(ROOT / "tests" / "node" / "node_modules")
    printed = sandbox.command(*shlex.split(line[1])).stdout
    told = re.findall(r"client_(?:id|secret) +(\S+)", printed)
    callback = re.search(r"--redirect-uri (\S+)", line[1])
    assert len(told) == 2
    assert callback
    program = PROGRAM.format(told=json.dumps([*told, callback[1]]), before=before, after=after)
    script = tmp_path / "five.mjs"
    script.write_text(program.replace("http://localhost:5000", sandbox.issuer), encoding="utf-8")
    process = subprocess.Popen([str(node), str(script)], stdin=-1, stdout=-1, stderr=-1, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        out, errors = process.communicate(come_back(browser, url, callback[1]) + "\n", timeout=60)
    finally:
        process.kill()
    assert out, errors
    claims = json.loads(out)
    assert claims["personal_id_number"] == LAN.number
    assert claims["identity_level"] == 2
    assert claims["iss"] == sandbox.issuer


def come_back(browser: Browser, url: str, callback: str) -> str:
    """Sign in and consent; the address that the browser is sent to in the end."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def answer(route: Route) -> None:
        route.fulfill(body="back")

    page.route(f"{callback}?**", answer)
    try:
        page.goto(url)
        give_password(page, LAN)
        approve_sharing(page)
        page.wait_for_url(f"{callback}?**")
        return page.url
    finally:
        context.close()
