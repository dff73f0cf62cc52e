"""The keys that the provider publishes (Discovery 1.0 section 3, `jwks_uri`): fetched, kept shortly, fetched again.

Logout tokens come from anywhere, ID tokens from the provider itself, so each has an instance of its own: whoever
invents a `kid` for the one uses up nothing of the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import ECKey, KeySet

#: A key that was withdrawn is believed for this long at most.
KEEP = timedelta(minutes=5)
#: Whoever sends an unknown `kid` makes us ask once in this time, and no more often.
PAUSE = timedelta(seconds=10)


class ProviderKeys:
    """Safe to share between threads. `fetch` gives the JWK Set, or raises what its callers know."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]]) -> None:
        self._fetch = fetch
        self._published: Mapping[str, Any] = {"keys": []}
        self._keys: Mapping[str, ECKey] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._lock = threading.Lock()

    def find(self, kid: str, now: datetime) -> ECKey | None:
        """The P-256 signing key of this `kid`, asked for again where it is unknown (Core 10.1.1)."""
        with self._lock:
            if (not self._fresh(now) or kid not in self._keys) and self._may_ask(now):
                self._ask(now)
            return self._keys.get(kid) if self._fresh(now) else None

    def published(self, now: datetime, *, anew: bool) -> Mapping[str, Any]:
        """The whole set; `anew` where a `kid` is not in it (Core 10.1.1). Never one that is kept too long."""
        with self._lock:
            if not self._fresh(now) or (anew and self._may_ask(now)):
                self._ask(now)
            return self._published

    def _fresh(self, now: datetime) -> bool:
        return self._fetched_at is not None and timedelta() <= now - self._fetched_at < KEEP

    def _ask(self, now: datetime) -> None:
        self._asked_at = now
        published = self._fetch()
        self._keys, self._published, self._fetched_at = _usable(published), published, now

    def _may_ask(self, now: datetime) -> bool:
        return self._asked_at is None or not timedelta() <= now - self._asked_at < PAUSE


def _usable(jwks: Mapping[str, Any]) -> Mapping[str, ECKey]:
    entries = [entry for entry in jwks["keys"] if entry.get("kty") == "EC" and entry.get("crv") == "P-256"]
    signing = [entry for entry in entries if entry.get("use", "sig") == "sig" and entry.get("kid")]
    keys = KeySet.import_key_set({"keys": signing}).keys if signing else []
    return {str(key.kid): key for key in keys if isinstance(key, ECKey)}
