"""No change of a single byte of a code survives verification, at any layer; and no input is anything but refused."""

from __future__ import annotations

import os

import base45
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offline_world import Codes, packed, text_of

from idp.documents.offline import deflate
from idp.documents.verifier import cbor
from idp.documents.verifier.errors import Malformed, VerificationError

EXAMPLES = int(os.environ.get("MOCK_VNEID_FUZZ", "60"))
CODES = Codes()
TEXT = CODES.text()
PACKED = base45.b45decode(TEXT)
SIGNED = deflate.unpack(PACKED, 4096)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
some = settings(max_examples=EXAMPLES, deadline=None)


def refused(text: str) -> None:
    with pytest.raises(VerificationError):
        CODES.verify(text)


def changed(data: bytes, place: int, by: int) -> bytes:
    return data[:place] + bytes([data[place] ^ by]) + data[place + 1 :]


@some
@given(st.integers(0, len(TEXT) - 1), st.sampled_from(LETTERS))
def test_a_letter(place: int, letter: str) -> None:
    """Of the text that a reader sees."""
    if TEXT[place] != letter:
        refused(TEXT[:place] + letter + TEXT[place + 1 :])


@some
@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_a_packed_byte(place: int, by: int) -> None:
    """Of the compressed stream: not even one that unpacks to the same."""
    refused(text_of(changed(PACKED, place, by)))


def test_every_bit_of_the_packing_counts() -> None:
    """Whatever zlib would let pass: its level, and what stands between the last code and the next byte."""
    places = [0, 1, 2, *range(len(PACKED) - 6, len(PACKED))]
    for place in places:
        for bit in range(8):
            refused(text_of(changed(PACKED, place, 1 << bit)))


@some
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_signed_byte(place: int, by: int) -> None:
    """Of headers, claims and signature, packed well."""
    refused(packed(changed(SIGNED, place, by)))


@some
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """As a message, and as a text."""
    refused(packed(b"\xd8\x3d\xd2" + data))
    refused(packed(data))
    refused(text_of(data))


@some
@given(st.text(alphabet=LETTERS, max_size=200))
def test_any_text(text: str) -> None:
    """Of the letters of Base45."""
    refused(text)


MIXED = [{-1: 0, 24: 0}, {"": 0, 24: 0, -1: {"a": [], 1000: None}}, {"b": 1, "aa": 2}]
KEYS = st.integers(-(2**63), 2**63) | st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("value", MIXED)
def test_keys_stand_in_the_order_of_their_encodings(value: object) -> None:
    """RFC 8949 4.2.1, not by length first as RFC 7049 had it: read, and written again."""
    assert cbor.decode(cbor.encode(value)) == value


@some
@given(VALUES)
def test_what_is_written_is_read(value: object) -> None:
    """One encoding for each value: what is written is read, and a byte more is not."""
    try:
        data = cbor.encode(value)
    except ValueError:
        return  # nested deeper than a code may be
    assert cbor.decode(data) == value
    assert cbor.encode(cbor.decode(data)) == data
    with pytest.raises(Malformed):
        cbor.decode(data + b"\0")


@some
@given(st.binary(max_size=600))
def test_packing(data: bytes) -> None:
    """Unpacked again it is the same, and no other stream is taken for it."""
    assert deflate.unpack(deflate.pack(data), 600) == data
