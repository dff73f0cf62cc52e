"""Disclosures and digests in one go, and one by one: no Disclosure is read with the help of another."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.documents.sd_jwt.disclosures import Disclosure, digest, digests, parse_disclosure, parse_disclosures
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.errors import SdJwtError

EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_PARSERS", "60")), deadline=None)
A, B = '["salt-a","a","x"]', '["salt-b","b","y"]'
parts = st.sampled_from(
    [
        A,
        B,
        '["s","a",1]',
        '["s","a",{"b":[1]}]',
        '["s","a",{"b":1,"b":2}]',
        '["s","x"]',
        "[]",
        '["',
        '"]',
        "]",
        "[",
        ",",
        "\n",
        " ",
        "\t",
        "\r",
        '["s","a",',
        '"b"]',
        '["s","a","\\u00e9"]',
    ]
)


@EXAMPLES
@given(st.lists(st.lists(parts, min_size=1, max_size=3).map("".join), max_size=4), st.booleans())
def test_disclosures_together_and_one_by_one(contents: list[str], loose: bool) -> None:
    """No Disclosure borrows from the next one."""
    texts = [b64url_encode(one.encode()) for one in contents]
    if loose and texts:
        texts[0] = texts[0][:-1] + chr(ord(texts[0][-1]) ^ 1)

    assert _outcome(parse_disclosures, texts) == _outcome(_one_by_one, texts)


@pytest.mark.parametrize("gap", ["", " ", "\t", "\r", "\n", "\t\n", "\r\n", "\n\t"])
def test_disclosures_cut_at_another_place(gap: str) -> None:
    """Two arrays, in two texts that are not one each: with white space at the cut, whose last letters `]` has too."""
    refused = 0
    for filler in ("", "x", "xx"):
        whole = f'["s{filler}","a","b"]{gap}["t","c{filler}","d"]'
        for cut in range(1, len(whole)):
            for before, after in ((gap, ""), ("", gap), (gap, gap)):
                texts = [b64url_encode(one.encode()) for one in (whole[:cut] + before, after + whole[cut:])]
                outcome = _outcome(parse_disclosures, texts)
                assert outcome == _outcome(_one_by_one, texts), (whole, cut)
                refused += "Disclosure(" not in outcome
    assert refused > 200


def _outcome(read: Callable[[list[str]], tuple[Disclosure, ...]], texts: list[str]) -> str:
    try:
        return repr(read(texts))
    except SdJwtError as error:
        return str(error)


def _one_by_one(texts: list[str]) -> tuple[Disclosure, ...]:
    return tuple(map(parse_disclosure, texts))


@pytest.mark.parametrize("number", [0, 1, 2, 64, 65, 2000])
def test_digests_together_and_one_by_one(number: int) -> None:
    texts = [f"d{at}" for at in range(number)]
    assert digests(texts, "sha-256") == [digest(text, "sha-256") for text in texts]
