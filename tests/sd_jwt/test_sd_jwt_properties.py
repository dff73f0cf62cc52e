"""For any nested claims: issuing, selecting and processing agree; and no character may be changed."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from idp.documents.sd_jwt.disclosures import RESERVED_NAMES
from idp.documents.sd_jwt.issuing import issue
from idp.documents.sd_jwt.jws import verify_signature
from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.processing import ConcretePath
from idp.documents.sd_jwt.selecting import claims_of, disclosable_paths, present

KEY = ECKey.generate_key("P-256")
names = st.text(min_size=1, max_size=6).filter(lambda name: name not in RESERVED_NAMES)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | numbers | st.text(max_size=8)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=12
)
documents = st.dictionaries(names, values, min_size=1, max_size=4)


def places(value: object, here: ConcretePath = ()) -> Iterator[ConcretePath]:
    """Every place in a value, the top excluded."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield (*here, step)
        yield from places(child, (*here, step))


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, object], list[ConcretePath], list[ConcretePath]]:
    claims = draw(documents)
    everywhere = list(places(claims))
    hidden = draw(st.lists(st.sampled_from(everywhere), unique=True))
    wanted = draw(st.lists(st.sampled_from(everywhere), unique=True, max_size=3))
    return claims, hidden, wanted


def reduced(value: object, here: ConcretePath, hidden: set[ConcretePath], wanted: list[ConcretePath]) -> object:
    """What a selection must show, said independently: all that is clear, wanted, above or below the wanted."""

    def stays(place: ConcretePath) -> bool:
        return place not in hidden or any(place[: len(one)] == one or one[: len(place)] == place for one in wanted)

    if isinstance(value, dict):
        return {
            step: reduced(child, (*here, step), hidden, wanted)
            for step, child in value.items()
            if stays((*here, step))
        }
    if isinstance(value, list):
        return [
            reduced(child, (*here, step), hidden, wanted) for step, child in enumerate(value) if stays((*here, step))
        ]
    return value


@settings(max_examples=150, deadline=None)
@given(cases())
def test_round_trip(case: tuple[dict[str, object], list[ConcretePath], list[ConcretePath]]) -> None:
    """Issued, then read: the same claims; selected from: exactly what was chosen and what is clear."""
    claims, hidden, wanted = case
    text = issue(claims, disclosable=hidden, key=KEY, header={"typ": "x"}, decoys=1)
    verify_signature(parse(text).jwt, KEY)
    assert claims_of(text) == claims
    assert set(disclosable_paths(text)) == set(hidden)
    assert claims_of(present(text, wanted)) == reduced(claims, (), set(hidden), wanted)
