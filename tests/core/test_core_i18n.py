"""Messages: both languages, everywhere; dates and numbers as people read them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from idp.i18n import Catalogue, CatalogueError, format_date, format_datetime, format_id_number

ROOT = Path(__file__).parent.parent.parent
APPS = {"idp": ROOT / "idp", "demo_client": ROOT / "demo_client"}
USED = re.compile(r"""\bt\(\s*["']([a-z0-9_.-]+\.[a-z0-9_.-]+)["']\s*[,)]""")
PLACES = re.compile(r"{(\w+)}")


def keys_used(folder: Path) -> set[str]:
    files = [*folder.rglob("*.html"), *folder.rglob("*.py")]
    return {key for file in files for key in USED.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("app", APPS)
def test_every_message_that_a_page_asks_for_is_there(app: str) -> None:
    """No page can fail, or fall back to one language, for want of a message."""
    catalogue = Catalogue.load(APPS[app] / "translations")
    assert keys_used(APPS[app]) - set(catalogue.messages) == set()


@pytest.mark.parametrize("app", APPS)
def test_both_languages_fill_the_same_places(app: str) -> None:
    """A translation that forgets a value, or invents one, is found here and not by a citizen."""
    catalogue = Catalogue.load(APPS[app] / "translations")
    differing = {
        key
        for key, text in catalogue.messages.items()
        if set(PLACES.findall(text["vi"])) != set(PLACES.findall(text["en"]))
    }
    assert differing == set()


def test_a_message_without_english_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('[a]\nb = { vi = "chào" }\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"x\.toml: a\.b"):
        Catalogue.load(tmp_path)


def test_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"a\.b"):
        Catalogue.load(tmp_path).text("a.b", "vi")


def test_dates_are_unambiguous_in_both_languages() -> None:
    """05/03/2026 is what Vietnamese readers expect; in English it would be read two ways."""
    assert format_date(date(2026, 3, 5), "vi") == "05/03/2026"
    assert format_date("2026-03-05", "en") == "5 March 2026"


def test_instants_are_shown_in_vietnam_time() -> None:
    """18:30 UTC is already the next day in Vietnam."""
    assert format_datetime(datetime(2026, 3, 5, 18, 30, tzinfo=UTC), "vi") == "06/03/2026 01:30"


def test_numbers_keep_their_leading_zero() -> None:
    assert format_id_number("065190000101") == "065 190 000 101"
