"""A demo as its first start leaves it, put on again for each file of tests: nobody meets what another file left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from databases import postgres_database
from live import Demo, demo, free_ports
from sqlalchemy.engine import URL, make_url

DATABASES = ("IDP_DATABASE_URL", "PORTAL_DATABASE_URL")


class Stage:
    """Seeded once. Documents name their issuer's address, so every performance has the same ports.

    On a PostgreSQL `server` the seeded databases live as long as `kept` is open; without one they are files.
    """

    def __init__(self, folder: Path, server: URL | None = None, kept: ExitStack | None = None) -> None:
        self._folder, self._server, self._performances = folder, server, 0
        self._ports = free_ports(2)
        self._seeded = self._databases(kept or ExitStack(), {})
        with demo(folder / "seeded", self._seeded, ports=self._ports):
            pass

    @contextmanager
    def fresh(self) -> Iterator[Demo]:
        """Running, and untouched."""
        self._performances += 1
        folder = Path(shutil.copytree(self._folder / "seeded", self._folder / str(self._performances)))
        with ExitStack() as stack:
            yield stack.enter_context(demo(folder, self._databases(stack, self._seeded), ports=self._ports))

    def _databases(self, stack: ExitStack, templates: Mapping[str, str]) -> dict[str, str]:
        if self._server is None:
            return {}
        names = {name: make_url(templates[name]).database if templates else None for name in DATABASES}
        return {name: stack.enter_context(postgres_database(self._server, copy)) for name, copy in names.items()}
