"""Pairwise subject identifiers (OpenID Connect Core 8.1): each sector knows a person under another `sub`."""

from __future__ import annotations

import hashlib
import hmac


def subject_identifier(salt: bytes, sector: str, subject: str) -> str:
    """The `sub` that clients of `sector` get: the same each time, and of no use to any other sector."""
    return _derive(salt, "sub", sector, subject)


def acting_identifier(salt: bytes, sector: str, subject: str, organisation: str) -> str:
    """The `sub` of a person acting for an organisation: neither her private one, nor a colleague's, nor its own."""
    return _derive(salt, "sub-acting", sector, subject, organisation)


def session_identifier(salt: bytes, client_id: str, session_id: str) -> str:
    """The `sid` of a browser session for one client; a common value would link a person across services."""
    return _derive(salt, "sid", client_id, session_id)


def _derive(salt: bytes, *parts: str) -> str:
    # Length-prefixed, so that no two lists of parts give the same message.
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(salt, message, hashlib.sha256).hexdigest()
