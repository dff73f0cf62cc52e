"""No input crashes a reader of health records: it is read, or refused by a refusal of ours."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

from health_support import FACILITIES, INSURANCE_FILE, PUBLISHED, published
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.documents.health import insurance_reading, ips_reading
from idp.documents.health.errors import HealthRecordError
from idp.documents.health.record import Record

#: More by HEALTH_EXAMPLES=5000.
EXAMPLES = settings(max_examples=int(os.environ.get("HEALTH_EXAMPLES", "40")), deadline=None, derandomize=True)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=8), st.just([]), st.just({}), st.just([{}]),
    st.just({"reference": "#x"}), st.just([{"reference": "Patient/1"}]), st.just({"coding": [{"code": "x"}]}),
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every spot of a JSON value, as its container and its key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in list(pairs):
        yield value, key
        yield from places(below)


def outcome(read: Any) -> Record | None:
    try:
        found: Record = read()
    except HealthRecordError:
        return None
    return found


@EXAMPLES
@given(st.sampled_from(PUBLISHED), st.data())
def test_a_changed_summary(name: str, drawn: st.DataObject) -> None:
    """One value anywhere replaced or left out."""
    bundle = copy.deepcopy(published(name))
    spots = list(places(bundle))
    container, key = spots[drawn.draw(st.integers(0, len(spots) - 1))]
    if drawn.draw(st.booleans()):
        container[key] = drawn.draw(VALUES)
    else:
        del container[key]
    outcome(lambda: ips_reading.read(json.dumps(bundle).encode(), FACILITIES))


@EXAMPLES
@given(st.integers(0, len(INSURANCE_FILE)), st.integers(0, 60), st.binary(max_size=12))
def test_changed_tables(at: int, length: int, instead: bytes) -> None:
    """Some bytes anywhere replaced."""
    changed = INSURANCE_FILE[:at] + instead + INSURANCE_FILE[at + length :]
    outcome(lambda: insurance_reading.read([changed], FACILITIES))


@EXAMPLES
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert outcome(lambda: ips_reading.read(data, FACILITIES)) is None
    assert outcome(lambda: insurance_reading.read([data], FACILITIES)) is None
