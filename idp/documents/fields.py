"""A document's claims for people to read: labelled and grouped by its type, nested as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from idp.documents.document_types import ClaimsPath, ClaimType, DocumentType
from idp.documents.issuance import TECHNICAL
from idp.i18n import format_date, format_datetime


@dataclass(frozen=True)
class Field:
    """One claim. `shape` says how it is shown:

    `text` and `id_number` have `text`; `yes`, `no` and `none` (an empty list) have a word of the page's own;
    `texts` has `texts`; `object` has `parts`; `entries`, a list of objects, has the parts of each in `entries`.
    `path` is where the claim stands in the document, indexes included.
    """

    path: ClaimsPath
    label: str
    shape: str
    text: str = ""
    texts: tuple[str, ...] = ()
    parts: tuple[Field, ...] = ()
    entries: tuple[tuple[Field, ...], ...] = ()

    @property
    def name(self) -> str:
        return str(self.path[-1])


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together, under the type's own title for them."""

    id: str
    title: str
    fields: tuple[Field, ...]


def labelled(kind: DocumentType, claims: Mapping[str, object], lang: str) -> tuple[FieldGroup, ...]:
    """The claims in the type's groups and order; machinery is left out, and so is a group with nothing in it.

    `claims` may be a part of a document, as where only some of it is disclosed. A claim that the type does not know
    stands in the last group under its bare name, so that nothing that is shown to others stays hidden here.
    """
    told = {name: value for name, value in claims.items() if name not in TECHNICAL}
    groups = [_group(kind, group.id, group.names[lang], told, lang) for group in kind.groups]
    known = {claim.name for claim in kind.children(())}
    rest = tuple(_field(kind, (name,), value, lang) for name, value in told.items() if name not in known)
    groups[-1] = replace(groups[-1], fields=groups[-1].fields + rest)
    return tuple(group for group in groups if group.fields)


def fields_of(groups: tuple[FieldGroup, ...]) -> tuple[Field, ...]:
    """The fields of all groups in one row."""
    return tuple(field for group in groups for field in group.fields)


def _group(kind: DocumentType, group: str, title: str, claims: Mapping[str, object], lang: str) -> FieldGroup:
    here = [claim.name for claim in kind.top_level(group) if claim.name in claims]
    return FieldGroup(group, title, tuple(_field(kind, (name,), claims[name], lang) for name in here))


def _field(kind: DocumentType, path: ClaimsPath, value: object, lang: str) -> Field:
    field = Field(path, kind.label(path, lang), "text")
    if isinstance(value, Mapping):
        return replace(field, shape="object", parts=_parts(kind, path, value, lang))
    if isinstance(value, list | tuple):
        return _list(kind, field, value, lang)
    if value is None:
        return replace(field, shape="none")
    if isinstance(value, bool):
        return replace(field, shape="yes" if value else "no")
    claim = kind.claim(path)
    number = claim is not None and claim.kind == "id_number"
    return replace(field, shape="id_number" if number else "text", text=_text(claim, value, lang))


def _parts(kind: DocumentType, path: ClaimsPath, value: Mapping[str, object], lang: str) -> tuple[Field, ...]:
    """The claims of an object in the type's order, unknown ones last."""
    order = [claim.name for claim in kind.children(path)]
    names = sorted(value, key=lambda name: order.index(name) if name in order else len(order))
    return tuple(_field(kind, (*path, name), value[name], lang) for name in names)


def _list(kind: DocumentType, field: Field, value: list[object] | tuple[object, ...], lang: str) -> Field:
    if not value:
        return replace(field, shape="none")
    if all(isinstance(element, Mapping) for element in value):
        parts = (
            _parts(kind, (*field.path, index), element, lang)
            for index, element in enumerate(value)
            if isinstance(element, Mapping)
        )
        return replace(field, shape="entries", entries=tuple(parts))
    claim = kind.claim(field.path)
    return replace(field, shape="texts", texts=tuple(_text(claim, element, lang) for element in value))


def _text(claim: ClaimType | None, value: object, lang: str) -> str:
    """In words where the type has words for a coded value; dates and numbers as the language writes them."""
    text = str(value)
    if claim is not None and claim.values and text in claim.values:
        return claim.values[text][lang]
    if isinstance(value, float) and lang == "vi":
        return text.replace(".", ",")
    shown = _DATES.get(claim.kind) if claim is not None else None
    try:
        return text if shown is None else shown(text, lang)
    except ValueError:  # not of its kind: shown as it stands rather than not at all
        return text


def _instant(text: str, lang: str) -> str:
    return format_datetime(datetime.fromisoformat(text), lang)


_DATES: Mapping[str, Callable[[str, str], str]] = {"date": format_date, "datetime": _instant}
