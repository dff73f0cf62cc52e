"""Names for document types and fields, from SD-JWT VC Type Metadata (section 5) given as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Path = tuple[str | int | None, ...]


@dataclass(frozen=True)
class Labels:
    """Labels by document type, then by claims path, then by language."""

    types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[Path, Mapping[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, metadata: Iterable[object]) -> Labels:
        """Read Type Metadata documents. Raises `ValueError` for anything else."""
        documents = [_object(one) for one in metadata]
        return cls(
            {_text(one.get("vct")): _by_locale(one.get("display", []), "name") for one in documents},
            {_text(one.get("vct")): _fields(one.get("claims", [])) for one in documents},
        )

    def document_type(self, vct: str, language: str) -> str:
        """The type's name, or its identifier where none is known."""
        return self.types.get(vct, {}).get(language, vct)

    def claim(self, vct: str, path: Path, language: str) -> str:
        """The field's label, or the claim's own name; an index stands for every element."""
        general = tuple(None if isinstance(step, int) else step for step in path)
        found = self.fields.get(vct, {}).get(general, {}).get(language)
        return found or str(path[-1])


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
