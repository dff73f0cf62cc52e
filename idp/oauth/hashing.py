"""Random secrets and how they are kept: SHA-256, found by their hash (see idp.oauth.models for why no salt)."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """256 random bits, in 43 characters that need no escaping anywhere."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(secret: str, kept: str | None) -> bool:
    """Constant-time comparison with a kept hash; False, after the same work, where none is kept."""
    return hmac.compare_digest(digest(secret), kept or "0" * 64) and kept is not None
