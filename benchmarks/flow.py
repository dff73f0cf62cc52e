"""Server CPU of one whole code flow: ours, on SQLite, beside npm oidc-provider with its in-memory store, in one run.

A flow is what one new browser and one client do: authorization request, sign-in page, sign-in with number and
password, consent page, consent, code, token request, UserInfo. Both servers get it in turn (A B A B ...), over
kept-alive connections, from the client below; both clients are registered alike (PKCE, client_secret_basic, RS256).
Each single request that machines repeat is measured in the same way.

CPU is user and system time of the whole process tree, as the kernel accounts for it. Ours is `mock-vneid serve` in
every default but one: argon2id has its smallest parameters, so that the password hash, which the peer does not have,
is left out of the figure; what a hash with the default parameters takes is measured beside it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from browser import FORM_TYPE, Answer, Connection
from startup import DISCOVERY, ROOT, free_port, tree

CALLBACK = "http://localhost:9/callback"
NUMBER, PASSWORD = "065190000101", "MoPhong@2026"
SMALLEST = {"IDP_ARGON2_TIME_COST": "1", "IDP_ARGON2_MEMORY_COST": "8"}


@dataclass
class Side:
    """One of the two servers, and the client that is registered there. `sign_in` and `consent`: its two pages."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    client_id: str
    secret: str
    sign_in: Callable[[Connection, Answer], Answer]
    consent: Callable[[Connection, Answer], Answer]
    endpoints: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.backend = Connection(self.port)
        found = json.loads(self.backend.ask("GET", DISCOVERY).body)
        for name in ("authorization", "token", "userinfo"):
            self.endpoints[name] = urlsplit(found[f"{name}_endpoint"]).path
        self.endpoints["jwks"] = urlsplit(found["jwks_uri"]).path
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        self.authorization = {"Authorization": f"Basic {basic}", **FORM_TYPE}

    def flow(self, scope: str = "openid profile") -> dict[str, str]:
        """One whole flow; returns the token response. Consent is asked for each time, given before or not."""
        browser, verifier = Connection(self.port), secrets.token_urlsafe(32)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        query = urlencode({
            "client_id": self.client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": scope,
            "state": secrets.token_urlsafe(16), "nonce": secrets.token_urlsafe(16),
            "code_challenge": challenge, "code_challenge_method": "S256", "prompt": "consent",
        })  # fmt: skip
        asked = browser.follow(browser.page("GET", f"{self.endpoints['authorization']}?{query}"))
        done = self.consent(browser, self.sign_in(browser, asked))
        code = parse_qs(urlsplit(done.headers["Location"]).query)["code"][0]
        tokens = self.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK, code_verifier=verifier)
        self.userinfo(tokens["access_token"])
        browser.close()
        return tokens

    def token(self, **form: str) -> dict[str, str]:
        answer = self.backend.ask("POST", self.endpoints["token"], urlencode(form), **self.authorization)
        assert answer.status == 200, answer.body
        found: dict[str, str] = json.loads(answer.body)
        assert found["id_token"]
        return found

    def userinfo(self, token: str) -> None:
        answer = self.backend.ask("GET", self.endpoints["userinfo"], Authorization=f"Bearer {token}")
        assert answer.status == 200, answer.body
        assert json.loads(answer.body)["sub"]

    def get(self, path: str) -> None:
        assert self.backend.ask("GET", path).status == 200

    def cpu(self) -> float:
        """Seconds of CPU that the process tree's threads have used, by the scheduler's own count (nanoseconds).

        Neither server ends a thread while it is measured; what one had used would be missed.
        """
        threads = (Path(f"/proc/{each}/task").glob("*/schedstat") for each in tree(self.process.pid))
        return sum(int(stat.read_text().split()[0]) for found in threads for stat in found) / 1e9


@dataclass
class Measured:
    """Milliseconds of server CPU and of waiting for each of a round's repetitions."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def add(self, side: Side, act: Callable[[], object], count: int) -> None:
        cpu, wall = side.cpu(), time.perf_counter()
        for _ in range(count):
            act()
        self.wall.append((time.perf_counter() - wall) / count * 1e3)
        self.cpu.append((side.cpu() - cpu) / count * 1e3)


def actions(side: Side) -> Mapping[str, tuple[Callable[[], object], int]]:
    """What is measured, and how often it is done in proportion to flows."""
    kept = side.flow("openid profile offline_access")

    def refresh() -> None:
        found = side.token(grant_type="refresh_token", refresh_token=kept["refresh_token"])
        kept.update(found)

    return {
        "code flow": (side.flow, 1),
        "discovery": (lambda: side.get(DISCOVERY), 10),
        "JWKS": (lambda: side.get(side.endpoints["jwks"]), 10),
        "token (refresh)": (refresh, 4),
        "userinfo": (lambda: side.userinfo(kept["access_token"]), 6),
    }


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], folder: Path, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, cwd=folder, stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("ab"), start_new_session=True,
    )  # fmt: skip
    try:
        while True:
            with suppress(OSError, AssertionError):  # a port that nobody has may answer to itself
                assert Connection(port).ask("GET", DISCOVERY).status == 200
                break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.02)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


@contextmanager
def ours(folder: Path) -> Iterator[Side]:
    port = free_port()
    environment = {
        "IDP_PORT": str(port), "IDP_KEYS_DIR": str(folder / "keys"), "IDP_DATA_DIR": str(folder / "var"),
        "PYTHONPATH": str(ROOT), **SMALLEST,
    }  # fmt: skip
    command = [sys.executable, "-m", "idp.cli"]
    subprocess.run([*command, "seed"], env={**os.environ, **environment}, cwd=folder, check=True, capture_output=True)
    made = subprocess.run(
        [*command, "clients", "add", "--json", "--name-vi", "Đo", "--name-en", "Bench", "--redirect-uri", CALLBACK,
         "--scope", "openid profile offline_access"],
        env={**os.environ, **environment}, cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    client = json.loads(made.stdout)
    with running([*command, "serve"], environment, folder, port) as process:
        yield Side(
            "mock-vneid", port, process, client["client_id"], client["client_secret"],
            lambda browser, page: browser.send(page, "password", number=NUMBER, password=PASSWORD),
            lambda browser, page: browser.send(page, "decision", decision="approve"),
        )  # fmt: skip


@contextmanager
def peer(folder: Path) -> Iterator[Side]:
    node = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert node, "no Node: run make bench"
    port = free_port()
    command = [node, str(ROOT / "tests/node/scripts/oidc_provider_server.mjs"), str(port)]
    with running(command, {"NODE_ENV": "production"}, folder, port) as process:
        yield Side(
            "oidc-provider", port, process, "bench", "bench-secret-bench-secret-bench-secret",
            lambda browser, page: browser.send(page, "login", login="somebody", password="any"),
            lambda browser, page: browser.send(page, "prompt"),
        )  # fmt: skip


def hash_seconds(count: int = 20) -> float:
    """CPU that checking a password takes with the parameters of a real installation."""
    from idp.accounts.hashing import SecretHasher
    from idp.config import Argon2

    hasher = SecretHasher(Argon2())
    stored = hasher.hash(PASSWORD)
    started = time.process_time()
    for _ in range(count):
        assert hasher.verify(stored, PASSWORD)
    return (time.process_time() - started) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=60, help="flows in each round (default 60)")
    parser.add_argument("--rounds", type=int, default=7, help="counted rounds of each side, in turn (default 7)")
    parser.add_argument("--warm", type=int, default=200, help="flows before anything is counted (default 200)")
    parser.add_argument("--only", default="", help="measure this alone, such as 'code flow'")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / each for each in ("ours", "peer")]
        for folder in folders:
            folder.mkdir()
        with ours(folders[0]) as a, peer(folders[1]) as b:
            sides = (a, b)
            for side in sides:
                for _ in range(given.warm):
                    side.flow()
            todo = [actions(side) for side in sides]
            names = [each for each in todo[0] if given.only in ("", each)]
            found = {each: (Measured(), Measured()) for each in names}
            for _ in range(given.rounds):
                for each in names:
                    for side, can, measured in zip(sides, todo, found[each], strict=True):
                        act, often = can[each]
                        measured.add(side, act, given.n * often)
    report(found, given.rounds)
    print(f"\none password hash with the default argon2id parameters: {hash_seconds() * 1e3:.1f} ms, left out above")


def report(found: Mapping[str, tuple[Measured, Measured]], rounds: int) -> None:
    print(f"medians of {rounds} rounds; ms of server CPU each, and how many a second one at a time")
    print(f"{'':18}{'mock-vneid':>12}{'oidc-provider':>15}{'ratio':>8}{'(min - max)':>15}{'ours/s':>9}{'peer/s':>9}")
    for name, (one, other) in found.items():
        ratios = [x / y for x, y in zip(one.cpu, other.cpu, strict=True)]
        spread = f"({min(ratios):.2f} - {max(ratios):.2f})"
        a, b = (statistics.median(each.cpu) for each in (one, other))
        ours_s, peer_s = (1e3 / statistics.median(each.wall) for each in (one, other))
        print(f"{name:18}{a:12.2f}{b:15.2f}{statistics.median(ratios):8.2f}{spread:>15}{ours_s:9.0f}{peer_s:9.0f}")


if __name__ == "__main__":
    main()
