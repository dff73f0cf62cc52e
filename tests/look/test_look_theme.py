"""The colours of both apps, in the light and the dark theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
THEMES = {
    (app, scheme): ROOT / app / "static/css/theme.css"
    for app in ("idp", "demo_client")
    for scheme in ("light", "dark")
}
TEXT_ON = {
    "ink": ("paper", "surface", "sunken", "document", "brand-tint", "valid-tint", "refused-tint", "warning-tint",
            "info-tint", "neutral-tint"),
    "ink-soft": ("paper", "surface", "sunken", "document", "neutral-tint", "brand-tint"),
    "brand": ("paper", "surface", "sunken", "brand-tint", "document"),
    "brand-deep": ("paper", "surface", "brand-tint"),
    "on-brand": ("brand", "brand-deep"),
    "on-head": ("head",),
    "on-head-soft": ("head",),
    "on-ribbon": ("ribbon", "ribbon-hatch"),
    "valid": ("valid-tint", "surface", "paper", "document"),
    "refused": ("refused-tint", "surface", "paper", "document"),
    "warning": ("warning-tint", "surface", "paper", "document"),
    "info": ("info-tint", "surface", "paper", "document"),
}  # fmt: skip
# Text stands on the line pattern of a document as well.
TEXT_ON_PATTERN = dict.fromkeys(("ink", "document-soft"), ("document", "pattern", "pattern-mark"))
# What tells a control from its ground (WCAG 2.2, 1.4.11).
EDGES = {"edge": ("paper", "surface"), "focus": ("paper", "surface", "brand-tint"), "brand": ("paper", "surface")}


def tokens(file: Path, scheme: str) -> dict[str, str]:
    """The custom properties that hold a plain colour, the dark ones laid over the light ones."""
    css = file.read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)", 1)
    dark = dark.split("\n}\n", 1)[0]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(colours: dict[str, str], pairs: dict[str, tuple[str, ...]], least: float) -> list[str]:
    return [
        f"{front} on {ground}: {ratio:.2f}"
        for front, grounds in pairs.items()
        for ground in grounds
        if (ratio := contrast(colours[front], colours[ground])) < least
    ]


def test_contrast_is_computed_as_wcag_says() -> None:
    """Black on white is 21 to 1, and #767676 is the lightest grey that passes on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") >= 4.5 > contrast("#777777", "#ffffff")


@pytest.mark.parametrize(("app", "scheme"), THEMES)
def test_text_is_readable_on_every_ground_it_stands_on(app: str, scheme: str) -> None:
    """Every pair of text and ground has a contrast of 4.5 to 1 or better."""
    assert too_weak(tokens(THEMES[app, scheme], scheme), TEXT_ON, 4.5) == []


@pytest.mark.parametrize(("app", "scheme"), THEMES)
def test_text_is_readable_across_the_lines_of_a_document(app: str, scheme: str) -> None:
    """The lines under a document's text are quiet enough to leave 4.5 to 1 even where a letter falls on one."""
    assert too_weak(tokens(THEMES[app, scheme], scheme), TEXT_ON_PATTERN, 4.5) == []


@pytest.mark.parametrize(("app", "scheme"), THEMES)
def test_controls_and_focus_stand_out(app: str, scheme: str) -> None:
    """Edges of fields and focus rings have a contrast of 3 to 1 or better."""
    assert too_weak(tokens(THEMES[app, scheme], scheme), EDGES, 3) == []


@pytest.mark.parametrize("app", ["idp", "demo_client"])
def test_the_dark_theme_forgets_no_colour(app: str) -> None:
    """Each colour of the light theme has its counterpart in the dark one."""
    light, dark = THEMES[app, "light"].read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)", 1)
    named = re.compile(r"--([a-z-]+): (?:#|0 )")
    assert set(named.findall(light)) == set(named.findall(dark.split("\n}\n", 1)[0]))


def test_the_two_apps_look_related_not_identical() -> None:
    """The same tokens, another hue; what means valid, refused or warning looks the same everywhere."""
    ours, theirs = (tokens(THEMES[app, "light"], "light") for app in ("idp", "demo_client"))
    assert ours.keys() == theirs.keys()
    assert ours["brand"] != theirs["brand"]
    for kind in ("valid", "refused", "warning", "ribbon"):
        assert ours[kind] == theirs[kind]
