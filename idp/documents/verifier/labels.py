"""Names for document types and fields, from SD-JWT VC Type Metadata (section 5) given as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int | None, ...]


@dataclass(frozen=True)
class Labels:
    """Labels by document type, then by claims path, then by language; those of coded values by value as well."""

    types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[Path, Mapping[str, str]]] = field(default_factory=dict)
    values: Mapping[str, Mapping[Path, Mapping[str, Mapping[str, str]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, metadata: Iterable[object]) -> Labels:
        """Read Type Metadata documents. Raises `ValueError` for anything else."""
        documents = [_object(one) for one in metadata]
        return cls(
            {_text(one.get("vct")): _by_locale(one.get("display", []), "name") for one in documents},
            {_text(one.get("vct")): _fields(one.get("claims", [])) for one in documents},
            {_text(one.get("vct")): _values(one.get("claims", [])) for one in documents},
        )

    def document_type(self, vct: str, language: str) -> str:
        """The type's name, or its identifier where none is known."""
        return self.types.get(vct, {}).get(language, vct)

    def claim(self, vct: str, path: Path, language: str) -> str:
        """The field's label, or the claim's own name; an index stands for every element."""
        found = self.fields.get(vct, {}).get(_general(path), {}).get(language)
        return found or str(path[-1])

    def value(self, vct: str, path: Path, value: str, language: str) -> str:
        """What a coded value is called, or the value itself; an element of a list goes by the list's own claim."""
        known, general = self.values.get(vct, {}), _general(path)
        while general and general[-1] is None:
            general = general[:-1]
        return known.get(general, {}).get(value, {}).get(language) or value


def _general(path: Path) -> Path:
    return tuple(None if isinstance(step, int) else step for step in path)


def _values(claims: object) -> dict[Path, Mapping[str, Mapping[str, str]]]:
    """`value_labels` is a member of our own; where it is missing, values stand for themselves."""
    found: dict[Path, Mapping[str, Mapping[str, str]]] = {}
    for claim in map(_object, _array(claims)):
        told = claim.get("value_labels", {})
        path = tuple(map(_step, _array(claim.get("path"))))
        found[path] = {
            value: {lang: _text(label) for lang, label in _object(names).items()}
            for value, names in _object(told).items()
        }
    return found


def _fields(claims: object) -> dict[Path, Mapping[str, str]]:
    found: dict[Path, Mapping[str, str]] = {}
    for claim in map(_object, _array(claims)):
        path = tuple(map(_step, _array(claim.get("path"))))
        found[path] = _by_locale(claim.get("display", []), "label")
    return found


def _step(value: object) -> str | int | None:
    if value is not None and not isinstance(value, str | int):
        raise ValueError("path holds names, indexes and null")
    return value


def _by_locale(display: object, member: str) -> dict[str, str]:
    """Sections 5.5 and 5.6.2; of a language tag such as `vi-VN` the language counts."""
    entries = [_object(entry) for entry in _array(display)]
    return {_text(entry.get("locale")).partition("-")[0]: _text(entry.get(member)) for entry in entries}


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("not an object")
    return value


def _array(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("not an array")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value
