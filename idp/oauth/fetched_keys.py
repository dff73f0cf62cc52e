"""Key sets fetched from clients' addresses, kept for a short while (OpenID Connect Core 10.1.1, RFC 7517 5).

What is kept belongs to one client and one address: who registers another address, or keys of its own, has nothing
here. A key that a client takes off its address is known here for five minutes at most.
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock
from typing import Any

from idp.oauth import client_jwt
from idp.oauth.client_jwt import KeyRefused
from idp.outbound import Outbound, OutboundError

log = logging.getLogger("mock_vneid.oauth")
ACCEPT = ("application/json", "application/jwk-set+json")  # RFC 7517 8.5
KEPT_FOR, RENEWED_AFTER = timedelta(minutes=5), timedelta(minutes=4)
AGAIN_AFTER = timedelta(seconds=10)  # an unknown kid or an address that does not answer is no reason to hammer it
MOST_SETS, MOST_KEYS = 256, 20
WAIT = 3.0  # seconds, for a call that another request has begun
AT_ONCE = 4  # of the server's threads: slow addresses must not take them all

Jwk = Mapping[str, Any]


@dataclass
class _Set:
    """One client's keys, and when they were fetched and last asked for."""

    keys: tuple[Jwk, ...] = ()
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def usable(self, now: datetime) -> bool:
        return self.fetched_at is not None and now - self.fetched_at < KEPT_FOR

    def due(self, now: datetime, kid: str | None) -> bool:
        if self.tried_at is not None and now - self.tried_at < AGAIN_AFTER:
            return False
        return self.fetched_at is None or now - self.fetched_at >= RENEWED_AFTER or not self.knows(kid)

    def knows(self, kid: str | None) -> bool:
        return kid is None or any(jwk.get("kid") == kid for jwk in self.keys)


class FetchedKeys:
    """The key sets of one provider process. `outbound` None: no address is called, and nobody has keys there."""

    def __init__(self, outbound: Outbound | None = None) -> None:
        self._outbound = outbound
        self._sets: OrderedDict[tuple[str, str], _Set] = OrderedDict()
        self._lock, self._fetching = Lock(), BoundedSemaphore(AT_ONCE)

    def due(self, client_id: str, uri: str, now: datetime, kid: str | None) -> bool:
        """True where `get` would call the address."""
        return self._set(client_id, uri).due(now, kid)

    def get(self, client_id: str, uri: str, now: datetime, kid: str | None = None) -> Sequence[Jwk]:
        """The keys at this client's address; none where it does not answer with any."""
        found = self._set(client_id, uri)
        # Whoever has the key does not wait for somebody else's call; others do, but not long.
        enough = found.usable(now) and found.knows(kid)
        if found.due(now, kid) and found.lock.acquire(timeout=0 if enough else WAIT):
            try:
                if found.due(now, kid):
                    self._renew(found, client_id, uri, now)
            finally:
                found.lock.release()
        return found.keys if found.usable(now) else ()

    def _set(self, client_id: str, uri: str) -> _Set:
        with self._lock:
            found = self._sets.setdefault((client_id, uri), _Set())
            self._sets.move_to_end((client_id, uri))
            if len(self._sets) > MOST_SETS:
                self._sets.popitem(last=False)
            return found

    def _renew(self, kept: _Set, client_id: str, uri: str, now: datetime) -> None:
        if self._outbound is None or not self._fetching.acquire(blocking=False):
            return
        try:
            kept.keys, kept.fetched_at = self._fetch(self._outbound, uri), now
        except (OutboundError, ValueError) as error:
            log.warning("the jwks_uri of client %s cannot be used: %s", client_id, error)
        finally:
            kept.tried_at = now  # not before: until now, others have to wait
            self._fetching.release()

    def _fetch(self, outbound: Outbound, uri: str) -> tuple[Jwk, ...]:
        reply = outbound.get(uri, registered=(uri,), accept=ACCEPT)
        if reply.status != 200:
            raise ValueError("another status than 200")
        try:
            keys = json.loads(reply.body)["keys"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ValueError("no JWK Set") from error
        if not isinstance(keys, list) or len(keys) > MOST_KEYS:
            raise ValueError("no JWK Set, or too large a one")
        return tuple(jwk for jwk in keys if isinstance(jwk, dict) and _usable(jwk))


def _usable(jwk: Jwk) -> bool:
    """RFC 7517 5: keys of kinds that are not understood are passed over; so are weak and private ones."""
    try:
        client_jwt.public_key(jwk)
    except KeyRefused:
        return False
    return True
