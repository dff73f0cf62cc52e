"""Is this the content of a document of that type? Every claim known, of its kind, and none missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from idp.documents.document_types import ClaimsPath, ClaimType, DocumentType

#: Twelve digits as text: a number would lose its leading zero.
ID_NUMBER = re.compile(r"[0-9]{12}")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one claim; `path` ends at the claim."""

    path: ClaimsPath
    message: str

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}"


class ContentError(ValueError):
    """The content does not fit the document type; all that is wrong, at once."""

    def __init__(self, type_id: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(f"{type_id}: " + "; ".join(str(problem) for problem in problems))


def normalized(value: object) -> object:
    """As it is signed: text in Unicode NFC, dates as ISO text, tuples as lists."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(normalized(name)): normalized(inner) for name, inner in value.items()}
    return [normalized(inner) for inner in value] if isinstance(value, list | tuple) else value


def check(kind: DocumentType, claims: Mapping[str, object]) -> None:
    """Raises ContentError."""
    _refuse(kind, tuple(_object(kind, (), claims)))
    _refuse(kind, tuple(Problem(path, said) for rule in kind.rules for path, said in rule.broken(claims)))


def check_part(kind: DocumentType, claims: Mapping[str, object]) -> None:
    """The same for some of a document's claims: what is not there is not missed. Raises ContentError."""
    known = {claim.name: claim for claim in kind.children(())}
    found = (_value(kind, (name,), known[name], value) for name, value in claims.items())
    _refuse(kind, tuple(problem for problems in found for problem in problems))


def _refuse(kind: DocumentType, problems: tuple[Problem, ...]) -> None:
    if problems:
        raise ContentError(kind.id, problems)


def path_text(path: ClaimsPath) -> str:
    """`history.allergies[1].allergen`, counted from 0 as in the file."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _object(kind: DocumentType, path: ClaimsPath, claims: Mapping[str, object]) -> Iterator[Problem]:
    known = {claim.name: claim for claim in kind.children(path)}
    for name, value in claims.items():
        here = (*path, name)
        if name not in known:
            yield Problem(here, f"not a claim of {kind.id}; known here: {', '.join(known)}")
        else:
            yield from _value(kind, here, known[name], value)
    for name, claim in known.items():
        if claim.mandatory and name not in claims:
            yield Problem((*path, name), "missing")


def _value(kind: DocumentType, path: ClaimsPath, claim: ClaimType, value: object) -> Iterator[Problem]:
    wanted = _wanted(claim, value)
    if wanted:
        yield Problem(path, f"must be {wanted}, not {value!r}")
    elif isinstance(value, Mapping):
        yield from _object(kind, path, value)
    elif isinstance(value, list):
        yield from _elements(kind, path, claim, value)


def _elements(kind: DocumentType, path: ClaimsPath, claim: ClaimType, value: list[object]) -> Iterator[Problem]:
    structured = bool(kind.children(path))
    for index, element in enumerate(value):
        here = (*path, index)
        if not structured and not _is_text(element):
            yield Problem(here, f"must be text, not {element!r}")
        elif structured and not isinstance(element, Mapping):
            yield Problem(here, f"must be a table, not {element!r}")
        elif isinstance(element, Mapping):
            yield from _object(kind, here, element)
        elif _outside(claim, element):
            yield Problem(here, f"must be {_outside(claim, element)}, not {element!r}")


def _wanted(claim: ClaimType, value: object) -> str:
    """What the value should have been; empty where it is right."""
    right, wanted = _KINDS[claim.kind]
    if not right(value):
        return wanted
    if claim.one_of and isinstance(value, str) and value not in claim.one_of:
        return "one of " + ", ".join(claim.one_of)
    return _outside(claim, value)


def _outside(claim: ClaimType, value: object) -> str:
    if isinstance(value, str) and claim.pattern is not None and claim.pattern.fullmatch(value) is None:
        return f"of the form {claim.pattern.pattern}"
    if isinstance(value, int | float) and claim.minimum is not None and value < claim.minimum:
        return f"{claim.minimum} or more"
    if isinstance(value, int | float) and claim.maximum is not None and value > claim.maximum:
        return f"{claim.maximum} or less"
    return ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and unicodedata.is_normalized("NFC", value)


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_id_number(value: object) -> bool:
    return isinstance(value, str) and ID_NUMBER.fullmatch(value) is not None


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


_KINDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "text": (_is_text, "text that is not empty"),
    "date": (_is_date, "a date (2026-03-05)"),
    "datetime": (_is_instant, "an instant with its zone (2026-03-05T08:30:00+07:00)"),
    "number": (_is_number, "a number"),
    "id_number": (_is_id_number, "12 digits as text"),
    "boolean": (lambda value: isinstance(value, bool), "true or false"),
    "object": (_is_table, "a table"),
    "object_or_text": (lambda value: _is_table(value) or _is_text(value), "a table or text"),
    "list": (lambda value: isinstance(value, list), "a list"),
}
