"""The guide to the compatibility claims says what the table says, line by line."""

from __future__ import annotations

import re
from pathlib import Path

from idp.oauth.compat_claims import LEFT_OUT, REPORTS, TOLD

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "compatibility-claims.md").read_text(encoding="utf-8")


def table(head: str) -> list[list[str]]:
    """The rows under the head that begins so."""
    found = re.search(rf"^\| {head}.*\n\|[-|]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE)
    assert found
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found.group(1).splitlines()]


def test_every_name_with_what_it_is_made_of() -> None:
    """In the table's order and words."""
    expected = [[f"`{one.name}`", f"`{one.source}`", one.whose, one.meaning["en"], one.report] for one in TOLD]
    assert table("name") == expected


def test_every_name_that_is_left_out_and_why() -> None:
    expected = [[", ".join(f"`{name}`" for name in one.names), one.why["en"]] for one in LEFT_OUT]
    assert table("names") == expected


def test_who_reports_it() -> None:
    for name, words in REPORTS.items():
        assert f"- `{name}`: {words['en']}\n" in GUIDE


def test_it_is_not_called_official() -> None:
    """In both languages, before anything else is said."""
    beginning = GUIDE.split("## 1.")[0]
    assert "không phải đặc tả chính thức" in beginning
    assert "No official developer specification" in beginning
