"""Document types as data: one TOML file a type, read when the type is first used (see `idp.type_files`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from idp import type_files
from idp.documents.categories import OTHER, categories
from idp.documents.type_rules import Rule, read_rule
from idp.type_files import FOLDER, DocumentTypeError, TypeHead, both

__all__ = ["FOLDER", "DocumentTypeError"]

ClaimsPath = tuple[str | int | None, ...]
KINDS = frozenset({"text", "date", "datetime", "number", "id_number", "boolean", "object", "object_or_text", "list"})
DISCLOSURE = frozenset({"always", "never"})
#: How long the file of a document is good that has no end in law: fifty years.
LONGEST = timedelta(days=18_250)


class UnknownDocumentType(LookupError):
    """No document type has this id or `vct`."""


@dataclass(frozen=True)
class ClaimType:
    """One claim a type may hold (SD-JWT VC section 5.6).

    `path` is a claims path; `sd` is `always` or `never`; `kind` says how a value is checked and shown;
    `one_of` are the only values allowed, empty for any; a text must match all of `pattern`, a number lie from
    `minimum` to `maximum`. `source` is the law or form that has this field, with (*) where that was not checked.
    `on_card`: the wallet's card shows it, to tell documents of one type apart.
    """

    path: ClaimsPath
    kind: str
    labels: Mapping[str, str]
    sd: str
    mandatory: bool
    group: str
    one_of: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] | None = None
    pattern: re.Pattern[str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    source: str = ""
    example: object = None
    on_card: bool = False

    @property
    def name(self) -> str:
        return str(self.path[-1])


@dataclass(frozen=True)
class Group:
    """Claims that belong together on a page."""

    id: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class DocumentType:
    """One kind of document.

    The file is good for `validity` (or `validity_months`) from the day of issue, or until the end of the day that
    the claim `expiry_claim` names. `number_claim` holds the document's number. `minimum_age` is the holder's, in
    years, at issue. `category` is where the wallet shows it; `rules` are what claims must agree in; `source` is the
    law or form behind the fields that name none of their own.
    """

    id: str
    vct: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    validity: timedelta
    expiry_claim: str | None
    number_claim: str
    minimum_age: int
    groups: tuple[Group, ...]
    claims: tuple[ClaimType, ...]
    validity_months: int | None = None
    category: str = OTHER
    rules: tuple[Rule, ...] = ()
    source: str = ""

    def claim(self, path: ClaimsPath) -> ClaimType | None:
        """The claim at a path; an index in the path counts as any element (None)."""
        general = tuple(None if isinstance(part, int) else part for part in path)
        return next((claim for claim in self.claims if claim.path == general), None)

    def label(self, path: ClaimsPath, lang: str) -> str:
        """The claim's name for people; the bare claim name where the type does not know it."""
        found = self.claim(path)
        return str(path[-1]) if found is None else found.labels[lang]

    def children(self, path: ClaimsPath) -> tuple[ClaimType, ...]:
        """The claims directly inside the object at `path`, or inside each element of the list there."""
        general = tuple(None if isinstance(part, int) else part for part in path)
        parents = (general, (*general, None))
        return tuple(claim for claim in self.claims if claim.path[:-1] in parents)

    def top_level(self, group: str) -> tuple[ClaimType, ...]:
        """The claims at the top of the document that belong to a group, in the order of the file."""
        return tuple(claim for claim in self.claims if len(claim.path) == 1 and claim.group == group)

    @property
    def disclosable(self) -> tuple[ClaimsPath, ...]:
        """The paths that are made selectively disclosable when a document is issued."""
        return tuple(claim.path for claim in self.claims if claim.sd == "always")


class DocumentTypes:
    """All document types. A file is read when its type is first asked for."""

    def __init__(self, heads: Mapping[str, TypeHead]) -> None:
        self._heads = dict(heads)
        self._ids = {head.vct: head.id for head in heads.values()}
        self._read: dict[str, DocumentType] = {}

    def __iter__(self) -> Iterator[DocumentType]:
        return map(self.by_id, self._heads)

    @property
    def vcts(self) -> tuple[str, ...]:
        """The `vct` of every type, without reading their files."""
        return tuple(self._ids)

    @property
    def heads(self) -> Mapping[str, TypeHead]:
        return self._heads

    def by_id(self, type_id: str) -> DocumentType:
        """Raises UnknownDocumentType, DocumentTypeError."""
        if type_id not in self._heads:
            raise UnknownDocumentType(type_id)
        if type_id not in self._read:  # two threads may both read it: the same comes of it
            self._read[type_id] = _read(self._heads[type_id].path)
        return self._read[type_id]

    def by_vct(self, vct: str) -> DocumentType:
        """Raises UnknownDocumentType, DocumentTypeError."""
        if vct not in self._ids:
            raise UnknownDocumentType(vct)
        return self.by_id(self._ids[vct])


def document_types() -> DocumentTypes:
    """The types of the installed package and of the user's own folder. Raises DocumentTypeError."""
    return _document_types(type_files.own_folder())


@cache
def _document_types(own: Path | None) -> DocumentTypes:
    """A mistake in a file of the user's own is told at once, and not when its type is first used."""
    found = DocumentTypes(type_files.heads())
    for head in found.heads.values():
        if head.path.parent == own:
            found.by_id(head.id)
    return found


def load(folder: Path) -> DocumentTypes:
    """Every file of one folder, read and checked. Raises DocumentTypeError."""
    heads = {head.id: head for head in type_files.of_folder(folder)}
    if len({head.vct for head in heads.values()}) != len(heads):
        raise DocumentTypeError(f"{folder}: two types have the same vct")
    found = DocumentTypes(heads)
    for type_id in heads:
        found.by_id(type_id)
    return found


def _read(path: Path) -> DocumentType:
    table = type_files.parsed(path)
    try:
        return _document_type(path.stem, table)
    except (KeyError, ValueError, TypeError, AttributeError, re.error) as error:
        raise DocumentTypeError(f"{path.name}: {error}") from error


def _document_type(type_id: str, table: Mapping[str, Any]) -> DocumentType:
    groups = tuple(Group(name, both(names)) for name, names in table["groups"].items())
    claims = tuple(_claim(entry, {group.id for group in groups}) for entry in table["claim"])
    months = table.get("validity_months")
    kind = DocumentType(
        id=type_id,
        vct=table["vct"],
        names=both(table["name"]),
        descriptions=both(table["description"]),
        validity=LONGEST if months else timedelta(days=table["validity_days"]),
        validity_months=months,
        expiry_claim=table.get("expiry_claim"),
        number_claim=table["number_claim"],
        minimum_age=table.get("minimum_age", 0),
        groups=groups,
        claims=claims,
        category=table.get("category", OTHER),
        rules=tuple(map(read_rule, table.get("rule", ()))),
        source=table.get("source", ""),
    )
    if kind.category not in categories():
        raise ValueError(f"category {kind.category!r}; known are {', '.join(categories())}")
    if kind.claim((kind.number_claim,)) is None:
        raise ValueError(f"number_claim {kind.number_claim!r} is no claim of the type")
    return kind


def _claim(entry: Mapping[str, object], groups: set[str]) -> ClaimType:
    written = entry["path"]
    if not isinstance(written, str):
        raise TypeError("path must be text such as 'history.allergies[].allergen'")
    path = parse_path(written)
    kind, sd, group = (str(entry.get(key, default)) for key, default in _DEFAULTS)
    if kind not in KINDS or sd not in DISCLOSURE or (len(path) == 1 and group not in groups):
        raise ValueError(f"claim {written}: unknown kind, sd or group")
    values = entry.get("values")
    if values is not None and not isinstance(values, dict):
        raise TypeError(f"claim {written}: values must be a table")
    shown = None if values is None else {str(value): both(names) for value, names in values.items()}
    pattern = entry.get("pattern")
    return ClaimType(
        path, kind, both(entry["label"]), sd, bool(entry.get("mandatory", False)), group, tuple(shown or ()), shown,
        pattern=None if pattern is None else re.compile(str(pattern)),
        minimum=_bound(entry.get("minimum")), maximum=_bound(entry.get("maximum")),
        source=str(entry.get("source", "")), example=entry.get("example"), on_card=_on_card(entry, path, kind),
    )  # fmt: skip


def _on_card(entry: Mapping[str, object], path: ClaimsPath, kind: str) -> bool:
    card = bool(entry.get("card", False))
    if card and (len(path) > 1 or kind in ("object", "object_or_text", "list")):
        raise ValueError(f"claim {entry['path']}: card is for a claim of one value, not within another")
    return card


def _bound(value: object) -> float | None:
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise TypeError(f"minimum and maximum are numbers, not {value!r}")
    return value


_DEFAULTS = (("kind", "text"), ("sd", "never"), ("group", ""))


def parse_path(written: str) -> ClaimsPath:
    """`history.allergies[].allergen` as a claims path: a name a step, `[]` for every element."""
    parts: list[str | int | None] = []
    for step in written.split("."):
        name = step.removesuffix("[]")
        if not name or "[" in name:
            raise ValueError(f"claim path {written!r} is not of the form a.b[].c")
        parts += [name, None] if step.endswith("[]") else [name]
    return tuple(parts)
