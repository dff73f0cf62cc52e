"""Document types as data: one TOML file a type under `types/`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

ClaimsPath = tuple[str | int | None, ...]
FOLDER = Path(__file__).parent / "types"
LANGUAGES = ("vi", "en")
KINDS = frozenset({"text", "date", "datetime", "number", "id_number", "boolean", "object", "object_or_text", "list"})
DISCLOSURE = frozenset({"always", "never"})


class DocumentTypeError(Exception):
    """A file under `types/` is not usable; the message names file and claim."""


class UnknownDocumentType(LookupError):
    """No document type has this id or `vct`."""


@dataclass(frozen=True)
class ClaimType:
    """One claim a type may hold (SD-JWT VC section 5.6).

    `path` is a claims path; `sd` is `always` or `never`; `kind` says how a value is checked and shown;
    `one_of` are the only values allowed, empty for any.
    """

    path: ClaimsPath
    kind: str
    labels: Mapping[str, str]
    sd: str
    mandatory: bool
    group: str
    one_of: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] | None = None

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

    The file is good for `validity` from the day of issue, or until the end of the day that the claim `expiry_claim`
    names. `number_claim` holds the document's number. `minimum_age` is the holder's, in years, at issue.
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
    """All document types."""

    def __init__(self, types: Mapping[str, DocumentType]) -> None:
        self._by_id = dict(types)
        self._by_vct = {kind.vct: kind for kind in types.values()}

    def __iter__(self) -> Iterator[DocumentType]:
        return iter(self._by_id.values())

    def by_id(self, type_id: str) -> DocumentType:
        """Raises UnknownDocumentType."""
        return self._find(self._by_id, type_id)

    def by_vct(self, vct: str) -> DocumentType:
        """Raises UnknownDocumentType."""
        return self._find(self._by_vct, vct)

    @staticmethod
    def _find(table: Mapping[str, DocumentType], key: str) -> DocumentType:
        try:
            return table[key]
        except KeyError:
            raise UnknownDocumentType(key) from None


@cache
def document_types() -> DocumentTypes:
    """The types of the installed package: immutable data, read once. Raises DocumentTypeError."""
    return load(FOLDER)


def load(folder: Path) -> DocumentTypes:
    """Read every file of a folder. Raises DocumentTypeError."""
    types = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    if len({kind.vct for kind in types.values()}) != len(types):
        raise DocumentTypeError(f"{folder}: two types have the same vct")
    return DocumentTypes(types)


def _read(path: Path) -> DocumentType:
    with path.open("rb") as stream:
        table = tomllib.load(stream)
    try:
        groups = tuple(Group(name, _both(names)) for name, names in table["groups"].items())
        claims = tuple(_claim(entry, {group.id for group in groups}) for entry in table["claim"])
        return DocumentType(
            id=path.stem,
            vct=table["vct"],
            names=_both(table["name"]),
            descriptions=_both(table["description"]),
            validity=timedelta(days=table["validity_days"]),
            expiry_claim=table.get("expiry_claim"),
            number_claim=table["number_claim"],
            minimum_age=table.get("minimum_age", 0),
            groups=groups,
            claims=claims,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise DocumentTypeError(f"{path.name}: {error}") from error


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
    shown = None if values is None else {str(value): _both(names) for value, names in values.items()}
    mandatory = bool(entry.get("mandatory", False))
    return ClaimType(path, kind, _both(entry["label"]), sd, mandatory, group, tuple(shown or ()), shown)


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


def _both(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise ValueError(f"{value!r} must have exactly {' and '.join(LANGUAGES)}")
    return {lang: str(value[lang]) for lang in LANGUAGES}
