"""base64url without padding (RFC 7515 section 2) and JSON (RFC 8259), both read strictly."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable
from typing import NoReturn

from idp.documents.sd_jwt.errors import Malformed

#: Nesting allowed in JSON, through recursive Disclosures too.
MAX_DEPTH = 32

_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def b64url_encode(data: bytes) -> str:
    """Encode without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: str) -> bytes:
    """Decode the one canonical encoding of some bytes; refuse padding, strays and loose trailing bits.

    Two texts for the same bytes would let a signed part be changed without the signature noticing.
    """
    if not _ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        raise Malformed("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Malformed("not base64url") from error
    if b64url_encode(data) != text:
        raise Malformed("base64url is not canonical")
    return data


def json_encode(value: object) -> bytes:
    """Compact UTF-8 JSON. Raises `Malformed` for what JSON cannot say (NaN, lone surrogates, bytes)."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed("a value cannot be written as JSON") from error


def json_decode(data: bytes, *, real: Callable[[str], object] | None = None) -> object:
    """Read JSON; refuse duplicate names, NaN, infinities, lone surrogates, deep nesting, other encodings.

    `real` makes something else than a float of a number with a fraction.
    """
    try:
        text = data.decode("utf-8")
        value: object = json.loads(
            text, object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=real or _finite
        )
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    _limit_depth(value)
    return value


def json_object(data: bytes) -> dict[str, object]:
    """Read JSON that must be an object."""
    value = json_decode(data)
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def _unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed("duplicate name in a JSON object")
    return result


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed("number out of range")
    return number


def _limit_depth(value: object) -> None:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise Malformed("nested too deep")


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
