"""The one way an audit record is written as bytes, so that anybody can hash it again.

A JSON object in UTF-8, without spaces, members sorted by name, strings escaped no more than JSON demands: what
RFC 8785 (JSON Canonicalization Scheme) makes of it. RFC 8785 leaves room for doubt at fractions and at whole numbers
beyond 2^53-1 only; such numbers are recorded as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

EXACT = 2**53 - 1  # RFC 8785 3.2.2.3: beyond it a number is not exact everywhere


def text(value: object) -> str:
    """The canonical JSON of `value`. Raises TypeError for what JSON cannot say."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def details(stored: object) -> Mapping[str, object] | None:
    """The object that a stored text says, or None where the text is not the canonical one of an object."""
    if not isinstance(stored, str):
        return None
    try:
        found = json.loads(stored)
        return found if isinstance(found, dict) and text(found) == stored else None
    except (ValueError, RecursionError):
        return None


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, always with six places: 2026-11-24T02:00:00.000000Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {_text(str(name)): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) or (isinstance(value, int) and not -EXACT <= value <= EXACT):
        return str(value)
    return value


def _text(value: str) -> str:
    """Half a surrogate pair is no character (RFC 8785 3.2.2.2): it becomes a question mark."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
