"""Passwords and passcodes: argon2id (RFC 9106) with the parameters of the configuration."""

from __future__ import annotations

import base64
import os
import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerifyMismatchError

from idp.config import Argon2

# Each hash holds tens of MiB and a core for tens of ms: two at a time, the others wait their turn.
CONCURRENT_HASHES = 2
MAX_LENGTH = 128
SALT_BYTES, HASH_BYTES = 16, 32


class SecretHasher:
    """Hashes and checks low-entropy secrets. A missing hash costs as much as a wrong secret."""

    def __init__(self, argon2: Argon2) -> None:
        self._argon2 = PasswordHasher(
            time_cost=argon2.time_cost,
            memory_cost=argon2.memory_cost,
            parallelism=argon2.parallelism,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
            type=Type.ID,
        )
        self._gate = BoundedSemaphore(CONCURRENT_HASHES)
        self._nobody = _hash_of_nothing(argon2)

    def hash(self, secret: str) -> str:
        """The encoded hash, with its parameters and salt."""
        with self._gate:
            return self._argon2.hash(_normal(secret))

    def verify(self, stored: str | None, secret: str) -> bool:
        """Whether `secret` belongs to `stored`; always one argon2 computation, also where there is no hash."""
        usable = stored is not None and len(secret) <= MAX_LENGTH
        with self._gate:
            try:
                matches = self._argon2.verify(
                    stored if usable and stored is not None else self._nobody, _normal(secret[:MAX_LENGTH])
                )
            except VerifyMismatchError:
                return False
        return matches and usable

    def outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(stored)


def _normal(secret: str) -> str:
    """Keyboards differ in how they compose Vietnamese letters (RFC 8265 4.2.2: OpaqueString is NFC)."""
    return unicodedata.normalize("NFC", secret)


def _hash_of_nothing(argon2: Argon2) -> str:
    """A hash with today's parameters that no secret is known for, made without computing one."""
    salt, digest = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (SALT_BYTES, HASH_BYTES))
    parameters = f"m={argon2.memory_cost},t={argon2.time_cost},p={argon2.parallelism}"
    return f"$argon2id$v=19${parameters}${salt}${digest}"
