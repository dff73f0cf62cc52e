"""DER (X.690 section 10): each value has one encoding, so that an edit of it is an edit of what it says."""

from __future__ import annotations

MAX_DEPTH = 24


class NotDer(Exception):
    """Another encoding, or nested deeper than any object of ours."""


def require_der(data: bytes) -> None:
    """Raises NotDer unless the octets are exactly one value with definite, shortest lengths throughout."""
    if _value(data, 0, len(data), 0) != len(data):
        raise NotDer("something behind the value")


def _value(data: bytes, start: int, end: int, depth: int) -> int:
    """Where the value that begins at `start` ends."""
    if depth > MAX_DEPTH or end - start < 2 or not data[start]:
        raise NotDer("too deep, cut off, or filled up with zeros")
    if data[start] & 0x1F == 0x1F:  # tag numbers above 30: none in CMS and X.509
        raise NotDer("a long tag")
    place, length = _length(data, start + 1, end)
    if place + length > end:
        raise NotDer("longer than what it stands in")
    if data[start] & 0x20:
        inside = place
        while inside < place + length:
            inside = _value(data, inside, place + length, depth + 1)
    return place + length


def _length(data: bytes, place: int, end: int) -> tuple[int, int]:
    first = data[place]
    if first < 0x80:
        return place + 1, first
    size = first & 0x7F
    octets = data[place + 1 : min(place + 1 + size, end)]
    length = int.from_bytes(octets, "big")
    if not 1 <= size <= 4 or len(octets) < size or octets[0] == 0 or length < 0x80:  # 10.1: definite and shortest
        raise NotDer("a length that is not the shortest")
    return place + 1 + size, length
