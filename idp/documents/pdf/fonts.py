"""The certificate's fonts: vendored, so that a file looks the same wherever it was made, and embedded as subsets."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "font_files"
REGULAR, BOLD, ITALIC = "MockSerif-Regular", "MockSerif-Bold", "MockSerif-Italic"


@cache
def register() -> None:
    """Make the fonts known to reportlab, once a process."""
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (REGULAR, BOLD, ITALIC):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf")))
        addMapping(name, 0, 0, name)


@cache
def letters() -> frozenset[int]:
    """The letters that every one of the fonts has."""
    from reportlab.pdfbase import pdfmetrics

    register()
    return frozenset.intersection(
        *(frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in (REGULAR, BOLD, ITALIC))
    )


def printable(text: str) -> str:
    """The text with each letter that the fonts lack written as its code point: told, not dropped or boxed."""
    return "".join(letter if ord(letter) in letters() or letter == "\n" else _code_point(letter) for letter in text)


def _code_point(letter: str) -> str:
    return " " if letter.isspace() else f"[U+{ord(letter):04X}]"
