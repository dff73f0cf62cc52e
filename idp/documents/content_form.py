"""A form made from a document type: a field a claim, named by its path, and what is typed read back into claims.

An empty field is no claim; an entry of a list with nothing in it is left out. Whether the rest is right, `content`
says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from idp.documents.content import path_text
from idp.documents.document_types import ClaimsPath, ClaimType, DocumentType

MOST_ENTRIES = 50
NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
#: A browser sends an instant without its zone, which in these forms is Vietnam's.
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
CONTROLS = {"date": "date", "datetime": "datetime-local", "number": "number", "boolean": "choice"}


@dataclass(frozen=True)
class FormField:
    """One claim to fill in. `control` is `text`, `date`, `datetime-local`, `number`, `choice` (one of `options`),
    `lines` (a text a line), `object` (its `parts`) or `entries` (the parts of each)."""

    name: str
    label: str
    control: str
    required: bool
    value: str = ""
    wrong: bool = False
    options: tuple[tuple[str, str], ...] = ()
    parts: tuple[FormField, ...] = ()
    entries: tuple[tuple[FormField, ...], ...] = ()


@dataclass(frozen=True)
class ContentForm:
    """The form of one type, in one language. `given` are the claims that are not typed but known; `wrong` the paths
    that were refused; `more` the list that gets another entry; `yes_no` the words for a boolean."""

    kind: DocumentType
    lang: str
    typed: Mapping[str, str]
    given: Set[str] = frozenset()
    wrong: Set[str] = frozenset()
    more: str = ""
    yes_no: tuple[str, str] = ("yes", "no")

    def groups(self) -> list[tuple[str, tuple[FormField, ...]]]:
        """The type's groups with their fields; a group whose claims are all known is left out."""
        found = []
        for group in self.kind.groups:
            here = [claim for claim in self.kind.top_level(group.id) if claim.name not in self.given]
            if here:
                found.append((group.names[self.lang], tuple(self._field((claim.name,), claim) for claim in here)))
        return found

    def _field(self, path: ClaimsPath, claim: ClaimType) -> FormField:
        name = path_text(path)
        control = CONTROLS.get(claim.kind, "text")
        field = FormField(name, claim.labels[self.lang], control, claim.mandatory, self.typed.get(name, ""))
        field = replace(field, wrong=name in self.wrong)
        if claim.kind == "list":
            return self._list(path, field)
        if claim.kind == "object":
            return replace(field, control="object", parts=self._parts(path))
        return replace(field, control="choice", options=options) if (options := self._options(claim)) else field

    def _parts(self, path: ClaimsPath) -> tuple[FormField, ...]:
        return tuple(self._field((*path, claim.name), claim) for claim in self.kind.children(path))

    def _list(self, path: ClaimsPath, field: FormField) -> FormField:
        if not self.kind.children(path):
            return replace(field, control="lines")
        count = max(1, len(_indexes(self.typed, path))) + (self.more == field.name)
        shown = range(min(count, MOST_ENTRIES))
        return replace(field, control="entries", entries=tuple(self._parts((*path, index)) for index in shown))

    def _options(self, claim: ClaimType) -> tuple[tuple[str, str], ...]:
        if claim.kind == "boolean":
            return (("true", self.yes_no[0]), ("false", self.yes_no[1]))
        return tuple((value, names[self.lang]) for value, names in (claim.values or {}).items())


def read(kind: DocumentType, typed: Mapping[str, str], given: Set[str] = frozenset()) -> dict[str, object]:
    """The claims that a form says, without those that are known already."""
    return _object(kind, typed, (), given)


def _object(
    kind: DocumentType, typed: Mapping[str, str], path: ClaimsPath, given: Set[str] = frozenset()
) -> dict[str, object]:
    found = {
        claim.name: _value(kind, typed, (*path, claim.name), claim)
        for claim in kind.children(path)
        if claim.name not in given
    }
    return {name: value for name, value in found.items() if value is not None}


def _value(kind: DocumentType, typed: Mapping[str, str], path: ClaimsPath, claim: ClaimType) -> object:
    text = typed.get(path_text(path), "").strip()
    if claim.kind == "list":
        listed = _listed(kind, typed, path, text)
        return listed if listed or claim.mandatory else None
    if claim.kind == "object":
        inner = _object(kind, typed, path)
        # Empty lists that must be there make no object of an optional one that nobody filled in.
        return inner if claim.mandatory or any(value != [] for value in inner.values()) else None
    return _plain(claim, text) if text else None


def _listed(kind: DocumentType, typed: Mapping[str, str], path: ClaimsPath, text: str) -> list[object]:
    if not kind.children(path):
        return [line.strip() for line in text.splitlines() if line.strip()]
    return [_object(kind, typed, (*path, index)) for index in _indexes(typed, path)]


def _plain(claim: ClaimType, text: str) -> object:
    """What cannot be read stays text, and the check of the content says so."""
    if claim.kind == "number" and NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return int(number) if number.is_integer() else number
    if claim.kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return f"{text}:00+07:00" if claim.kind == "datetime" and INSTANT.fullmatch(text) else text


def _indexes(typed: Mapping[str, str], path: ClaimsPath) -> list[int]:
    """Which entries of a list have something in them."""
    starts = [(index, f"{path_text((*path, index))}.") for index in range(MOST_ENTRIES)]
    filled = [name for name, text in typed.items() if text.strip()]
    return [index for index, start in starts if any(name.startswith(start) for name in filled)]
