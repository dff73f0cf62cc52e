"""Dates at the end of all calendars (RFC 7519 section 2): a holder writes her proof's dates herself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from idp.documents.verifier.ages import age
from idp.documents.verifier.dates import numeric_date
from idp.documents.verifier.report import moment


@pytest.mark.parametrize("value", [253402300799, 253402300799.9, 250246627200, -1, 1e300, 10**30])
def test_what_cannot_be_reckoned_with(value: float) -> None:
    """Refused as malformed, rather than failing once something is added to it."""
    with pytest.raises(ValueError, match="NumericDate"):
        numeric_date({"iat": value}, "iat")


def test_the_last_that_is_taken() -> None:
    """It can be shown in Vietnam's time, and ten years be added."""
    last = numeric_date({"iat": 250246627199}, "iat")
    assert last == datetime(9899, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert moment(last + timedelta(days=3660), "vi").endswith("06:59 (UTC+7)")


def test_ages_in_words() -> None:
    """In the largest whole unit of which there are two, so that no age reads as the one it is held against."""
    said = {
        0: "0 seconds", 1: "1 second", 60: "60 seconds", 70: "70 seconds", 119: "119 seconds", 120: "2 minutes",
        7199: "119 minutes", 7200: "2 hours",
    }  # fmt: skip
    assert {seconds: age(timedelta(seconds=seconds), "en") for seconds in said} == said
    assert age(timedelta(seconds=-5), "vi") == "0 giây"
    assert age(timedelta(seconds=70), "vi") == "70 giây"
    assert age(timedelta(days=2), "vi") == "2 ngày"
