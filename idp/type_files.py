"""Where document types come from: a TOML file each, the built-in ones and those of a folder of the user's own.

Only a file's head is read here, all before its table `[groups]`: what the type is called, who may issue it, what may
be asked of it. Most starts need no more; `idp.documents.document_types` reads the rest when a type is first used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "documents" / "types"
LANGUAGES = ("vi", "en")


class DocumentTypeError(Exception):
    """A file of a document type is not usable; the message names file and key."""


@dataclass(frozen=True)
class TypeHead:
    """The head of a type's file. `id` is the file's name; `own_issuers` are issuers that the file itself brings;
    `not_to_be_asked` says from which day on, and by which law, nobody may ask a holder to show it."""

    id: str
    path: Path
    vct: str
    issued_by: tuple[str, ...]
    own_issuers: Mapping[str, Mapping[str, Any]]
    not_to_be_asked: Mapping[str, Any] | None


class _Chosen:
    """The folder of the user's own types, the same for the whole process as the installed types are."""

    folder: Path | None = None


def use(folder: Path | None) -> None:
    """Take the types of this folder as well, or none. Raises DocumentTypeError where it or a head is unusable."""
    if folder is not None and not folder.is_dir():
        raise DocumentTypeError(f"{folder} is no folder of document types")
    _heads(folder)
    _Chosen.folder = folder


def own_folder() -> Path | None:
    return _Chosen.folder


def heads() -> Mapping[str, TypeHead]:
    """All types by id, the built-in ones first. Raises DocumentTypeError."""
    return _heads(_Chosen.folder)


@cache
def _heads(own: Path | None) -> Mapping[str, TypeHead]:
    found: dict[str, TypeHead] = {}
    for folder in (FOLDER, *([own] if own else [])):
        for head in of_folder(folder):
            if head.id in found or head.vct in {one.vct for one in found.values()}:
                raise DocumentTypeError(f"{head.path.name}: another type has this name or the vct {head.vct}")
            found[head.id] = head
    return found


def of_folder(folder: Path) -> list[TypeHead]:
    """The heads of one folder's files. Raises DocumentTypeError."""
    return [_head(path) for path in sorted(folder.glob("*.toml"))]


def _head(path: Path) -> TypeHead:
    text = parsed(path, before="\n[groups]\n")
    try:
        return TypeHead(
            id=path.stem,
            path=path,
            vct=_text(text, "vct"),
            issued_by=tuple(map(str, text["issued_by"])),
            own_issuers={str(name): _issuer(table) for name, table in text.get("issuer", {}).items()},
            not_to_be_asked=_asking(text.get("not_to_be_asked")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DocumentTypeError(f"{path.name}: {error}") from error


def parsed(path: Path, *, before: str = "") -> dict[str, Any]:
    """A file, or what stands `before` a line, as a table. Raises DocumentTypeError."""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text.partition(before)[0] if before else text)
    except OSError as error:
        raise DocumentTypeError(f"{path.name}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # not UTF-8, not TOML
        raise DocumentTypeError(f"{path.name}: {error}") from error


def both(value: object) -> Mapping[str, str]:
    """A text in Vietnamese and in English. Raises ValueError."""
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise ValueError(f"{value!r} must have exactly {' and '.join(LANGUAGES)}")
    return {lang: str(value[lang]) for lang in LANGUAGES}


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} must be a text that is not empty")
    return value


def _issuer(table: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"uri": _text(table, "uri"), "name": both(table["name"])}


def _asking(value: Any) -> Mapping[str, Any] | None:
    return None if value is None else {"from": value["from"], "law": both(value["law"])}
