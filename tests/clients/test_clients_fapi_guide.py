"""The guide to FAPI 2.0, followed as it stands: its key, its command lines and its program, plain and signed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
import requests
from guide_service import Service, page_text
from journey import LAN
from live import ROOT, Demo
from plain_browser import PlainBrowser

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("guides")]
PAGE = "fapi-par-dpop.md"


@contextmanager
def program(service: Service, node: Path, settings: dict[str, str], *words: str) -> Iterator[IO[str]]:
    """What it prints, line by line; it ends by itself once the browser came back."""
    process = subprocess.Popen(
        [str(node), "fapi.mjs", *words], cwd=service.folder, env={**os.environ, **settings},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout
        process.wait(60)
    finally:
        process.kill()
        process.communicate()


def test_both_profiles(sandbox: Demo, node: Path, person: PlainBrowser, tmp_path: Path) -> None:
    """Signed in with a bound token, which is nothing without its key; then signed messages, which are demanded."""
    service = Service(tmp_path, sandbox, PAGE)
    (tmp_path / "node_modules").symlink_to(ROOT / "tests" / "node" / "node_modules")
    subprocess.run([str(node), str(service.save("make_key.mjs"))], cwd=tmp_path, check=True, timeout=60)
    service.save("fapi.mjs")
    settings = service.register(without="")
    assert settings["CLIENT_SECRET"] == ""
    (edit,) = re.findall(r"mock-vneid (clients edit .*)", page_text(PAGE))
    person.stop = f"http://127.0.0.1:{service.port}/callback"
    for words in ((), ("--message-signing",)):
        with program(service, node, settings, *words) as printed:
            url = printed.readline().strip()
            assert set(re.findall(r"[?&](\w+)=", url)) == {"client_id", "request_uri"}, url + printed.read()
            person.open(url)
            if not words:
                person.sign_in(LAN)
            assert ("response=" in person.stopped) is bool(words), person.page.text[:500]
            assert requests.get(person.stopped, timeout=30).ok
            told = [printed.readline().strip(), printed.readline().strip()]
        assert told[0].lower().startswith("dpop: "), told
        assert told[1] == "as a bearer token: 401"
        person.stopped = ""
        if not words:
            done = sandbox.command(*shlex.split(edit.replace("$CLIENT_ID", settings["CLIENT_ID"])))
            assert done.returncode == 0, done.stderr
    with program(service, node, settings) as printed:
        assert "invalid_request" in printed.read()
