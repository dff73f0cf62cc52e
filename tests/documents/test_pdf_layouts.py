"""Every printed form against its type: what the type demands stands on it, and a layout names nothing else.

A form's fields come from the type's own groups, so that no layout can leave one off; the head takes four out of them
and has them itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from issuing_support import TYPES

from idp.documents.document_types import DocumentType, document_types
from idp.documents.pdf import form
from idp.documents.pdf.form import Certificate, Line
from idp.documents.sample import content
from tests.conftest import NOW

ISSUER = {"vi": "Cục Mẫu (MÔ PHỎNG)", "en": "Sample Office (MOCK)"}
FACTS = {"date_of_issuance": "2026-11-02", "issuing_authority": "Chi cục Mẫu", "signer": "Nguyễn Văn Ký"}


def certificate(kind: DocumentType) -> Certificate:
    told = {**content(kind, FACTS), "date_of_issuance": FACTS["date_of_issuance"]}
    return form.certificate(kind, ISSUER, told, expires_at=NOW, now=NOW)


def printed_labels(made: Certificate) -> Iterator[str]:
    """Of fields, of a table's columns, and the title of a group that is one object and goes by it."""
    for section in made.sections:
        yield section.title.vi
        for part in section.parts:
            yield part.label.vi
            yield from () if isinstance(part, Line) else (column.vi for column in part.columns)


def left_off(kind: DocumentType, made: Certificate) -> set[str]:
    """What the type demands, and no label on the form names."""
    labels = set(printed_labels(made))
    titles = {group.id: group.names["vi"] for group in kind.groups}
    alone = {claim.name: titles[claim.group] for claim in kind.children(()) if len(kind.top_level(claim.group)) == 1}
    needed = [claim for claim in kind.children(()) if claim.mandatory]
    return {claim.name for claim in needed if not labels & {claim.labels["vi"], alone.get(claim.name, "")}}


@pytest.mark.parametrize("type_id", TYPES)
def test_all_that_a_type_demands_is_printed(type_id: str) -> None:
    """Among the fields, or in the head; every value within is held by `test_pdf_form`."""
    kind = document_types().by_id(type_id)
    made = certificate(kind)
    assert left_off(kind, made) <= {*FACTS, kind.number_claim}  # each of which the head prints
    assert made.number == str(content(kind, FACTS)[kind.number_claim])
    assert made.issued_on == date(2026, 11, 2)
    assert (made.authority, made.signer) == (
        FACTS["issuing_authority"],
        FACTS["signer"] * bool(kind.claim(("signer",))),
    )


def test_a_field_that_is_left_off_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself, on a form whose head takes a field that it does not have."""
    kind = document_types().by_id("health-encounter")
    monkeypatch.setattr(form, "HEAD", (*form.HEAD, "physician"))
    assert "physician" in left_off(kind, certificate(kind))


def test_every_layout_is_of_a_type() -> None:
    """A file for a type that is not there would be read by nobody."""
    files = {path.stem for path in form.FOLDER.glob("*.toml")}
    assert files
    assert files <= set(TYPES)
    for type_id in files:
        assert form.layout(type_id) != form.Layout()


def test_what_the_head_takes_is_a_claim() -> None:
    kinds = [document_types().by_id(type_id) for type_id in TYPES]
    for name in form.HEAD:
        assert any(kind.claim((name,)) is not None for kind in kinds), name


@pytest.mark.parametrize(
    "text", ['fields = ["blood_type"]', 'statment = { vi = "a", en = "b" }', "[closing]\nvi = 'a'"]
)
def test_a_layout_that_says_what_nobody_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A misspelt part would be missing from every form, in silence."""
    (tmp_path / "other.toml").write_text(text, "utf-8")
    monkeypatch.setattr(form, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"other\.toml"):
        form.layout("other")
