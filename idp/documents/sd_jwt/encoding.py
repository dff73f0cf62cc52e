"""base64url without padding (RFC 7515 section 2) and JSON (RFC 8259), both read strictly.

Compiled libraries do the work, and decide nothing: JSON that comes out byte for byte when it is written again held
nothing that reading lost, such as a second member of the same name. All other JSON goes through the standard
library's reader, which says what is wrong with it (decision 20).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import NoReturn

import msgspec
from pybase64 import b64decode, b64encode_as_string

from idp.documents.sd_jwt.errors import Malformed

#: Nesting allowed in JSON, through recursive Disclosures too.
MAX_DEPTH = 32

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")

#: The letters of base64url that base64 does not have.
URL_SAFE = b"-_"
#: By the length modulo four: the padding left out (no length is one more); the last letters that leave no bit over.
_PADDING = ("", "!", "==", "=")
_LAST = ("", "", "AQgw", "AEIMQUYcgkosw048")


def b64url_encode(data: bytes) -> str:
    """Encode without padding."""
    return b64encode_as_string(data, URL_SAFE).rstrip("=")


def b64url_decode(text: str) -> bytes:
    """Decode the one canonical encoding of some bytes; refuse padding, strays and loose trailing bits.

    Two texts for the same bytes would let a signed part be changed without the signature noticing.
    """
    rest = len(text) % 4
    if has_base64(text):
        raise Malformed("not base64url")
    try:
        data = b64decode(text + _PADDING[rest], URL_SAFE, True)
    except ValueError as error:  # binascii.Error is one
        raise Malformed("not base64url") from error
    if not data:
        raise Malformed("not base64url")
    if rest and text[-1] not in _LAST[rest]:
        raise Malformed("base64url is not canonical")
    return data


def has_base64(text: str) -> bool:
    """Whether there are signs that base64 has and base64url without padding has not: the library lets them pass."""
    return "=" in text or "+" in text or "/" in text


def json_encode(value: object) -> bytes:
    """Compact UTF-8 JSON. Raises `Malformed` for what JSON cannot say (NaN, lone surrogates, bytes)."""
    try:
        written = write_json(value)
        if read_json(written) == value:  # else something was made to fit, as NaN is to null
            return written
    except (TypeError, ValueError, RecursionError, OverflowError):
        pass
    try:
        return _ENCODER.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed("a value cannot be written as JSON") from error


def json_decode(data: bytes, *, real: Callable[[str], object] | None = None) -> object:
    """Read JSON; refuse duplicate names, NaN, infinities, lone surrogates, deep nesting, other encodings.

    `real` makes something else than a float of a number with a fraction.
    """
    if real is None and data.count(b"[") + data.count(b"{") < MAX_DEPTH:  # so few cannot nest too deep
        try:
            value = read_json(data)
            if write_json(value) == data:
                return value
        except (ValueError, RecursionError, OverflowError):
            pass
    return _decode_anything(data, real)


def _decode_anything(data: bytes, real: Callable[[str], object] | None) -> object:
    """With white space, escapes, numbers in other forms; and whatever has to be refused."""
    try:
        text = data.decode("utf-8")
        value: object = (_DECODER if real is None else _decoder(real)).decode(text)
        if "\\u" in text and _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if text.count("[") + text.count("{") >= MAX_DEPTH:
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


def _decoder(real: Callable[[str], object]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=real)


# Made once, and safe for threads.
_DECODER = _decoder(_finite)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
#: As the library reads and writes, without our rules: for texts whose shape leaves none to look at.
read_json: Callable[[bytes], object] = msgspec.json.Decoder().decode
write_json: Callable[[object], bytes] = msgspec.json.Encoder().encode
