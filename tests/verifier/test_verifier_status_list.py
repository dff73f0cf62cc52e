"""The Status List encoding (Token Status List draft, section 4.1, appendix C)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.documents.sd_jwt.encoding import b64url_decode
from idp.documents.verifier.errors import StatusIndexOutOfRange
from idp.documents.verifier.status_list import decode_status_list, encode_status_list

#: Section 4.1: bits, values, compressed bytes (hex), `lst`.
EXAMPLES = [
    (1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], "78dadbb918000217015d", "eNrbuRgAAhcBXQ"),
    (2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], "78da3be9f2130003df0207", "eNo76fITAAPfAgc"),
]
#: Appendix C: bits, the values that are named in a list of 2^20, `lst`.
VECTORS = json.loads(Path(__file__).with_name("status_list_vectors.json").read_text(encoding="ascii"))


@pytest.mark.parametrize(("bits", "values", "packed", "lst"), EXAMPLES)
def test_examples(bits: int, values: list[int], packed: str, lst: str) -> None:
    """4.1, 4.2: the examples are written and read as in the text."""
    assert b64url_decode(encode_status_list(values, bits)).hex() == packed
    assert encode_status_list(values, bits) == lst
    read = decode_status_list({"bits": bits, "lst": lst})
    assert [read[index] for index in range(len(values))] == values


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["bits"]))
def test_vectors(vector: dict[str, object]) -> None:
    """Appendix C: a million entries, of which a few are not 0."""
    bits, values = vector["bits"], {int(index): value for index, value in vector["values"].items()}
    read = decode_status_list(vector)
    assert len(read.data) * 8 // bits == 2**20
    assert {index: read[index] for index in values} == values
    everything = bytearray(2**20)
    for index, value in values.items():
        everything[index] = value
    assert decode_status_list({"bits": bits, "lst": encode_status_list(everything, bits)}) == read


@given(
    st.sampled_from([1, 2, 4, 8]).flatmap(
        lambda bits: st.tuples(st.just(bits), st.lists(st.integers(0, 2**bits - 1)))
    )
)
def test_round_trip(case: tuple[int, list[int]]) -> None:
    """Whatever is written is read again, and nothing is read beyond the last byte."""
    bits, values = case
    read = decode_status_list({"bits": bits, "lst": encode_status_list(values, bits)})
    assert [read[index] for index in range(len(values))] == values
    with pytest.raises(StatusIndexOutOfRange):
        read[len(read.data) * 8 // bits]
    with pytest.raises(StatusIndexOutOfRange):
        read[-1]


@pytest.mark.parametrize(("values", "bits"), [([2], 1), ([-1], 2), ([0], 3), ([256], 8)])
def test_what_cannot_be_written(values: list[int], bits: int) -> None:
    """4.1: bits is 1, 2, 4 or 8, and a value fits into them."""
    with pytest.raises(ValueError, match=r"bits|fit"):
        encode_status_list(values, bits)
