"""Drawing a certificate as PDF (reportlab): the form of Decree 30/2020/ND-CP, MÔ PHỎNG / MOCK on every page.

Loaded when a file is asked for, not before: reportlab is slow to import.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
    TableStyle,
)

from idp.documents.pdf import fonts
from idp.documents.pdf.fonts import BOLD, ITALIC, REGULAR, printable
from idp.documents.pdf.form import Both, Certificate, Grid, Line, Section
from idp.documents.pdf.tagging import Mark, MarkedCanvas, MarkedTable, Text, style

LEFT, RIGHT, TOP, BOTTOM = 25 * mm, 18 * mm, 24 * mm, 24 * mm
WIDTH = A4[0] - LEFT - RIGHT
INK, SOFT, RULE, MOCK_INK = HexColor("#1a1a1a"), HexColor("#555555"), HexColor("#b9c4c4"), HexColor("#a33b2b")
WATERMARK = Color(0.72, 0.25, 0.2, alpha=0.09)
MOCK = "MÔ PHỎNG / MOCK"
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"

BODY = style("body", REGULAR, 11.5, INK)
STRONG = style("strong", BOLD, 11.5, INK)
ENGLISH = style("english", ITALIC, 9, SOFT)
CELL, CELL_HEAD = style("cell", REGULAR, 9.5, INK), style("cell-head", BOLD, 9.5, INK)
CENTRED, CENTRED_STRONG = (
    style("centred", REGULAR, 11, INK, centred=True),
    style("head", BOLD, 11.5, INK, centred=True),
)
CENTRED_SOFT = style("centred-soft", ITALIC, 10, SOFT, centred=True)
TITLE = style("title", BOLD, 16, INK, centred=True)
SECTION = style("section", BOLD, 12, INK)
NOTE = style("note", REGULAR, 8.5, SOFT)


@dataclass(frozen=True)
class Drawn:
    """A PDF without tags and signature; `marks` are its marked pieces, page by page, in reading order."""

    data: bytes
    marks: tuple[tuple[Mark, ...], ...]


def draw(certificate: Certificate, *, note: Both) -> Drawn:
    """`note` says how to check the file."""
    fonts.register()
    out, marks = io.BytesIO(), list[tuple[Mark, ...]]()
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=LEFT, rightMargin=RIGHT, topMargin=TOP, bottomMargin=BOTTOM, invariant=1,
        title=f"{certificate.title.vi} – {certificate.number} ({MOCK})", author=certificate.issuer.vi,
        subject=certificate.title.en, creator="mock-vneid", keywords=MOCK, lang="vi-VN",
    )  # fmt: skip
    frame = Frame(LEFT, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_watermark))
    document.build(list(_story(certificate, note)), canvasmaker=MarkedCanvas.maker(marks, _margins(certificate)))
    return Drawn(out.getvalue(), tuple(marks))


def _story(certificate: Certificate, note: Both) -> Iterator[Flowable]:
    yield from _head(certificate)
    for line in certificate.layout.preamble:
        yield from _both(line, BODY, ENGLISH)
    if certificate.layout.statement is not None:
        yield Spacer(0, 2 * mm)
        yield from _both(certificate.layout.statement, STRONG, ENGLISH)
    number = 0
    for section in certificate.sections:
        drawn, number = _section(section, number, numbered=certificate.layout.numbered)
        yield from drawn
    yield _foot(certificate, note)


def _head(certificate: Certificate) -> Iterator[Flowable]:
    issuer = [_text(certificate.issuer.vi.upper(), CENTRED)]
    if certificate.authority and certificate.authority != certificate.issuer.vi:
        issuer.append(_text(certificate.authority, CENTRED_STRONG))
    issuer += [_text("―――――", CENTRED_SOFT), _text(f"Số / No.: {certificate.number}", CENTRED)]
    day = certificate.issued_on
    nation = [
        _text(NATION, CENTRED_STRONG),
        _text(MOTTO, CENTRED_STRONG),
        _text("―――――――――", CENTRED_SOFT),
        _text(f"ngày {day.day:02} tháng {day.month:02} năm {day.year}", CENTRED_SOFT),
    ]
    yield _table([[issuer, nation]], (WIDTH * 0.44, WIDTH * 0.56), [])
    yield Spacer(0, 8 * mm)
    yield _text(certificate.title.vi.upper(), TITLE, tag="H1")
    yield _text(certificate.title.en, CENTRED_SOFT)
    yield _text(MOCK, style("mock", BOLD, 11, MOCK_INK, centred=True))
    yield Spacer(0, 5 * mm)


def _section(section: Section, number: int, *, numbered: bool) -> tuple[list[Flowable], int]:
    drawn: list[Flowable] = [CondPageBreak(45 * mm), Spacer(0, 4 * mm), *_title(section.title)]
    rows: list[list[list[Flowable]]] = []
    for part in section.parts:
        top = isinstance(part, Grid) or part.depth == 0
        number += numbered and top
        mark = f"{number}. " if numbered and top else ""
        if isinstance(part, Line):
            rows.append(_line(part, mark))
            continue
        label = _both(part.label, STRONG, ENGLISH, mark)
        # A table's name never stands alone at the foot of a page.
        drawn += [*_lines(rows), CondPageBreak(35 * mm), Spacer(0, 2 * mm), *label, _grid(part), Spacer(0, 1.5 * mm)]
        rows = []
    drawn += _lines(rows)
    head = 3  # the break, the space and the title
    return [drawn[0], KeepTogether(drawn[1 : head + 1]), *drawn[head + 1 :]], number


def _title(title: Both) -> list[Flowable]:
    english = f"<font name='{ITALIC}' size='9' color='#555555'>{escape(title.en)}</font>"
    return [_text(f"{escape(title.vi)} {english}", SECTION, tag="H2", raw=True)]


def _line(line: Line, mark: str) -> list[list[Flowable]]:
    shift = line.depth * 4 * mm
    label = style(f"label-{line.depth}", BOLD if not line.value.vi else REGULAR, 11, INK, shift=shift)
    english = style(f"label-english-{line.depth}", ITALIC, 8.5, SOFT, shift=shift)
    return [list(_both(line.label, label, english, mark)), list(_both(line.value, STRONG, ENGLISH))]


def _lines(rows: Sequence[Sequence[Sequence[Flowable]]]) -> list[Flowable]:
    if not rows:
        return []
    rules = [("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE)]
    return [_table(rows, (WIDTH * 0.4, WIDTH * 0.6), rules)]


def _grid(grid: Grid) -> Flowable:
    head = [list(_both(column, CELL_HEAD, ENGLISH)) for column in grid.columns]
    rows = [[list(_both(value, CELL, ENGLISH)) for value in row] for row in grid.rows]
    rules = [("GRID", (0, 0), (-1, -1), 0.4, RULE), ("BACKGROUND", (0, 0), (-1, 0), HexColor("#eef3f3"))]
    return _table([head, *rows], _widths(grid), rules, pad=4, heads=1)


def _widths(grid: Grid) -> tuple[float, ...]:
    """By what the columns hold, but none narrower than its longest word nor than a date."""
    longest = [max(len(row[i].vi) for row in (grid.columns, *grid.rows)) for i in range(len(grid.columns))]
    shares = [min(max(one, 11), 40) for one in longest]
    return tuple(WIDTH * share / sum(shares) for share in shares)


def _foot(certificate: Certificate, note: Both) -> Flowable:
    """Validity, closing words and signature: never a signature alone on a page."""
    end = certificate.valid_until
    until = Both(f"Có giá trị đến hết ngày {end.vi}.", f"Valid until {end.en}, inclusive.")
    closing = certificate.layout.closing
    box = [("BOX", (0, 0), (0, 0), 0.4, RULE)]
    notes = list(_both(note, NOTE, style("note-english", ITALIC, 8, SOFT)))
    return KeepTogether(
        [
            Spacer(0, 4 * mm),
            *_both(until, BODY, ENGLISH),
            *([] if closing is None else _both(closing, BODY, ENGLISH)),
            Spacer(0, 5 * mm),
            _table([[notes, _signature(certificate)]], (WIDTH * 0.52, WIDTH * 0.48), box, pad=5),
        ]
    )


def _signature(certificate: Certificate) -> list[Flowable]:
    return [
        _text(certificate.issuer.vi.upper(), CENTRED_STRONG),
        _text(certificate.issuer.en, CENTRED_SOFT),
        Spacer(0, 3 * mm),
        _text("(Đã ký số / Digitally signed)", style("signed", ITALIC, 10.5, MOCK_INK, centred=True)),
        _text(f"{certificate.made_at.vi} (UTC+7)", CENTRED),
        Spacer(0, 3 * mm),
        *([_text(certificate.signer, CENTRED_STRONG)] if certificate.signer else []),
    ]


def _table(
    rows: Sequence[Sequence[object]],
    widths: tuple[float, ...],
    rules: Sequence[tuple[object, ...]],
    *,
    pad: float = 2.5,
    heads: int = 0,
) -> Flowable:
    table = MarkedTable(rows, colWidths=widths, repeatRows=heads, splitInRow=1)
    side = pad if pad > 3 else 0
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), side),
                ("RIGHTPADDING", (0, 0), (-1, -1), max(side, 2)),
                ("TOPPADDING", (0, 0), (-1, -1), pad),
                ("BOTTOMPADDING", (0, 0), (-1, -1), pad),
                *rules,
            ]
        )
    )
    return table


def _both(text: Both, vi: object, en: object, mark: str = "") -> Iterator[Flowable]:
    yield _text(mark + text.vi, vi)
    if text.en:
        yield _text(text.en, en, lang="en")


def _text(text: str, how: object, *, tag: str = "P", lang: str = "", raw: bool = False) -> Flowable:
    marked = printable(text) if raw else escape(printable(text)).replace("\n", "<br/>")
    return Text(marked.replace("MÔ PHỎNG", "MÔ\u00a0PHỎNG"), how, tag=tag, lang=lang)


def _watermark(canvas: MarkedCanvas, document: object) -> None:
    with canvas.artifact():
        canvas.saveState()
        canvas.setFillColor(WATERMARK)
        canvas.setFont(BOLD, 64)
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(52)
        for shift in (-210, -20, 170):
            canvas.drawCentredString(0, shift, MOCK)
        canvas.restoreState()


def _margins(certificate: Certificate) -> object:
    def margins(canvas: MarkedCanvas, page: int, pages: int) -> None:
        """What only the last count of pages knows."""
        with canvas.artifact():
            canvas.setFillColor(MOCK_INK)
            canvas.setFont(BOLD, 9)
            canvas.drawString(LEFT, A4[1] - 13 * mm, f"{MOCK} – không có giá trị pháp lý / without legal value")
            canvas.setFillColor(SOFT)
            canvas.setFont(REGULAR, 9)
            canvas.drawString(LEFT, 13 * mm, printable(f"{certificate.title.vi} – {certificate.number}"))
            canvas.drawRightString(A4[0] - RIGHT, 13 * mm, f"Trang / Page {page}/{pages}")

    return margins
