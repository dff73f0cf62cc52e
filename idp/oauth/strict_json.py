"""JSON from outside (RFC 8259): UTF-8, each name once, no NaN, not deep. What two readers could take for two things
is nothing here."""

from __future__ import annotations

import json
import math
from typing import Any

DEEPEST = 12


class NotJson(ValueError):
    """The bytes are not JSON that has one meaning.

    `place` says where and what is wrong, for whoever wrote them: it may repeat a name that stands there.
    """

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place or message


def loads(body: bytes) -> Any:
    """The value. Raises NotJson."""
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise NotJson("not JSON, each name in it once", _place(error)) from error
    if _depth(value, DEEPEST) < 0:
        raise NotJson("nested too deeply")
    return value


def _place(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start + 1}"
    return str(error) if isinstance(error, ValueError) else "nested too deeply"


def readable(value: object) -> str:
    """As text for people."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:60]!r} is there twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    """RFC 8259 6 sets no limit, but what is read as infinity could not be written again."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number without end")
    return number


def _depth(value: object, left: int) -> int:
    """How many levels are left below the deepest; negative where there were not enough."""
    if left < 0 or not isinstance(value, dict | list):
        return left
    inside = value.values() if isinstance(value, dict) else value
    return min((_depth(each, left - 1) for each in inside), default=left)
