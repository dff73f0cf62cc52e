"""What every page tells the browser: run and load nothing but ours, let nobody frame it, tell nobody where it was."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType


@lru_cache(256)
def headers(form_targets: tuple[str, ...], framed: tuple[str, ...] = (), *, secure: bool) -> Mapping[str, str]:
    """`form_targets` are the origins at which a form of the page may end (Content-Security-Policy 3, form-action),
    `framed` those that it may show in frames (frame-src)."""
    frames = f"frame-src {' '.join(framed)}; " if framed else ""
    targets = " ".join(("'self'", *form_targets))
    found = {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"{frames}form-action {targets}"
        ),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        # no-referrer would strip Origin from form posts; same-origin keeps codes out of foreign logs
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if secure:
        found["Strict-Transport-Security"] = "max-age=31536000"
    return MappingProxyType(found)
