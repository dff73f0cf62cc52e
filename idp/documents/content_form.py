"""A form made from a document type: a field a claim, named by its path, and what is typed read back into claims.

An empty field is no claim; an entry of a list with nothing in it is left out. Whether the rest is right, `content`
says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from idp.documents.content import path_text
from idp.documents.document_types import ClaimsPath, ClaimType, DocumentType

MOST_ENTRIES = 50
NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,6})?")
#: A browser sends an instant without its zone, which in these forms is Vietnam's.
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
#: An entry of a list as the form names it: the list, the place, and what is within.
ENTRY = re.compile(r"([^\[\]]+)\[([0-9]{1,2})\]\.(.+)")
CONTROLS = {
    "date": "date", "datetime": "datetime-local", "number": "number", "boolean": "choice", "id_number": "id_number",
}  # fmt: skip


@dataclass(frozen=True)
class FormField:
    """One claim to fill in. `control` is `text`, `id_number`, `date`, `datetime-local`, `number`, `choice` (one of
    `options`), `lines` (a text a line), `object` (its `parts`) or `entries` (the parts of each)."""

    name: str
    label: str
    control: str
    required: bool
    value: str = ""
    wrong: bool = False
    example: str = ""
    options: tuple[tuple[str, str], ...] = ()
    parts: tuple[FormField, ...] = ()
    entries: tuple[tuple[FormField, ...], ...] = ()

    @property
    def empty(self) -> bool:
        return not self.value.strip()


@dataclass(frozen=True)
class Fault:
    """What was refused: the field's name, "" where the form has none, and its labels from the outermost in."""

    name: str
    labels: tuple[str, ...]
    empty: bool = False


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

    @property
    def dated(self) -> bool:
        """Whether there is a date or an instant to type."""
        return any(one.kind in ("date", "datetime") and one.path[0] not in self.given for one in self.kind.claims)

    def faults(self) -> list[Fault]:
        """All that is wrong, in the order of the form; last what the register says, which no field can mend."""
        shown = [fault for _, fields in self.groups() for field in fields for fault in _faults(field, ())]
        known = (claim for claim in self.kind.children(()) if claim.name in self.given & self.wrong)
        return [*shown, *(Fault("", (claim.labels[self.lang],)) for claim in known)]

    def _field(self, path: ClaimsPath, claim: ClaimType) -> FormField:
        name = path_text(path)
        control = CONTROLS.get(claim.kind, "text")
        field = FormField(name, claim.labels[self.lang], control, claim.mandatory, self.typed.get(name, ""))
        example = str(claim.example) if claim.kind == "text" and claim.example and not claim.values else ""
        field = replace(field, wrong=name in self.wrong, example=example)
        if claim.kind == "list":
            return self._list(path, field)
        if claim.kind == "object":
            return replace(field, control="object", parts=self._parts(path))
        return replace(field, control="choice", options=options) if (options := self._options(claim)) else field

    def _parts(self, path: ClaimsPath) -> tuple[FormField, ...]:
        return tuple(self._field((*path, claim.name), claim) for claim in self.kind.children(path))

    def _list(self, path: ClaimsPath, field: FormField) -> FormField:
        if not self.kind.children(path):
            wrong = field.wrong or any(name.startswith(f"{field.name}[") for name in self.wrong)
            return replace(field, control="lines", wrong=wrong)
        count = max(1, len(_indexes(self.typed, path))) + (self.more == field.name)
        shown = range(min(count, MOST_ENTRIES))
        return replace(field, control="entries", entries=tuple(self._parts((*path, index)) for index in shown))

    def _options(self, claim: ClaimType) -> tuple[tuple[str, str], ...]:
        if claim.kind == "boolean":
            return (("true", self.yes_no[0]), ("false", self.yes_no[1]))
        return tuple((value, names[self.lang]) for value, names in (claim.values or {}).items())


def _faults(field: FormField, outer: tuple[str, ...]) -> Iterator[Fault]:
    labels = (*outer, field.label)
    if field.wrong:
        yield Fault(field.name, labels, field.empty)
    for part in field.parts:
        yield from _faults(part, labels)
    for place, parts in enumerate(field.entries, 1):
        for part in parts:
            yield from _faults(part, (*outer, f"{field.label} {place}"))


def closed_up(typed: Mapping[str, str]) -> dict[str, str]:
    """Without the empty entries between others: the form shows what it is read as, and nothing typed is lost."""
    found: dict[str, str] = {}
    lists: dict[str, dict[int, dict[str, str]]] = {}
    for name, text in typed.items():
        entry = ENTRY.fullmatch(name)
        if entry is None:
            found[name] = text
        else:
            lists.setdefault(entry[1], {}).setdefault(int(entry[2]), {})[entry[3]] = text
    for name, entries in lists.items():
        filled = [
            closed_up(entries[place]) for place in sorted(entries) if any(map(str.strip, entries[place].values()))
        ]
        found |= {f"{name}[{place}].{inner}": text for place, one in enumerate(filled) for inner, text in one.items()}
    return found


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
    if claim.kind == "id_number":
        return text.replace(" ", "")
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
