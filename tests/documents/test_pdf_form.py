"""The printed certificate: what it says, in which form, and that nothing disclosed is left out."""

from __future__ import annotations

import io
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from issuing_support import CONTENT, PERSON, TYPES
from pdf_world import World
from pyhanko.pdf_utils.reader import PdfFileReader

from idp.documents import type_metadata
from idp.documents.document_types import document_types
from idp.documents.pdf import drawing, fonts, form
from idp.documents.pdf.form import Both, Certificate, Grid, Line
from idp.documents.pdf.names import ATTACHMENT
from tests.conftest import NOW

HEAD = {"issuing_authority": "Cục Mẫu (MÔ PHỎNG)", "date_of_issuance": "2026-11-02"}
ISSUER = {"vi": "Bộ Công an (MÔ PHỎNG)", "en": "Ministry of Public Security (MOCK)"}


def certificate(type_id: str, **claims: object) -> Certificate:
    told = {**PERSON, **HEAD, **CONTENT[type_id][1], **claims}
    expires = datetime(2026, 12, 31, 17, tzinfo=UTC)
    return form.certificate(document_types().by_id(type_id), ISSUER, told, expires_at=expires, now=NOW)


def texts(made: Certificate) -> Iterator[Both]:
    for section in made.sections:
        yield section.title
        for part in section.parts:
            yield part.label
            if isinstance(part, Line):
                yield part.value
            else:
                yield from part.columns
                yield from (cell for row in part.rows for cell in row)


def words(made: Certificate) -> str:
    return " | ".join(f"{text.vi} | {text.en}" for text in texts(made))


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for child in value.values():
            yield from leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from leaves(child)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("type_id", TYPES)
def test_every_value_is_printed(type_id: str) -> None:
    """Each text of the content stands on the page: as it is, or in the words and dates of the type."""
    kind = document_types().by_id(type_id)
    made = certificate(type_id)
    printed = words(made) + made.number + made.signer + made.authority
    printed += printed.replace(" ", "")  # ID numbers stand in groups
    for text in leaves(dict(CONTENT[type_id][1])):
        coded = [claim.values[text]["vi"] for claim in kind.claims if claim.values and text in claim.values]
        day = "/".join(reversed(text[:10].split("-"))) if text[:4].isdigit() and "-" in text else text
        assert any(one in printed for one in (text, day, *coded)), text


def test_the_head_is_the_official_one() -> None:
    """Nation and motto, issuing body, number, day; the title in Vietnamese, English beneath."""
    made = certificate("judicial-record-1")
    assert (made.issuer.vi, made.authority, made.number) == (ISSUER["vi"], HEAD["issuing_authority"], "MP-4")
    assert (made.title.vi, made.title.en) == ("Phiếu lý lịch tư pháp số 1", "Criminal record certificate No. 1")
    assert made.valid_until == Both("31/12/2026", "31 December 2026")
    assert made.made_at.vi == "24/11/2026 09:00"
    assert made.signer == "Người Ký Mẫu"
    assert drawing.NATION == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert drawing.MOTTO == "Độc lập - Tự do - Hạnh phúc"


def test_exemplary_types_have_a_layout_and_any_other_the_general_form() -> None:
    """A type needs no file here; the four that have one say by which law, in both languages."""
    for type_id in ("judicial-record-1", "judicial-record-2", "health-book", "driving-licence"):
        found = form.layout(type_id)
        assert found.statement
        assert found.closing
        assert all(line.vi and line.en for line in (*found.preamble, found.statement, found.closing))
    assert form.layout("a-type-of-tomorrow") == form.Layout()
    assert {path.stem for path in form.FOLDER.glob("*.toml")} <= {
        *(kind.id for kind in document_types()), "driving-licence",
    }  # fmt: skip


def test_coded_values_are_said_in_both_languages_and_others_once() -> None:
    sex, name = (
        next(
            part
            for section in certificate("health-book").sections
            for part in section.parts
            if part.label.en == label
        )
        for label in ("Sex", "Full name")
    )
    assert isinstance(sex, Line)
    assert isinstance(name, Line)
    assert sex.value == Both("Nữ", "Female")
    assert name.value == Both("Nguyễn Thị Mai Lan")


def test_like_entries_are_a_table_and_lists_of_lists_are_not() -> None:
    convictions = [
        {"offence": "A", "main_penalty": "B"},
        {"offence": "C", "main_penalty": "D", "additional_penalty": "E"},
    ]
    made = certificate("judicial-record-1", criminal_status="có án tích", convictions=convictions)
    (grid,) = [part for section in made.sections for part in section.parts if isinstance(part, Grid)]
    assert [column.en for column in grid.columns] == ["Offence", "Main penalty", "Additional penalty"]
    assert [[cell.vi for cell in row] for row in grid.rows] == [["A", "B", "–"], ["C", "D", "E"]]


def test_decomposed_letters_are_composed() -> None:
    """The font has letters with their marks; the signed data stays as it was signed."""
    name = unicodedata.normalize("NFD", "Nguyễn Thị Mai Lan")
    assert "Nguyễn Thị Mai Lan" in words(certificate("health-book", full_name=name))


def test_the_fonts_have_every_vietnamese_letter() -> None:
    """All vowels with all tones, both cases, and what our own texts hold."""
    vowels = "aăâeêioôơuưy"
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in ("", "̀", "́", "̉", "̃", "̣")}
    own = "".join(type_metadata.document_bytes(kind.vct).decode() for kind in document_types())
    wanted = letters | {letter.upper() for letter in letters} | set("đĐ–…“”№₫") | set(own)
    assert {letter for letter in wanted if ord(letter) not in fonts.letters()} == set()


def test_a_letter_without_a_glyph_is_told() -> None:
    assert fonts.printable("A漢\u200b B\tC") == "A[U+6F22][U+200B] B C"


@pytest.fixture(scope="module")
def world(_made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(Path(shutil.copytree(_made_keys, tmp_path_factory.mktemp("pdf") / "keys")), NOW)


def opened(world: World, type_id: str = "health-book", **claims: object) -> PdfFileReader:
    made = world.document(type_id, **claims)
    chosen = frozenset(claim.name for claim in made.type.claims)
    return PdfFileReader(io.BytesIO(world.printed(made, chosen)), strict=True)


def pages(reader: PdfFileReader) -> list[Any]:
    return [
        reader.find_page_for_modification(number)[0].get_object()
        for number in range(int(reader.root["/Pages"]["/Count"]))
    ]


def test_many_rows_go_over_pages_each_of_them_marked_mock(world: World) -> None:
    """The watermark and the line at the head are drawn on every page; a long text breaks as well."""
    entry = {"when": "2019", "place": "Bệnh viện", "code": "I10", "diagnosis": "Tăng huyết áp " * 8}
    history = {"allergies": [], "conditions": [entry] * 60, "immunizations": []}
    name = "Nguyễn Thị Hoàng Phương " * 40
    summary = {"history": "Đau. " * 2000, "physician": "x" * 300}
    reader = opened(world, full_name=name.strip(), history=history, summary=summary)
    found = pages(reader)
    assert len(found) > 4
    for page in found:
        # One artifact for the watermark, one for the margins, at least.
        assert page["/Contents"].data.count(b"/Artifact BMC") >= 2
        assert page["/Contents"].data.count(b"BDC") + page["/Contents"].data.count(b"BMC") == page[
            "/Contents"
        ].data.count(b"EMC")


def test_it_can_be_read_aloud(world: World) -> None:
    """Language, title, structure: each piece of text is a leaf, in reading order, English where it is."""
    reader = opened(world)
    root = reader.root
    assert root["/Lang"] == "vi-VN"
    assert bool(root["/MarkInfo"]["/Marked"])
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    leaves_of = root["/StructTreeRoot"]["/K"][0]["/K"]
    tags = [str(leaf["/S"]) for leaf in (one.get_object() for one in leaves_of)]
    assert tags.count("/H1") == 1
    assert "/H2" in tags
    assert set(tags) == {"/H1", "/H2", "/P"}
    drawn = sum(page["/Contents"].data.count(b"/MCID") for page in pages(reader))
    assert drawn == len(tags)
    assert any(leaf.get_object().get("/Lang") == "en" for leaf in leaves_of)


def test_title_author_and_the_attachment_are_named(world: World) -> None:
    reader = opened(world, "judicial-record-1")
    info = reader.trailer["/Info"]
    assert info["/Title"] == "Phiếu lý lịch tư pháp số 1 – MP-4 (MÔ PHỎNG / MOCK)"
    assert "Bộ Công an (MÔ PHỎNG)" in info["/Author"]
    named = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert named[0] == ATTACHMENT
    assert named[1]["/AFRelationship"] == "/Data"
    assert named[1]["/EF"]["/F"]["/Subtype"] == "/application/dc+sd-jwt"
    assert reader.xrefs.total_revisions == 1


def test_the_fonts_are_embedded_as_subsets(world: World) -> None:
    fonts_of = pages(opened(world))[0]["/Resources"]["/Font"]
    names = [str(fonts_of[name]["/BaseFont"]) for name in fonts_of]
    embedded = [name for name in names if "MockSerif" in name]
    assert embedded
    assert all("+" in name for name in embedded)
    assert all("/FontFile2" in fonts_of[name]["/FontDescriptor"] for name in fonts_of if "MockSerif" in str(
        fonts_of[name]["/BaseFont"]))  # fmt: skip
