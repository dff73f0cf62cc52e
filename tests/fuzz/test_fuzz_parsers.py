"""No input makes a parser fail, hang or take what nobody signed.

`MOCK_VNEID_FUZZ=5000` tries harder than the suite does, `make fuzz` harder still.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("verifier", "offline", "documents"))]

from targets import NAMES, target  # noqa: E402 - lies beside this file

from idp.documents.sd_jwt.encoding import b64url_encode  # noqa: E402

EXAMPLES = int(os.environ.get("MOCK_VNEID_FUZZ", "40"))
#: A seed is accepted, but for those that only begin a text.
BEGINNINGS = {"certificate-pem"}
#: Signed as a whole: whatever is not the seed is refused.
SIGNED = ("document", "presentation", "code", "code-base45", "code-cose", "trust-bundle", "receipt", "pdf")
MILLION = 1_000_000
fuzzed = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner)
)


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """A piece of the seed cut out, doubled, or something else in its place."""
    start = draw(st.integers(0, len(seed)))
    end = draw(st.integers(start, min(len(seed), start + 40)))
    piece = draw(st.binary(max_size=12) | st.sampled_from([b"", b"~", b".", b"{}", b"[", b"null", b"-1", b"1e999"]))
    return seed[:start] + piece + seed[start:end] * draw(st.integers(0, 2)) + seed[end:]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BEGINNINGS])
def test_its_seed_is_taken(name: str) -> None:
    """Mutations begin with something good, or they would reach nothing."""
    assert target(name)(target(name).seed)


@pytest.mark.parametrize("name", NAMES)
def test_mutations(name: str) -> None:
    """A value or a named refusal; and what is signed is taken unchanged or not at all."""
    parser = target(name)

    @fuzzed
    @given(mutated(parser.seed))
    def run(data: bytes) -> None:
        taken = parser(data)
        assert name not in SIGNED or not taken or data.strip() == parser.seed.strip()

    run()


@pytest.mark.parametrize("name", NAMES)
def test_any_bytes_and_any_json(name: str) -> None:
    """What has no likeness to the format, and JSON of every shape."""
    parser = target(name)

    @fuzzed
    @given(st.binary(max_size=200) | anything.map(lambda value: json.dumps(value).encode()))
    def run(data: bytes) -> None:
        parser(data)

    run()


@pytest.mark.parametrize("name", NAMES)
def test_large_and_deep(name: str) -> None:
    """A megabyte of one sign, and nesting of every kind: an answer, and no failure."""
    for one in (b"[", b'{"a":', b"~", b".", b"A", b"\x00", b"\xff", b"9", b'"', b"A."):
        target(name)(one * (MILLION // len(one)))
    target(name)(target(name).seed * (MILLION // len(target(name).seed)))


def test_bombs() -> None:
    """Lists that unpack into a gigabyte are left packed."""
    inflater = zlib.compressobj(9)
    bomb = b"".join(inflater.compress(bytes(MILLION)) for _ in range(1_000)) + inflater.flush()
    assert not target("status-list")(bomb)
    claims = {"status_list": {"bits": 8, "lst": b64url_encode(bomb)}, "sub": "https://police.example/status/1"}
    assert not target("status-token")(json.dumps(claims).encode())


def test_no_single_byte_of_a_presentation() -> None:
    """Each place in turn, with another letter: nothing verifies."""
    parser = target("presentation")
    for place in range(0, len(parser.seed), 1 if EXAMPLES >= 1_000 else 17):
        for mask in (1, 0x20):
            edited = bytes([parser.seed[place] ^ mask])
            assert not parser(parser.seed[:place] + edited + parser.seed[place + 1 :]), place
