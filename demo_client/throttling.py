"""Slowing down who guesses the clerk's password. In memory: the portal is one process."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from math import ceil


class Throttle:
    """At most `limit` failures for a key within `window`."""

    def __init__(self, limit: int, window: timedelta) -> None:
        self.limit, self.window = limit, window
        self._failures: dict[str, list[datetime]] = {}
        self._lock = threading.Lock()

    def blocked(self, key: str, now: datetime) -> bool:
        with self._lock:
            return len(self._recent(key, now)) >= self.limit

    def seconds_left(self, key: str, now: datetime) -> int:
        """How long until one more try is let through."""
        with self._lock:
            recent = self._recent(key, now)
        oldest = recent[-self.limit] if len(recent) >= self.limit else now - self.window
        return max(1, ceil((oldest + self.window - now).total_seconds()))

    def failed(self, key: str, now: datetime) -> None:
        with self._lock:
            self._failures[key] = [*self._recent(key, now), now]

    def succeeded(self, key: str) -> None:
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: str, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(key, []) if now - at < self.window]
