"""The static files of both apps fit together, and the portal's copies are copies."""

from __future__ import annotations

import re
import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
APPS = ("idp", "demo_client")
MADE = runpy.run_path(str(Path(__file__).parent / "make_assets.py"))


def styles(app: str) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / app / "static/css").glob("*.css")))


@pytest.mark.parametrize("path", MADE["SHARED"])
def test_the_portal_has_the_same_file(path: str) -> None:
    """What both apps share is equal; `python tests/look/make_assets.py` copies it after a change."""
    assert (ROOT / "demo_client" / path).read_bytes() == (ROOT / "idp" / path).read_bytes()


def test_the_line_pattern_is_what_the_script_makes() -> None:
    """The committed pattern is generated, not drawn by hand."""
    static = ROOT / "idp/static"
    assert (static / "pattern-lines.svg").read_text(encoding="utf-8") == MADE["pattern_lines"]()
    assert (static / "pattern-mark.svg").read_text(encoding="utf-8") == MADE["pattern_mark"]()


@pytest.mark.parametrize("app", APPS)
def test_every_custom_property_that_is_used_is_set(app: str) -> None:
    """No rule reads a token that no rule sets."""
    css = styles(app)
    assert set(re.findall(r"var\((--[\w-]+)", css)) - set(re.findall(r"(--[\w-]+)\s*:", css)) == set()


@pytest.mark.parametrize("app", APPS)
def test_every_file_a_stylesheet_names_is_there(app: str) -> None:
    """Fonts and pictures of the stylesheets are beside them, none is fetched from elsewhere."""
    folder = ROOT / app / "static/css"
    named = re.findall(r"url\(\"([^\"]+)\"\)", styles(app))
    assert named
    assert [name for name in named if not (folder / name).resolve().is_file()] == []
    assert re.findall(r"@import|https?://", styles(app)) == []


@pytest.mark.parametrize("app", APPS)
def test_every_static_file_a_template_names_is_there(app: str) -> None:
    """Scripts, styles and pictures of the pages exist."""
    pages = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / app / "templates").rglob("*.html"))
    named = set(re.findall(r"static_url\(['\"]([^'\"]+)['\"]\)", pages))
    assert "icons.svg" in named
    assert [name for name in sorted(named) if not (ROOT / app / "static" / name).is_file()] == []


@pytest.mark.parametrize("app", APPS)
def test_every_icon_a_template_names_is_in_the_sprite(app: str) -> None:
    """An icon that is asked for by name is drawn."""
    drawn = {symbol.get("id") for symbol in ET.parse(ROOT / app / "static/icons.svg").iter() if symbol.get("id")}  # noqa: S314
    pages = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / app / "templates").rglob("*.html"))
    found = set(re.findall(r"\bicon\([\"']([\w-]+)[\"']\)|icons\.svg'\) }}#([\w-]+)", pages))
    asked = {name for pair in found for name in pair if name}
    assert asked - drawn == set()
    assert {"valid", "refused", "warning", "info", "phone", "document", "person", "lock", "arrow"} <= drawn


@pytest.mark.parametrize("app", APPS)
def test_the_font_carries_its_licence(app: str) -> None:
    """The Open Font License travels with the font files (OFL 1.1, condition 2)."""
    fonts = ROOT / app / "static/fonts"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (fonts / "OFL.txt").read_text(encoding="utf-8")
    assert {file.name.split("-normal")[0][-3:] for file in fonts.glob("*.woff2")} == {"400", "600"}


@pytest.mark.parametrize("app", APPS)
def test_scripts_are_modules_that_only_enhance(app: str) -> None:
    """Every script is loaded as a module and none writes markup or evaluates text."""
    pages = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / app / "templates").rglob("*.html"))
    assert [tag for tag in re.findall(r"<script[^>]*>", pages) if 'type="module"' not in tag] == []
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / app / "static/js").rglob("*.js"))
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code) == []
