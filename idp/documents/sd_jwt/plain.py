"""JSON in base64url as nearly all of it is: read in one go, or not at all.

Nothing is refused here. What is read is what `b64url_decode` and `json_decode` would have read: the letters are the
one encoding of the bytes, and these come out the same when the value is written again, so that nothing was lost in
reading, such as a second member of the same name. For all else the answer is None, and whoever asked goes the long
way, which says what is wrong, if anything is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter

import msgspec
from pybase64 import b64decode

from idp.documents.sd_jwt.encoding import MAX_DEPTH, URL_SAFE, b64url_encode, read_json, write_json

#: What reading raises for what is not plain.
NOT_PLAIN = (ValueError, TypeError, LookupError, RecursionError, OverflowError)

#: The last letter of JSON that ends in `}` or `]`, by what its length leaves over, and the padding that is then left
#: out. A text that ends so has no loose bits; one whose length says something else does not decode.
_AFTER_OBJECT = {"9": "", "0": "=", "Q": "=="}
_AFTER_ARRAY = {ord("d"): b"", ord("0"): b"=", ord("Q"): b"=="}
_last = itemgetter(-1)
_read_texts: Callable[[bytes], Sequence[tuple[str, str, object]]] = msgspec.json.Decoder(
    tuple[str, str, str]
).decode_lines
_read_lines = msgspec.json.Decoder(tuple[str, str, object]).decode_lines
_write_lines = msgspec.json.Encoder().encode_lines


def plain_object(text: str) -> tuple[bytes, dict[str, object]] | None:
    """A JSON object and its bytes. The caller has seen that the text has no signs of base64. Raises `NOT_PLAIN`."""
    data = b64decode(text + _AFTER_OBJECT[text[-1]], URL_SAFE, True)
    value = read_json(data)
    if type(value) is not dict or write_json(value) != data or data.count(b"[") + data.count(b"{") >= MAX_DEPTH:
        return None
    return data, value


def sha256_digests(texts: Sequence[bytes]) -> tuple[str, ...]:
    """base64url of the hash of each, encoded in one go: 33 bytes are 44 letters, and a zero byte only parts two."""
    return cut(b64url_encode(b"\0".join([sha256(text).digest() for text in texts])), len(texts), 43, 44)


def cut(letters: str, number: int, length: int, step: int) -> tuple[str, ...]:
    """So many pieces of this length, the next a step further."""
    if 2 <= number <= _MANY:
        return _cutter(number, length, step)(letters)
    return tuple([letters[at : at + length] for at in range(0, number * step, step)])


_MANY = 64  # no stranger's document of two thousand Disclosures leaves a cutter behind


@lru_cache(maxsize=128)
def _cutter(number: int, length: int, step: int) -> Callable[[str], tuple[str, ...]]:
    return itemgetter(*[slice(at, at + length) for at in range(0, number * step, step)])


def plain_disclosures(texts: Sequence[bytes]) -> tuple[Sequence[tuple[str, str, object]], bool] | None:
    """Salt, name and value of each, where all are Disclosures of object properties; and whether there may be
    digests in a value.

    Where there is nothing but arrays of texts, a `]` before a line break ends an array, and each Disclosure is seen
    to end in one: as many arrays as Disclosures are therefore one in each. Where there is more, no line break is in
    what comes out the same when written again, so each line is one Disclosure. The caller has seen that the texts
    have no signs of base64. Raises `NOT_PLAIN`.
    """
    made = [b64decode(text + _AFTER_ARRAY[text[-1]], URL_SAFE, True) for text in texts]
    if bytes(map(_last, made)) != b"]" * len(made):  # the last letter alone leaves white space possible
        return None
    lines = b"\n".join(made) + b"\n"
    try:
        found = _read_texts(lines)
    except msgspec.ValidationError:
        return _disclosures(lines, len(texts))
    return (found, False) if len(found) == len(texts) else None


def _disclosures(lines: bytes, number: int) -> tuple[Sequence[tuple[str, str, object]], bool] | None:
    # One array around each; with so many inside, they might nest too deep in one of them.
    if lines.count(b"[") + lines.count(b"{") >= MAX_DEPTH - 2 + number:
        return None
    parts = _read_lines(lines)
    return (parts, names_digests(lines)) if len(parts) == number and _write_lines(parts) == lines else None


def names_digests(data: bytes) -> bool:
    """Whether JSON that is as we write it may hold digests, or names that are theirs: these stand there as they are,
    and a quotation mark within a text has a backslash before it.
    """
    return b'"_sd' in data or b'"...' in data
