"""Whether parameters are UTF-8 (RFC 6749 Appendix B). What is not would be read as what nobody sent."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes


def unreadable(encoded: bytes) -> tuple[str, ...]:
    """The names of those that are not, of a query or a form as it came (application/x-www-form-urlencoded)."""
    return tuple(_name(pair) for pair in encoded.split(b"&") if not _readable(unquote_to_bytes(pair)))


def _name(pair: bytes) -> str:
    return unquote_to_bytes(pair.partition(b"=")[0].replace(b"+", b" ")).decode("utf-8", "replace")


def _readable(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
