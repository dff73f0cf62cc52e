"""The trust list and the status lists as they are now, kept for a short while and with the time they were fetched."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from demo_client.outbound import FetchError

TRUST_LIST = "application/trust-list+jwt"
STATUS_LIST = "application/statuslist+jwt"
#: A status list may be kept for its whole `ttl`; we ask again sooner, so that a revocation is seen at once.
KEEP_STATUS = timedelta(seconds=10)
KEEP_TRUST = timedelta(seconds=60)


class ListsUnavailable(Exception):
    """Nothing usable could be fetched: no decision can be made now, and later perhaps."""


@dataclass(frozen=True)
class Fetched:
    """A signed list as it came, unverified, and when."""

    token: str
    fetched_at: datetime


class Source(Protocol):
    """Where lists come from."""

    def get(self, url: str, media_type: str) -> str: ...


class Lists:
    """Both kinds of list of one provider. Safe to share between threads."""

    def __init__(self, source: Source, issuer: str) -> None:
        self.source, self.issuer = source, issuer
        self._kept: dict[str, Fetched] = {}
        self._lock = threading.Lock()

    def trust_list(self, now: datetime) -> Fetched:
        """Raises ListsUnavailable."""
        return self._get(f"{self.issuer}/trust-list", TRUST_LIST, KEEP_TRUST, now)

    def status_list(self, uri: str, now: datetime) -> Fetched:
        """Raises ListsUnavailable, also for an address that is not this provider's."""
        return self._get(uri, STATUS_LIST, KEEP_STATUS, now)

    def _get(self, url: str, media_type: str, keep: timedelta, now: datetime) -> Fetched:
        with self._lock:
            kept = self._kept.get(url)
        # However short the `ttl`, it is held (Token Status List 8.3 step 4d).
        if kept is not None and timedelta() <= now - kept.fetched_at < keep and _still_usable(kept, now):
            return kept
        try:
            fetched = Fetched(self.source.get(url, media_type), now)
        except FetchError as error:
            # An older copy serves until it expires: the verifier looks at exp, the page shows its age.
            if kept is not None and _still_usable(kept, now):
                return kept
            raise ListsUnavailable(str(error)) from error
        with self._lock:
            self._kept[url] = fetched
        return fetched


def _still_usable(kept: Fetched, now: datetime) -> bool:
    payload = unverified_payload(kept.token)
    expires, ttl = payload.get("exp"), payload.get("ttl")
    if not isinstance(expires, int) or now >= datetime.fromtimestamp(expires, UTC):
        return False
    return not isinstance(ttl, int) or now < kept.fetched_at + timedelta(seconds=ttl)


def unverified_payload(token: str) -> Mapping[str, object]:
    """The payload of a JWT before its signature was looked at; empty where it cannot be read."""
    try:
        part = token.split(".")[1]
        payload = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def status_uri(presentation: str) -> str | None:
    """Where a document says its status stands: a hint what to fetch, nothing more."""
    status = unverified_payload(presentation.split("~", 1)[0]).get("status")
    entry = status.get("status_list") if isinstance(status, dict) else None
    uri = entry.get("uri") if isinstance(entry, dict) else None
    return uri if isinstance(uri, str) else None
