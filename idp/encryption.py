"""Encryption at rest of small secrets (TOTP seeds, holder keys): AES-256-GCM under a key kept beside the others."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class DecryptionError(Exception):
    """The stored value was not made with this key, or not for this purpose, or was changed."""


class AtRest:
    """Seals and opens values. `purpose` is authenticated, so a value cannot be moved to another column or row."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    @classmethod
    def from_file(cls, path: Path) -> AtRest:
        return cls(path.read_bytes())

    def seal(self, plaintext: bytes, purpose: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plaintext, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Raises DecryptionError."""
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise DecryptionError(f"cannot open a value sealed for {purpose!r}") from error
