"""`mock-vneid demo`: provider and portal, two processes, seeded; ends both when one ends or on Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace

from idp.cli.errors import CommandError
from idp.cli.provision import Provisioned, provision
from idp.config import Config

READY_WITHIN = 30.0  # seconds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print the two addresses only")


def run(args: argparse.Namespace, config: Config) -> int:
    started = time.monotonic()
    config = replace(config, demo=True)
    made = provision(config)
    signal.signal(signal.SIGTERM, _interrupt)
    processes = _start(config)
    try:
        _wait_until_ready(processes, (f"{config.issuer}/.well-known/openid-configuration", config.portal_url))
        _announce(config, made, time.monotonic() - started, quiet=args.quiet)
        return _watch(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(processes)


def _start(config: Config) -> dict[str, subprocess.Popen[bytes]]:
    environment = {**os.environ, **_environment(config)}
    commands = {
        "provider": [sys.executable, "-m", "idp.cli", "serve", "--provisioned"],
        "portal": [sys.executable, "-m", "demo_client"],
    }
    # A group of their own: Ctrl-C reaches this process alone, which then ends both in order.
    return {
        name: subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
        for name, command in commands.items()
    }


def _environment(config: Config) -> Mapping[str, str]:
    return {
        "IDP_DEMO": "1",
        "IDP_PORT": str(config.port),
        "PORTAL_PORT": str(config.portal_port),
        "PORTAL_ISSUER": config.issuer,
        "PORTAL_DATA_DIR": os.environ.get("PORTAL_DATA_DIR", str(config.data_dir)),
        "PORTAL_KEYS": os.environ.get("PORTAL_KEYS", str(config.keys_dir / "portal" / "client-keys.json")),
        "PORTAL_ROOT": os.environ.get("PORTAL_ROOT", str(config.keys_dir / "root.pem")),
    }


def _wait_until_ready(processes: Mapping[str, subprocess.Popen[bytes]], urls: tuple[str, ...]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    for url in urls:
        while not _answers(url):
            for name, process in processes.items():
                if process.poll() is not None:
                    raise CommandError(f"the {name} did not start (exit {process.returncode}); see above")
            if time.monotonic() > deadline:
                raise CommandError(f"{url} does not answer after {READY_WITHIN:.0f} s; see above")
            time.sleep(0.03)


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:  # our own address
            return bool(response.status == 200)
    except urllib.error.HTTPError:
        return False
    except OSError:
        return False


def _announce(config: Config, made: Provisioned, seconds: float, *, quiet: bool) -> None:
    if not quiet:
        from idp.cli.personas import table, terminal_language

        print(table(made.personas, terminal_language()))
    print(f"\n  MÔ PHỎNG / MOCK, ready in {seconds:.1f} s. Stop with Ctrl-C.\n")
    print(f"  Cổng dịch vụ công / portal   {config.portal_url}")
    print(f"  Định danh điện tử / e-ID     {config.issuer}", flush=True)


def _watch(processes: Mapping[str, subprocess.Popen[bytes]]) -> int:
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise CommandError(f"the {name} ended (exit {process.returncode}); the other is stopped")
        time.sleep(0.2)


def _stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    for process in processes.values():
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
