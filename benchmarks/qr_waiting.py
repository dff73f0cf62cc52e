"""Password sign-in while many sign-in pages wait for a QR scan: its latency beside the idle one's, in one run.

The default server (`mock-vneid serve`) with default argon2id parameters. Every waiting page is what a browser has
open: its own session, its own code, a kept-alive connection, a look every 1.5 to 2.5 s at random, a new code every
120 s. Idle and waiting are measured in turn (idle, waiting, idle, waiting ...), so that a slow minute of the machine
falls on both.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
CHANCE = random.SystemRandom()
LIFETIME = 120  # seconds that a code is good for
NUMBER, PASSWORD = "065190000101", "MoPhong@2026"
STATE = re.compile(r'data-state-url="([^"]+)"')
RENEW = re.compile(r'data-renew-url="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Waiting:
    """What the waiting pages met: how many looks, the slowest of them, and any that failed."""

    looks: int = 0
    renewals: int = 0
    failures: int = 0
    seconds: list[float] = field(default_factory=list)


class Page:
    """One open sign-in page."""

    def __init__(self, port: int, waiting: Waiting) -> None:
        self.port, self.waiting = port, waiting
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.cookie = self.state = self.renew = self.token = ""

    async def open(self) -> None:
        headers, body = await self._ask("GET", "/sign-in")
        self.cookie = headers["set-cookie"].partition(";")[0]
        self._read(body)

    async def wait(self, over: asyncio.Event) -> None:
        """Look, rest, look again, as the page's script does."""
        renew_at = time.monotonic() + CHANCE.uniform(0, LIFETIME)  # as pages opened one after another
        await asyncio.sleep(CHANCE.uniform(0, 2.5))
        while not over.is_set():
            started = time.perf_counter()
            _, body = await self._ask("GET", self.state)
            self.waiting.seconds.append(time.perf_counter() - started)
            self.waiting.looks += 1
            if '"waiting"' not in body or time.monotonic() > renew_at:
                renew_at = time.monotonic() + LIFETIME
                _, fresh = await self._ask("POST", self.renew)
                self._read(fresh)
                self.waiting.renewals += 1
            await asyncio.sleep(CHANCE.uniform(1.5, 2.5))

    def _read(self, body: str) -> None:
        state, renew, token = (pattern.search(body) for pattern in (STATE, RENEW, TOKEN))
        assert state, body[:500]
        assert renew
        assert token
        self.state, self.renew, self.token = state[1], unescape(renew[1]), token[1]

    async def _ask(self, method: str, path: str) -> tuple[Mapping[str, str], str]:
        for _ in range(3):  # the server may close a connection that was kept: a browser opens another one
            with suppress(OSError, asyncio.IncompleteReadError):
                return await self._once(method, path)
            self.streams = None
        self.waiting.failures += 1
        raise OSError(f"{path} does not answer")

    async def _once(self, method: str, path: str) -> tuple[Mapping[str, str], str]:
        reader, writer = self.streams = self.streams or await asyncio.open_connection("127.0.0.1", self.port)
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Cookie: {self.cookie}"]
        if method == "POST":
            lines += [f"X-CSRF-Token: {self.token}", "Content-Length: 0"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        assert " 200 " in head[0], head[0]
        if headers.get("connection") == "close":
            writer.close()
            self.streams = None
        return headers, body.decode()


def sign_in(port: int) -> float:
    """Seconds from sending number and password to the answer; the page with the form is fetched before."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    cookie, body = (page.getheader("Set-Cookie") or "").partition(";")[0], page.read().decode()
    token = TOKEN.search(body)
    assert token
    form = urlencode({"csrf_token": token[1], "number": NUMBER, "password": PASSWORD})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    connection.request("POST", "/sign-in", form, headers)
    answer = connection.getresponse()
    answer.read()
    seconds = time.perf_counter() - started
    assert answer.status == 303, answer.status
    connection.close()
    return seconds


async def measure(port: int, count: int) -> list[float]:
    """One sign-in after another, in a thread of its own."""
    found = []
    for _ in range(count):
        found.append(await asyncio.to_thread(sign_in, port))
        await asyncio.sleep(CHANCE.uniform(0.05, 0.15))
    return found


async def run(port: int, pages: int, rounds: int, count: int) -> tuple[list[float], list[float], Waiting]:
    idle: list[float] = []
    busy: list[float] = []
    waiting = Waiting()
    await measure(port, 5)  # warm
    opened = [Page(port, waiting) for _ in range(pages)]
    for page in opened:
        await page.open()
    for _ in range(rounds):
        idle += await measure(port, count)
        over = asyncio.Event()
        tasks = [asyncio.create_task(page.wait(over)) for page in opened]
        await asyncio.sleep(3)  # until all of them look
        busy += await measure(port, count)
        over.set()
        await asyncio.gather(*tasks)
    return idle, busy, waiting


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "IDP_PORT": str(port),
        "IDP_KEYS_DIR": str(folder / "keys"), "IDP_DATA_DIR": str(folder / "var"),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "idp.cli", "serve"], env=environment, cwd=folder, stdout=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    while True:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process, port
        assert process.poll() is None, "the server ended"
        time.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500, help="sign-in pages that wait (default 500)")
    parser.add_argument("--rounds", type=int, default=3, help="idle and waiting, this often (default 3)")
    parser.add_argument("-n", type=int, default=20, help="password sign-ins in each (default 20)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        process, port = serve(Path(name))
        try:
            idle, busy, waiting = asyncio.run(run(port, given.pages, given.rounds, given.n))
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)
    print(f"password sign-in (ms){'':12}{'median':>9}{'p95':>9}{'max':>9}")
    for label, values in (("idle", idle), (f"{given.pages} pages waiting", busy)):
        worst = statistics.quantiles(values, n=20)[-1]
        print(f"{label:33}{statistics.median(values) * 1e3:9.1f}{worst * 1e3:9.1f}{max(values) * 1e3:9.1f}")
    print(f"{'ratio of the medians':33}{statistics.median(busy) / statistics.median(idle):9.2f}")
    looks = statistics.quantiles(waiting.seconds, n=20)
    print(f"looks {waiting.looks}, median {looks[9] * 1e3:.1f} ms, p95 {looks[-1] * 1e3:.1f} ms; "
          f"codes renewed {waiting.renewals}, failures {waiting.failures}")  # fmt: skip


if __name__ == "__main__":
    main()
