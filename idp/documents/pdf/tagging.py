"""Marked content for reportlab, which knows none (ISO 32000-1 section 14.7 and 14.8): each paragraph is a piece that
a screen reader reads, everything else is an artifact that it passes over. `structure.py` makes the tree of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table


@dataclass(frozen=True)
class Mark:
    """One marked piece of a page: its structure type, its language where it is not the document's."""

    tag: str
    lang: str


def style(
    name: str, font: str, size: float, colour: Any, *, centred: bool = False, shift: float = 0
) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=size * 1.28, textColor=colour, leftIndent=shift,
        alignment=TA_CENTER if centred else TA_LEFT, splitLongWords=1,
    )  # fmt: skip


class Text(Paragraph):  # type: ignore[misc]
    """A paragraph that is one marked piece; a part of it on the next page is another."""

    def __init__(
        self, text: str, style: Any = None, *args: Any, tag: str = "P", lang: str = "", **options: Any
    ) -> None:
        self.mark = Mark(tag, lang)
        super().__init__(text, style, *args, **options)

    def split(self, width: float, height: float) -> list[Text]:
        parts: list[Text] = super().split(width, height)
        for part in parts:
            part.mark = self.mark
        return parts

    def draw(self) -> None:
        with self.canv.marked(self.mark):
            super().draw()


class MarkedTable(Table):  # type: ignore[misc]
    """A table whose rules and backgrounds are artifacts; its cells are read row by row."""

    def _drawBkgrnd(self) -> None:
        with self.canv.artifact():
            super()._drawBkgrnd()

    def _drawLines(self) -> None:
        with self.canv.artifact():
            super()._drawLines()


class MarkedCanvas(Canvas):  # type: ignore[misc]
    """A canvas that counts its marked pieces, and draws the margins when it knows how many pages there are."""

    def __init__(self, *args: Any, marks: list[tuple[Mark, ...]], margins: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.page_marks: list[Mark] = []
        self.all_marks, self.margins = marks, margins
        self.pages: list[dict[str, Any]] = []

    @classmethod
    def maker(cls, marks: list[tuple[Mark, ...]], margins: object) -> Callable[..., MarkedCanvas]:
        return lambda *args, **options: cls(*args, marks=marks, margins=margins, **options)

    @contextmanager
    def marked(self, mark: Mark) -> Iterator[None]:
        self._code.append(f"/{mark.tag} <</MCID {len(self.page_marks)}>> BDC")
        self.page_marks.append(mark)
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        self._code.append("/Artifact BMC")
        yield
        self._code.append("EMC")

    def showPage(self) -> None:
        self.all_marks.append(tuple(self.page_marks))
        self.page_marks = []
        self.pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self.pages, 1):
            self.__dict__.update(page)
            self.margins(self, number, len(self.pages))
            super().showPage()
        super().save()
