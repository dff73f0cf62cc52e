"""Process start to the first 200 on discovery, and idle memory: ours beside npm oidc-provider, in one run.

The two are started in turn (A B A B ...), each alone on the machine. Memory is the sum over the process tree
of the proportional set size (PSS), so that pages shared by parent and worker count once.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DISCOVERY = "/.well-known/openid-configuration"
SETTLE = 2.0  # seconds of idling before memory is read
# The warm-up leaves compiled modules behind, as a first start anywhere does; some environments forbid it.
INHERITED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Run:
    seconds: float
    megabytes: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in tree(int(child)))]


def megabytes(pid: int) -> float:
    total = 0
    for each in tree(pid):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def measure(command: Sequence[str], environment: Mapping[str, str], port: int, folder: Path) -> Run:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**INHERITED, **environment},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while True:
            try:
                with opener.open(f"http://127.0.0.1:{port}{DISCOVERY}", timeout=5) as response:
                    assert response.status == 200
                    break
            except OSError:
                assert process.poll() is None, f"{command[0]} ended"
                time.sleep(0.005)
        seconds = time.perf_counter() - started
        time.sleep(SETTLE)
        return Run(seconds, megabytes(process.pid))
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def ours(folder: Path) -> Run:
    port = free_port()
    environment = {
        "IDP_PORT": str(port),
        "IDP_KEYS_DIR": str(folder / "keys"),
        "IDP_DATA_DIR": str(folder / "var"),
        "PYTHONPATH": str(ROOT),
    }
    return measure([sys.executable, "-m", "idp.cli", "serve"], environment, port, folder)


def peer(folder: Path) -> Run:
    node = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert node, "no Node: run make bench"
    port = free_port()
    script = ROOT / "tests/node/scripts/oidc_provider_server.mjs"
    return measure([node, str(script), str(port)], {}, port, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="counted runs of each, after one warm-up")
    runs = parser.parse_args().n
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**INHERITED, "IDP_KEYS_DIR": str(folder / "keys"), "IDP_DATA_DIR": str(folder / "var")}
        subprocess.run(
            [sys.executable, "-m", "idp.cli", "seed"],
            env=environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        pairs = [(ours(folder), peer(folder)) for _ in range(runs + 1)][1:]
    print(f"{'':28}{'median':>9}{'min':>9}{'max':>9}")
    for label, values in (
        ("mock-vneid start (s)", [a.seconds for a, _ in pairs]),
        ("oidc-provider start (s)", [b.seconds for _, b in pairs]),
        ("start, ratio", [a.seconds / b.seconds for a, b in pairs]),
        ("mock-vneid idle (MB PSS)", [a.megabytes for a, _ in pairs]),
        ("oidc-provider idle (MB PSS)", [b.megabytes for _, b in pairs]),
        ("idle, ratio", [a.megabytes / b.megabytes for a, b in pairs]),
    ):
        print(f"{label:28}{statistics.median(values):9.2f}{min(values):9.2f}{max(values):9.2f}")


if __name__ == "__main__":
    main()
