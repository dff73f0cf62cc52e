"""Real servers for tests: started as a user starts them, on free ports, ended afterwards."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
START_WITHIN = 60.0  # seconds; a loaded CI machine is slow, a laptop needs two
CLERK_PASSWORD = "clerk-of-the-tests"
FAST_ARGON2 = {"IDP_ARGON2_TIME_COST": "1", "IDP_ARGON2_MEMORY_COST": "8"}


@dataclass(frozen=True)
class Demo:
    """A running demo: its addresses and its folders."""

    issuer: str
    portal: str
    keys_dir: Path
    data_dir: Path
    environment: Mapping[str, str]

    def command(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run `mock-vneid ARGUMENTS` against this demo's folders."""
        return subprocess.run(
            [sys.executable, "-m", "idp.cli", *arguments],
            env={**os.environ, **self.environment},
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def free_ports(count: int) -> list[int]:
    """Ports that are free now, and stay so: from below the range that the system gives to connections."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            found += {port}.difference(found)
    return found


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], urls: list[str], log: Path, folder: Path = ROOT
) -> Iterator[None]:
    """Run `command` until the block ends; the block starts when all `urls` answer 200."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + START_WITHIN
            while not all(answers(url) for url in urls):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, f"not ready: {log.read_text(encoding='utf-8')}"
                time.sleep(0.05)
            yield
        finally:
            _stop(process)


@contextmanager
def demo(folder: Path, environment: Mapping[str, str], *arguments: str, ports: Sequence[int] = ()) -> Iterator[Demo]:
    """`mock-vneid demo ARGUMENTS` in `folder`, with its own keys and databases."""
    provider, portal = ports or free_ports(2)
    issuer, portal_url = f"http://localhost:{provider}", f"http://localhost:{portal}"
    settings = {
        "IDP_PORT": str(provider),
        "PORTAL_PORT": str(portal),
        "IDP_KEYS_DIR": str(folder / "keys"),
        "IDP_DATA_DIR": str(folder / "var"),
        "PORTAL_DATA_DIR": str(folder / "var"),
        "PORTAL_CLERK_PASSWORD": CLERK_PASSWORD,
        "MOCK_VNEID_TRUST_DIR": str(folder / "keys"),
        **FAST_ARGON2,
        **environment,
    }
    urls = [f"{issuer}/.well-known/openid-configuration", portal_url]
    folder.mkdir(parents=True, exist_ok=True)
    with running([sys.executable, "-m", "idp.cli", "demo", *arguments], settings, urls, folder / "demo.log"):
        yield Demo(issuer, portal_url, folder / "keys", folder / "var", settings)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise AssertionError("the demo did not end when asked to") from None
    with suppress(ProcessLookupError):  # the wheel's `node` starts the real one and does not pass the signal on
        os.killpg(process.pid, signal.SIGKILL)
