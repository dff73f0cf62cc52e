"""What the operator's log says of a time that will not do (RFC 7519 4.1.4 to 4.1.6): by how much, and why perhaps."""

from __future__ import annotations

from datetime import datetime, timedelta

CLOCK = "; unless that is meant, a clock is wrong"


def past(what: str, instant: datetime, now: datetime) -> str:
    return f"{what} is {_seconds(now - instant)} seconds past{CLOCK}"


def ahead(what: str, instant: datetime, now: datetime) -> str:
    return f"{what} is {_seconds(instant - now)} seconds ahead{CLOCK}"


def too_far(what: str, instant: datetime, now: datetime, most: timedelta) -> str:
    """In force, but from too long ago or for too long."""
    way = "ahead" if instant > now else "past"
    return f"{what} is {_seconds(abs(instant - now))} seconds {way}, and {_seconds(most)} are the most"


def missing(what: str) -> str:
    return f"{what} is missing, or no NumericDate"


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
