"""Nonces for DPoP proofs (RFC 9449 8 to 10): the time, sealed by a secret of ours, so that none has to be kept.

Every process and every restart knows the nonces that another has given out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

ROTATES_AFTER = 60  # seconds
KNOWN_FOR = 5  # rotations: what a client has got is good for at least four minutes
LABEL = b"mock-vneid dpop nonce"


class Nonces:
    """`secret` is any secret of the provider's; what is sealed with is derived from it."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, LABEL, hashlib.sha256)

    def current(self, now: datetime) -> str:
        """The nonce to give out."""
        return self._of(_turn(now))

    def knows(self, nonce: str, now: datetime) -> bool:
        """True for one that was given out a short while ago."""
        said = nonce.encode("utf-8", "surrogatepass")
        recent = (self._of(turn) for turn in range(_turn(now), _turn(now) - KNOWN_FOR, -1))
        return any(hmac.compare_digest(said, each.encode()) for each in recent)

    def _of(self, turn: int) -> str:
        seal = hmac.digest(self._key, turn.to_bytes(8), hashlib.sha256)
        return base64.urlsafe_b64encode(seal[:24]).decode()


def _turn(now: datetime) -> int:
    return int(now.timestamp()) // ROTATES_AFTER
