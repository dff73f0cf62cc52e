"""What `seed`, `serve` and `demo` share: keys, tables, test citizens, their documents and the seeded clients."""

from __future__ import annotations

from idp.clock import Clock, SystemClock
from idp.config import Config


def provision(config: Config, clock: Clock | None = None) -> None:
    """Make what is missing; running it again changes nothing."""
    raise NotImplementedError(config, clock or SystemClock())
