"""Random values that open something, and the hashes that are kept of them."""

from __future__ import annotations

import hashlib
import re
import secrets

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits as 43 base64url characters (OpenID4VP 1.0 section 8.2 asks for 128 or more)."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """True for the form that `new_token` gives."""
    return TOKEN.fullmatch(text) is not None


def hash_of(secret: str) -> str:
    """SHA-256, which suffices for values of high entropy; what is stored opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
