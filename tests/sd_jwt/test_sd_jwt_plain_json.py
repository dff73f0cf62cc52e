"""JSON and base64url that compiled libraries read: the same, letter for letter, as by the standard library."""

from __future__ import annotations

import enum
import json
import math
import os
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.documents.sd_jwt import encoding
from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode, json_decode, json_encode
from idp.documents.sd_jwt.errors import Malformed

EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_PARSERS", "60")), deadline=None)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

#: What the libraries and the rules may differ in.
TEXTS = (
    '{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', '[{"a":1},{"a":1,"a":1}]', '{"a" :1,"a":1}', '{"a"\n:1 , "a":1}',
    '{"a":1,"\\u0061":2}', '{":":1,"a":":"}', '{"":1,"":1}', '{"a":[{"b":[{"c":1,"c":1}]}]}', '{"a":1,"b":2,}',
    "NaN", "[NaN]", "Infinity", '{"a":-Infinity}', "nan", "1e999", "-1e999", "1e-999", "-0", "-0.0", "0.0", "1E5",
    "1e5", "1.0", "1e16", "1e22", "123456789012345678901234567890", "-9223372036854775809", "18446744073709551616",
    "9" * 400, "[" + "9" * 5000 + "]", "01", "+1", "1.", ".5", "0x1", "1_0", "١", "true", "tru", "null", "nul", "",
    " ", " 1", "1 ", "1\n", "1 2", "[1]]", "[1],", "[1,]", "[,1]", "\ufeff1", '"a"x', "'a'", '"a', '"\\x"', '"\\u12"',
    '"\\ud800"', '"\\udc00"', '"\\ud83d\\ude00"', '"\\ude00\\ud83d"', '{"\\ud800":1}', '"\\\\ud800"', '"\\/"',
    '"\x00"', '"\x1f"', '"\n"', '"\t"', '"\x7f"', '"\\u0000"', '"\u2028"', '"\\u00e9"', '"é"', "// c\n1", "[1/**/]",
    "[" * 31 + "]" * 31, "[" * 32 + "]" * 32, "[" * 33 + "]" * 33, '{"a":' * 31 + "1" + "}" * 31,
    '{"a":' * 32 + "1" + "}" * 32, '["' + "[" * 40 + '"]', "[" * 100_000, "[" * 2_000 + "]" * 2_000,
)  # fmt: skip
RAW = (
    b"\xff",
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"\xc0\x80"',
    b'"\xf5\x80\x80\x80"',
    '"a"'.encode("utf-16"),
    b'\x00"a"',
)


def outcome(read: object, *arguments: object) -> tuple[str, str]:
    """The value with all its types, or the refusal with its words."""
    try:
        return "read", repr(read(*arguments))  # type: ignore[operator]
    except Malformed as error:
        return "refused", str(error)


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_the_same_of_each_text(number: int) -> None:
    """Duplicates at any depth, white space round colons, numbers in every form, escapes, signs, depth."""
    data = TEXTS[number].encode("utf-8", "surrogatepass")
    assert outcome(json_decode, data) == outcome(encoding._decode_anything, data, None)


def test_the_same_of_other_encodings() -> None:
    for data in RAW:
        assert (
            outcome(json_decode, data)
            == outcome(encoding._decode_anything, data, None)
            == ("refused", str(Malformed("not JSON")))
        )


fragments = st.sampled_from(
    [
        *'{}[],:"\\ \n\t',
        '"a":',
        '"b":1',
        '"a" :',
        ',"a":2',
        "1",
        "-0",
        "1.5",
        "1e5",
        "NaN",
        "null",
        '""',
        '"é"',
        "\\u0061",
        "\\ud800",
    ]
)
spaces = st.sampled_from(["", "", "", " ", "\n"])


@st.composite
def written(draw: st.DrawFn, depth: int = 3) -> str:
    """JSON as a careless writer has it: names twice, white space anywhere, escapes."""
    gap = lambda: draw(spaces)  # noqa: E731
    kind = draw(st.integers(0, 5 if depth else 3))
    if kind == 4:
        return (
            "["
            + gap()
            + ",".join(gap() + draw(written(depth - 1)) + gap() for _ in range(draw(st.integers(0, 3))))
            + "]"
        )
    if kind == 5:
        names = draw(st.lists(st.sampled_from(['"a"', '"b"', '"\\u0061"', '":"', '"_sd"']), max_size=3))
        return (
            "{" + ",".join(f"{gap()}{name}{gap()}:{gap()}{draw(written(depth - 1))}" for name in names) + gap() + "}"
        )
    return draw(
        st.sampled_from(["1", "-1", "1.0", "2e3", "true", "null", '"x"', '"a:b"', '"\\""', '"ê"', str(2**64)])
    )


@EXAMPLES
@given(
    st.lists(fragments, max_size=12).map("".join).map(str.encode) | written().map(str.encode) | st.binary(max_size=20)
)
def test_the_same_of_anything(data: bytes) -> None:
    assert outcome(json_decode, data) == outcome(encoding._decode_anything, data, None)


class Word(enum.StrEnum):
    A = "a"


class Other(enum.Enum):
    A = "a"


class Number(enum.IntEnum):
    ONE = 1


@dataclass
class Record:
    a: int = 1


def standard(value: object) -> bytes:
    """What the standard library writes."""
    try:
        return encoding._ENCODER.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed("a value cannot be written as JSON") from error


def test_nothing_is_made_to_fit() -> None:
    """What JSON cannot say is refused, where the library would write something else for it."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    refused = (
        math.nan, math.inf, b"a", {1, 2}, Decimal(1), moment, moment.date(), uuid.UUID(int=1), Record(), Other.A,
        "\ud800", {"\ud800": 1}, MappingProxyType({}), object(), 1j, bytearray(b"a"),
    )  # fmt: skip
    for value in refused:
        for inside in (value, [value], {"a": {"b": value}}, ["a", (value,)]):
            assert outcome(json_encode, inside) == outcome(standard, inside), inside
            assert outcome(json_encode, inside)[0] == "refused", inside
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert outcome(json_encode, deep)[0] == "refused"


def test_written_alike() -> None:
    """Byte for byte, but for the exponent of a float, where both are the same number."""
    values = (
        None, True, 1, -1, 2**70, 0.1, -0.0, 5e-324, "\x00\x1f\x7f\"\\/\b\f\n\r\t\u2028é😀", Word.A, Number.ONE,
        (1, 2), {1: 2}, {True: 1, None: 2}, {Word.A: 1}, {"a": (1, [Word.A])}, {"": {}}, [],
    )  # fmt: skip
    for value in values:
        assert json_encode(value) == standard(value), value
    for number in (1e16, 1e22, 1.7976931348623157e308):
        assert json.loads(json_encode([number])) == [number]


@EXAMPLES
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one, max_size=3),
        max_leaves=8,
    )
)
def test_written_alike_whatever_it_is(value: object) -> None:
    assert json_encode(value) == standard(value)


def strict(text: str) -> bytes:
    """base64url as RFC 7515 has it, said another way: what encodes to this very text."""
    try:
        data = encoding.b64decode(text + "=" * (-len(text) % 4), b"-_") if set(text) <= set(LETTERS) else b""
    except ValueError:
        data = b""
    if not data or urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Malformed("no")
    return data


def test_every_sign_at_every_place() -> None:
    """In texts of each length modulo four, short and long enough for the library's wide steps."""
    for length in (2, 3, 4, 63, 64, 66):
        good = b64url_encode(bytes(range(100)))[: length - 1] + "A"
        for at in {0, 1, length // 2, length - 2, length - 1}:
            for sign in (*map(chr, range(256)), "ٱ", "Ａ"):
                text = good[:at] + sign + good[at + 1 :]
                assert outcome(b64url_decode, text)[0] == outcome(strict, text)[0], text
                if outcome(strict, text)[0] == "read":
                    assert b64url_decode(text) == strict(text)


@EXAMPLES
@given(st.text(LETTERS + "+/= \n", max_size=9) | st.text(max_size=5) | st.binary(min_size=1).map(b64url_encode))
def test_any_text(text: str) -> None:
    assert outcome(b64url_decode, text)[0] == outcome(strict, text)[0]
