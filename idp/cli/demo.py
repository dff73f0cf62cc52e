"""`mock-vneid demo`: provider and portal, two processes, seeded; ends both when one ends or on Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import replace

from idp.app import create_app
from idp.cli.errors import CommandError
from idp.cli.personas import table, terminal_language
from idp.cli.processes import Forked, Process, Spawned
from idp.cli.provision import Provisioned, make_keys, provision
from idp.clock import SystemClock
from idp.config import Config
from idp.serving import Server

READY_WITHIN = 30.0  # seconds
CLIENT_NOTES = {
    "demo-portal": "the portal itself (private_key_jwt)",
    "demo-spa": "public, PKCE; http://127.0.0.1:ANY-PORT/callback",
    "demo-confidential": "client_secret_basic; http://localhost:8080/callback",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print the two addresses only")


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where a part does not start or ends by itself."""
    config = replace(config, demo=True)
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), _stopping() as processes:
        made = _start(config, processes)
        _wait_until_ready(processes, (f"{config.issuer}/.well-known/openid-configuration", config.portal_url))
        _announce(config, made, quiet=args.quiet)
        _watch(processes)
    return 0


def _start(config: Config, processes: dict[str, Process]) -> Provisioned:
    """The portal starts while tables and test citizens are made; the provider is forked from what is loaded."""
    make_keys(config, SystemClock().now())
    processes["portal"] = Spawned([sys.executable, "-m", "demo_client"], _portal_environment(config))
    made = provision(config)
    processes["provider"] = Forked(Server(lambda: create_app(config), config.host, config.port).run)
    return made


def _portal_environment(config: Config) -> Mapping[str, str]:
    own = {
        "PORTAL_PORT": str(config.portal_port),
        "PORTAL_ISSUER": config.issuer,
        "PORTAL_DATA_DIR": str(config.data_dir),
        "PORTAL_KEYS": str(config.keys_dir / "portal" / "client-keys.json"),
        "PORTAL_ROOT": str(config.keys_dir / "root.pem"),
    }
    # What the person set herself stays.
    return {**own, **os.environ, "PORTAL_PORT": own["PORTAL_PORT"]}


def _wait_until_ready(processes: Mapping[str, Process], urls: tuple[str, ...]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    for url in urls:
        while not _answers(url):
            _check_alive(processes, "did not start")
            if time.monotonic() > deadline:
                raise CommandError(f"{url} does not answer after {READY_WITHIN:.0f} s; see above")
            time.sleep(0.02)


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:  # our own address
            return bool(response.status == 200)
    except OSError:
        return False


def _announce(config: Config, made: Provisioned, *, quiet: bool) -> None:
    lang = terminal_language()
    if not quiet:
        print(table(made.personas, lang))
        print("\n" + "\n".join(_client_lines(made)))
    print(f"\n  MÔ PHỎNG / MOCK: ready {_since_process_start():.1f} s after start. Stop with Ctrl-C.\n")
    print(f"  Cổng dịch vụ công / portal   {config.portal_url}")
    print(f"  Định danh điện tử / e-ID     {config.issuer}", flush=True)


def _client_lines(made: Provisioned) -> Iterator[str]:
    for client in made.clients:
        secret = f"  secret {client.secret} (shown once)" if client.secret else ""
        yield f"  client {client.client_id:<18} {CLIENT_NOTES.get(client.client_id, '')}{secret}"


def _since_process_start() -> float:
    """Seconds since the operating system started this process; falls back to CPU time where it does not tell."""
    try:
        fields = open(f"/proc/{os.getpid()}/stat").read().rpartition(")")[2].split()  # noqa: SIM115
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, AttributeError):
        return time.process_time()


def _watch(processes: Mapping[str, Process]) -> None:
    while True:
        _check_alive(processes, "ended")
        time.sleep(0.2)


def _check_alive(processes: Mapping[str, Process], what: str) -> None:
    for name, process in processes.items():
        code = process.exit_code()
        if code is not None:
            raise CommandError(f"the {name} {what} (exit {code}); see above. The other one is stopped.")


@contextlib.contextmanager
def _stopping() -> Iterator[dict[str, Process]]:
    processes: dict[str, Process] = {}
    try:
        yield processes
    finally:
        for process in processes.values():
            process.stop()
        for process in processes.values():
            process.wait(5)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
