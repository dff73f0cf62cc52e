"""base64url without padding (RFC 7515 section 2) and JSON (RFC 8259), both read strictly."""

from __future__ import annotations

import json
import math
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from typing import NoReturn

from idp.documents.sd_jwt.errors import Malformed

#: Nesting allowed in JSON, through recursive Disclosures too.
MAX_DEPTH = 32

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")

# Between the two alphabets; what base64url does not have becomes a sign that base64 does not have either.
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")
#: By the length modulo four: the padding left out (no length is one more); the last letters that leave no bit over.
_PADDING = (b"", b"!", b"==", b"=")
_LAST = ("", "", "AQgw", "AEIMQUYcgkosw048")


def b64url_encode(data: bytes) -> str:
    """Encode without padding."""
    return b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def b64url_decode(text: str) -> bytes:
    """Decode the one canonical encoding of some bytes; refuse padding, strays and loose trailing bits.

    Two texts for the same bytes would let a signed part be changed without the signature noticing.
    """
    rest = len(text) % 4
    try:
        data = a2b_base64(text.encode("ascii").translate(_FROM_URL) + _PADDING[rest], strict_mode=True)
    except ValueError as error:  # binascii.Error and UnicodeEncodeError
        raise Malformed("not base64url") from error
    if not data:
        raise Malformed("not base64url")
    if rest and text[-1] not in _LAST[rest]:
        raise Malformed("base64url is not canonical")
    return data


def json_encode(value: object) -> bytes:
    """Compact UTF-8 JSON. Raises `Malformed` for what JSON cannot say (NaN, lone surrogates, bytes)."""
    try:
        return _ENCODER.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed("a value cannot be written as JSON") from error


def json_decode(data: bytes, *, real: Callable[[str], object] | None = None) -> object:
    """Read JSON; refuse duplicate names, NaN, infinities, lone surrogates, deep nesting, other encodings.

    `real` makes something else than a float of a number with a fraction.
    """
    try:
        text = data.decode("utf-8")
        if real is not None:
            value: object = json.loads(
                text, object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=real
            )
        else:
            value, end = _scan(text)
            if end != len(text):  # white space before or after, or what is no JSON
                value = _DECODER.decode(text)
        if "\\u" in text and _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if text.count("[") + text.count("{") >= MAX_DEPTH:  # fewer cannot nest so deep
        _limit_depth(value)
    return value


def json_object(data: bytes) -> dict[str, object]:
    """Read JSON that must be an object."""
    value = json_decode(data)
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def _scan(text: str) -> tuple[object, int]:
    try:
        return scan_json(text, 0)
    except StopIteration:
        return None, -1


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


# Made once: `json.dumps` and `json.loads` make one at each call.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=_finite)
#: One value from a place on, and where it ends; raises StopIteration where there is none.
scan_json: Callable[[str, int], tuple[object, int]] = _DECODER.scan_once  # type: ignore[attr-defined]  # not in the stubs
