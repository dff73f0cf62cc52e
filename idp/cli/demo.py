"""`mock-vneid demo`: provider and portal, two processes, seeded; ends both when one ends or on Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import os
import secrets
import signal
import ssl
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from idp.cli import desk_people, lan, ports
from idp.cli.errors import CommandError
from idp.cli.lan import Lan
from idp.cli.personas import table, terminal_language
from idp.cli.processes import Forked, Process, Spawned
from idp.cli.provision import Provisioned, make_keys, provision
from idp.cli.serve import create
from idp.clock import SystemClock
from idp.config import Config, file_table
from idp.serving import Server

READY_WITHIN = 30.0  # seconds
CLIENT_NOTES = {
    "demo-portal": "the portal itself (private_key_jwt)",
    "demo-spa": "public, PKCE; http://127.0.0.1:ANY-PORT/callback",
    "demo-confidential": "client_secret_basic; http://localhost:8080/callback",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help="print the two addresses only")
    parser.add_argument(
        "--lan",
        nargs="?",
        const="",
        metavar="NAME",
        help="serve HTTPS to the network, so that a real phone can scan: under NAME, or this machine's own address",
    )
    parser.add_argument("--mock-phone", action="store_true", help="let tests approve QR sign-ins without a phone")


@dataclass(frozen=True)
class Portal:
    """The portal as this command starts it. `environment` is what it is told; the rest is for us."""

    host: str
    clerk_password: str
    environment: Mapping[str, str]


def run(args: argparse.Namespace, config: Config) -> int:
    """Raises CommandError where a part does not start or ends by itself."""
    config = replace(config, demo=True, mock_phone=config.mock_phone or args.mock_phone)
    network = None if args.lan is None else lan.find(args.lan)
    if network is not None:
        config = lan.settings(config, network)
    portal = _portal(config, os.environ, file_table(os.environ, "portal"), network)
    _ensure_free(config, portal)
    _asked_to_end.clear()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # Ctrl-C; asked to end; the terminal was closed
        signal.signal(number, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), _alone(config), _stopping() as processes:
        gc.disable()  # as `serve` does until the server is made
        made = _start(config, portal, processes, network)
        scheme, root = ("https", config.keys_dir / "root.pem") if network else ("http", None)
        provider, page = _local(scheme, config.host, config.port), _local(scheme, portal.host, config.portal_port)
        gc.enable()
        _wait_until_ready(processes, (f"{provider}/.well-known/openid-configuration", page), root)
        _announce(config, portal, made, quiet=args.quiet)
        if network:
            print(lan.printable(lan.instructions(config)), flush=True)
        _watch(processes)
    return 0


def _ensure_free(config: Config, portal: Portal) -> None:
    if config.port == config.portal_port:
        raise CommandError(f"IDP_PORT and PORTAL_PORT are both {config.port}: give one of them another port")
    ports.ensure_free(config.host, config.port, host_key="IDP_HOST", port_key="IDP_PORT", issuer=config.issuer)
    ports.ensure_free(portal.host, config.portal_port, host_key="PORTAL_HOST", port_key="PORTAL_PORT")


@contextlib.contextmanager
def _alone(config: Config) -> Iterator[None]:
    """Documents and clients bear the addresses of one demo: a second one in the same folders would break it."""
    addresses = config.addresses
    with (
        ports.hold(config.data_dir, "IDP_DATA_DIR", addresses),
        ports.hold(config.keys_dir, "IDP_KEYS_DIR", addresses),
    ):
        yield


def _start(config: Config, portal: Portal, processes: dict[str, Process], network: Lan | None) -> Provisioned:
    """The portal starts while tables and test citizens are made; the provider is forked from what is loaded."""
    with ThreadPoolExecutor(1) as aside:  # `cryptography` looks for primes without holding the interpreter
        made_keys = aside.submit(make_keys, config, SystemClock().now())
        importlib.import_module("idp.app")  # the provider is forked from what is loaded by then
        made_keys.result()
    tls = lan.certificate(config, network, SystemClock().now()) if network else None
    processes["portal"] = Spawned([sys.executable, "-m", "demo_client"], portal.environment)
    made = provision(config)
    processes["provider"] = Forked(Server(lambda: create(config), config.host, config.port, tls).run)
    return made


def _portal(
    config: Config, environ: Mapping[str, str], table: Mapping[str, Any], network: Lan | None = None
) -> Portal:
    """What the person set herself, in the environment or the table [portal] of her file, stays."""
    own = {
        "PORTAL_ISSUER": config.issuer,
        "PORTAL_DATA_DIR": str(config.data_dir),
        "PORTAL_KEYS": str(config.keys_dir / "portal" / "client-keys.json"),
        "PORTAL_ROOT": str(config.keys_dir / "root.pem"),
        "PORTAL_CLERK_PASSWORD": secrets.token_hex(5),
        **(lan.portal_environment(config) if network else {}),
    }
    left = {name: value for name, value in own.items() if name.removeprefix("PORTAL_").lower() not in table}
    # The address is the one that the provider registers.
    address = {"PORTAL_PORT": str(config.portal_port), "PORTAL_URL": config.portal_url}
    environment = {**left, **environ, **address}
    return Portal(
        host=environment.get("PORTAL_HOST") or str(table.get("host", "127.0.0.1")),
        clerk_password=environment.get("PORTAL_CLERK_PASSWORD") or str(table.get("clerk_password", "")),
        environment=environment,
    )


def _local(scheme: str, host: str, port: int) -> str:
    """Where this machine reaches a server that listens on `host`, whatever proxy stands before it."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"{scheme}://[{reachable}]:{port}" if ":" in reachable else f"{scheme}://{reachable}:{port}"


def _wait_until_ready(processes: Mapping[str, Process], urls: tuple[str, ...], root: Path | None = None) -> None:
    deadline = time.monotonic() + READY_WITHIN
    for url in urls:
        while not _answers(url, root):
            _check_alive(processes, "did not start")
            if time.monotonic() > deadline:
                raise CommandError(f"{url} does not answer after {READY_WITHIN:.0f} s; see above")
            time.sleep(0.02)


def _answers(url: str, root: Path | None = None) -> bool:
    """Whether our own server answers; `root` signed its certificate where it has one."""
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if root is not None:
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(root))))
    opener = urllib.request.build_opener(*handlers)
    try:
        with opener.open(url, timeout=2) as response:  # our own address
            return bool(response.status == 200)
    except OSError:
        return False


def _announce(config: Config, portal: Portal, made: Provisioned, *, quiet: bool) -> None:
    lang = terminal_language()
    if not quiet:
        print(table(made.personas, lang))
        print("\n" + "\n".join((*_client_lines(made), desk_people.one_line())))
    print(f"\n  MÔ PHỎNG / MOCK: ready {_since_process_start():.1f} s after start. Stop with Ctrl-C.\n")
    print(f"  Cổng dịch vụ công / portal   {config.portal_url}")
    print(f"  Định danh điện tử / e-ID     {config.issuer}")
    print(f"  Cán bộ tiếp nhận / clerk     {config.portal_url}/clerk   password {portal.clerk_password}")
    print(f"  Hệ thống kết nối / clients   {config.issuer}/registry/   or: mock-vneid clients --help", flush=True)
    if config.mock_phone:
        print("\n  Điện thoại mô phỏng ĐANG BẬT / the simulated phone is ON: mock-vneid phone --help", flush=True)


def _client_lines(made: Provisioned) -> Iterator[str]:
    for client in made.clients:
        yield f"  client {client.client_id:<18} {CLIENT_NOTES.get(client.client_id, '')}"
        if client.client_id == "demo-confidential":
            command = f"mock-vneid clients renew-secret {client.client_id}"
            again = f"was shown by the first start; make a new one: {command}"
            yield f"         secret {f'{client.secret} (shown this once)' if client.secret else again}"


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
    if _asked_to_end:
        raise KeyboardInterrupt
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


#: Signals that came. What a handler raises is lost where an object is being put away (IOBase ignores it in silence).
_asked_to_end: list[int] = []


def _interrupt(number: int, _frame: object) -> None:
    """A second signal does not disturb the stopping that the first one began."""
    _asked_to_end.append(number)
    if len(_asked_to_end) == 1:
        raise KeyboardInterrupt
