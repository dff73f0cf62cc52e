"""NumericDate (RFC 7519 section 2) as aware datetimes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

#: The last second of year 9899: `datetime` ends with 9999, and ages, leeway and time zones are added to what is read.
_LATEST = 250246627199


def numeric_date(claims: Mapping[str, object], name: str) -> datetime | None:
    """The claim as a time in UTC, None when absent. Raises `ValueError` when it is no NumericDate."""
    value = claims.get(name)
    if type(value) is int and 0 <= value <= _LATEST:  # nearly always
        return datetime.fromtimestamp(value, UTC)
    if name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise ValueError(f"{name} is not a NumericDate")
    whole = math.floor(value)
    return datetime.fromtimestamp(whole, UTC) + timedelta(seconds=value - whole)


def require_aware(moment: datetime) -> None:
    """Raise `ValueError` for a naive time, which could silently be hours off."""
    if moment.tzinfo is None:
        raise ValueError("now must be an aware datetime")
