"""`mock-vneid demo --lan` for tests: over TLS, under this machine's own address where it has one."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from live import CLERK_PASSWORD, FAST_ARGON2, START_WITHIN, Demo, free_ports, running

from idp.cli import lan
from idp.cli.errors import CommandError


def own_address() -> str:
    """A machine without a network has other loopback addresses to be reached by."""
    try:
        return lan.find("").address
    except CommandError:
        return "127.0.0.2"


@contextmanager
def lan_demo(folder: Path) -> Iterator[Demo]:
    provider, portal = free_ports(2)
    address, log = own_address(), folder / "demo.log"
    settings = {
        "IDP_PORT": str(provider),
        "PORTAL_PORT": str(portal),
        "IDP_KEYS_DIR": str(folder / "keys"),
        "IDP_DATA_DIR": str(folder / "var"),
        "PORTAL_CLERK_PASSWORD": CLERK_PASSWORD,
        **FAST_ARGON2,
    }
    command = [sys.executable, "-m", "idp.cli", "demo", "--lan", address]
    with running(command, settings, [], log):
        deadline = time.monotonic() + START_WITHIN
        while "root.pem" not in (told := log.read_text(encoding="utf-8")):
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        urls = (f"https://{address}:{provider}", f"https://{address}:{portal}")
        yield Demo(*urls, folder / "keys", folder / "var", settings)
