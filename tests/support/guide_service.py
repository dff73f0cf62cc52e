"""A service made of a guide's files, run as the guide tells, in a folder and on a port of its own."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import AbstractContextManager
from pathlib import Path

from live import ROOT, Demo, free_ports, running

GUIDES = ROOT / "docs" / "guides"


def page_text(page: str) -> str:
    return (GUIDES / page).read_text(encoding="utf-8")


def block(page: str, name: str) -> str:
    """The block that the page says to save as `name`."""
    found = re.search(rf"`{re.escape(name)}`:\n\n```\w+\n(.*?)^```", page_text(page), re.MULTILINE | re.DOTALL)
    assert found, name
    return found.group(1)


class Service:
    def __init__(self, folder: Path, sandbox: Demo, page: str) -> None:
        self.folder, self.sandbox, self.page = folder, sandbox, page
        self.port = free_ports(1)[0]
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "service.log"

    def save(self, name: str, page: str = "") -> Path:
        """As it stands, but for the port."""
        source = block(page or self.page, name).replace("8080", str(self.port))
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(source, encoding="utf-8")
        return self.folder / name

    def register(self, holding: str = "", without: str = "--jwks") -> dict[str, str]:
        """By the guide's own command line; returns the settings that it tells to export."""
        lines = re.findall(r"mock-vneid (clients add \\\n(?: .*\n)+)", page_text(self.page))
        (line,) = (each for each in lines if holding in each and (not without or without not in each))
        told = shlex.split(line.replace("\\\n", " ").replace("8080", str(self.port)))
        options = [str(self.folder / word) if word == "jwks.json" else word for word in told]
        done = self.sandbox.command(*options, "--json")
        assert done.returncode == 0, done.stderr
        made = json.loads(done.stdout)
        return {
            "CLIENT_ID": made["client_id"],
            "CLIENT_SECRET": made.get("client_secret") or "",
            "ISSUER": self.sandbox.issuer,
            "ROOT": str(self.sandbox.keys_dir / "root.pem"),
        }

    def run(self, command: list[str], settings: dict[str, str]) -> AbstractContextManager[None]:
        return running(command, settings, [self.url], self.log, self.folder)
