"""What a printed certificate says, in order: data only, drawn by `drawing.py`.

The type's own groups and labels are the form; a file under `layouts/` adds what a certificate of that type has by
law or custom. Nothing that is disclosed is left out, and nothing is said that the signed data does not hold.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from idp.documents.document_types import ClaimsPath, DocumentType
from idp.documents.fields import Field, labelled
from idp.i18n import format_date, format_datetime, format_id_number

FOLDER = Path(__file__).parent / "layouts"
#: These stand in the certificate's head or under it, not among its fields.
HEAD = ("date_of_issuance", "issuing_authority", "signer")
#: More columns than this are not readable on a page: such a list is written entry by entry.
MOST_COLUMNS = 5
WORDS = {"yes": ("Có", "Yes"), "no": ("Không", "No"), "none": ("Không có", "None")}


@dataclass(frozen=True)
class Both:
    """A text in both languages; `en` is empty where it would only repeat the Vietnamese."""

    vi: str
    en: str = ""


@dataclass(frozen=True)
class Layout:
    """What a type's certificate has beside its fields. `numbered`: its fields carry running numbers."""

    preamble: tuple[Both, ...] = ()
    statement: Both | None = None
    closing: Both | None = None
    numbered: bool = False


@dataclass(frozen=True)
class Line:
    """One field; `depth` is how far it stands in."""

    label: Both
    value: Both
    depth: int = 0


@dataclass(frozen=True)
class Grid:
    """A list of like entries as a table."""

    label: Both
    columns: tuple[Both, ...]
    rows: tuple[tuple[Both, ...], ...]


@dataclass(frozen=True)
class Section:
    title: Both
    parts: tuple[Line | Grid, ...]


@dataclass(frozen=True)
class Certificate:
    """A whole certificate. `made_at` is the point in time for which it speaks."""

    language: str
    issuer: Both
    authority: str
    number: str
    issued_on: date
    title: Both
    layout: Layout
    sections: tuple[Section, ...]
    valid_until: Both
    signer: str
    made_at: Both


def certificate(
    kind: DocumentType,
    issuer: Mapping[str, str],
    claims: Mapping[str, object],
    *,
    expires_at: datetime,
    now: datetime,
) -> Certificate:
    """`claims` are those which the embedded SD-JWT discloses; `issuer` is the signer's name by language."""
    groups = zip(labelled(kind, claims, "vi"), labelled(kind, claims, "en"), strict=True)
    sections = (
        Section(_names(vi.title, en.title), tuple(_parts(kind, _told(kind, vi.fields), _told(kind, en.fields))))
        for vi, en in groups
    )
    last = expires_at - timedelta(seconds=1)
    return Certificate(
        language="vi",
        issuer=_names(issuer["vi"], issuer["en"]),
        authority=_nfc(claims.get("issuing_authority", "")),
        number=_nfc(claims[kind.number_claim]),
        issued_on=date.fromisoformat(str(claims["date_of_issuance"])),
        title=_names(kind.names["vi"], kind.names["en"]),
        layout=layout(kind.id),
        sections=tuple(section for section in sections if section.parts),
        valid_until=Both(format_date(last, "vi"), format_date(last, "en")),
        signer=_nfc(claims.get("signer", "")),
        made_at=Both(format_datetime(now, "vi"), format_datetime(now, "en")),
    )


@cache
def layout(type_id: str) -> Layout:
    """A type without a file of its own has the general form. Raises ValueError for what nobody would read."""
    path = FOLDER / f"{type_id}.toml"
    if not path.exists():
        return Layout()
    table = tomllib.loads(path.read_text("utf-8"))
    unknown = table.keys() - {each.name for each in fields(Layout)}
    texts = [*table.get("preamble", ()), *(table[name] for name in ("statement", "closing") if name in table)]
    if unknown or any(text.keys() != {"vi", "en"} for text in texts):
        raise ValueError(f"{path.name}: holds what no form has, or a text that is not in both languages")
    return Layout(
        preamble=tuple(Both(**line) for line in table.get("preamble", ())),
        statement=Both(**table["statement"]) if "statement" in table else None,
        closing=Both(**table["closing"]) if "closing" in table else None,
        numbered=bool(table.get("numbered", False)),
    )


def _told(kind: DocumentType, fields: Sequence[Field]) -> Sequence[Field]:
    """Without those in the head; an object that is a group of its own goes by the group's title."""
    if len(fields) == 1 and fields[0].shape == "object":
        return fields[0].parts
    return [field for field in fields if field.path not in {(name,) for name in (*HEAD, kind.number_claim)}]


def _parts(kind: DocumentType, vi: Sequence[Field], en: Sequence[Field], depth: int = 0) -> list[Line | Grid]:
    found: list[Line | Grid] = []
    for one, other in zip(vi, en, strict=True):
        found += _part(kind, one, other, depth)
    return found


def _part(kind: DocumentType, vi: Field, en: Field, depth: int) -> list[Line | Grid]:
    label = _names(vi.label, en.label)
    if vi.shape == "object":
        return [Line(label, Both(""), depth), *_parts(kind, vi.parts, en.parts, depth + 1)]
    if vi.shape == "entries":
        return _entries(kind, label, vi, en, depth)
    return [Line(label, _value(kind, vi, en), depth)]


def _entries(kind: DocumentType, label: Both, vi: Field, en: Field, depth: int) -> list[Line | Grid]:
    columns = _columns(vi, en)
    if 1 < len(columns) <= MOST_COLUMNS:
        pairs = zip(vi.entries, en.entries, strict=True)
        rows = tuple(_row(kind, tuple(columns), one, other) for one, other in pairs)
        return [Grid(label, tuple(columns.values()), rows)]
    found: list[Line | Grid] = [Line(label, Both(""), depth)]
    for number, (one, other) in enumerate(zip(vi.entries, en.entries, strict=True), 1):
        found.append(Line(Both(f"({number})"), Both(""), depth + 1))
        found += _parts(kind, one, other, depth + 2)
    return found


def _columns(vi: Field, en: Field) -> dict[str, Both]:
    """The parts that any entry has, in their order; empty where one is itself a list or an object."""
    found: dict[str, Both] = {}
    for one, other in zip(vi.entries, en.entries, strict=True):
        for part, same in zip(one, other, strict=True):
            if part.shape in ("object", "entries"):
                return {}
            found.setdefault(part.name, _names(part.label, same.label))
    return found


def _row(
    kind: DocumentType, columns: tuple[str, ...], vi: tuple[Field, ...], en: tuple[Field, ...]
) -> tuple[Both, ...]:
    held = {one.name: _value(kind, one, other) for one, other in zip(vi, en, strict=True)}
    return tuple(held.get(name, Both("–")) for name in columns)


def _value(kind: DocumentType, vi: Field, en: Field) -> Both:
    if vi.shape in WORDS:
        return Both(*WORDS[vi.shape])
    if vi.shape == "texts":
        return Both("; ".join(map(_nfc, vi.texts)), "; ".join(map(_nfc, en.texts)) if _coded(kind, vi.path) else "")
    if vi.shape == "id_number":
        return Both(format_id_number(vi.text))
    return Both(_nfc(vi.text), _nfc(en.text) if _coded(kind, vi.path) and en.text != vi.text else "")


def _coded(kind: DocumentType, path: ClaimsPath) -> bool:
    """Whether the type has words for the value; any other is written once, as it was signed."""
    claim = kind.claim(path)
    return claim is not None and bool(claim.values)


def _names(vi: str, en: str) -> Both:
    return Both(_nfc(vi), _nfc(en))


def _nfc(text: object) -> str:
    """Composed, as the font has the letters; the signed data itself stays as it is."""
    return unicodedata.normalize("NFC", str(text))
