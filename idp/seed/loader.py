"""Test citizens from TOML: the built-in ones, and a user's own file that replaces or adds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from idp.seed.consistency import check_together
from idp.seed.entries import DocumentEntry, Persona, Personas
from idp.seed.mistakes import Mistake, SeedFileError
from idp.seed.persona_table import read_persona
from idp.seed.reader import Table
from idp.seed.toml_lines import Lines

BUILT_IN = Path(__file__).parent / "personas"
TABLES = frozenset({"persona", "document"})


def load(user_file: Path | None, today: date, folder: Path = BUILT_IN) -> Personas:
    """All test citizens. In the user's file an id or number that is built in replaces; any other adds.

    `today` decides what law is in force and which cards are valid. Raises SeedFileError with every mistake.
    """
    mistakes: list[Mistake] = []
    built_in = [_read(file, mistakes) for file in sorted(folder.glob("*.toml"))]
    personas = [persona for read in built_in for persona in read.personas]
    documents: list[DocumentEntry] = []
    if user_file is not None:
        own = _read(user_file, mistakes)
        _no_duplicates(own.personas, mistakes)
        personas = [*_not_replaced(personas, own.personas), *own.personas]
        documents.extend(own.documents)
    if not mistakes:
        check_together(personas, documents, today, mistakes)
    if mistakes:
        raise SeedFileError(mistakes)
    return Personas(tuple(sorted(personas, key=lambda persona: persona.order)), tuple(documents))


def read_documents(files: Iterable[Path]) -> tuple[DocumentEntry, ...]:
    """The `[[document]]` tables of files, untouched, with their lines. Raises SeedFileError."""
    mistakes: list[Mistake] = []
    found = [entry for file in files for entry in _read(file, mistakes).documents]
    if mistakes:
        raise SeedFileError(mistakes)
    return tuple(found)


def read_types_documents(folder: Path) -> tuple[DocumentEntry, ...]:
    """The `[[document]]` tables that files of document types hold, each of its own type. Raises SeedFileError."""
    mistakes: list[Mistake] = []
    found: list[DocumentEntry] = []
    for file in sorted(folder.glob("*.toml")):
        document, lines = _parsed(file, mistakes)
        for table in _tables(document, "document", lines, file, mistakes):
            entry = _document(table, file.stem)
            found += [] if entry is None else [entry]
    if mistakes:
        raise SeedFileError(mistakes)
    return tuple(found)


def _parsed(file: Path, mistakes: list[Mistake]) -> tuple[dict[str, Any], Lines]:
    """The file as a table, which is empty where it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text), Lines(text)
    except OSError as error:
        mistakes.append(Mistake(file, 1, "file", f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError:
        mistakes.append(Mistake(file, 1, "file", "is not UTF-8 text"))
    except tomllib.TOMLDecodeError as error:
        mistakes.append(Mistake(file, _line_of_error(text, error), "file", f"is not TOML: {error}"))
    return {}, Lines("")


def _read(file: Path, mistakes: list[Mistake]) -> Personas:
    document, lines = _parsed(file, mistakes)
    for name in document.keys() - TABLES:
        mistakes.append(Mistake(file, lines.of((name,)), name, "unknown; known are [[persona]] and [[document]]"))
    tables = _tables(document, "persona", lines, file, mistakes)
    personas = [persona for table in tables if (persona := read_persona(table)) is not None]
    entries = _tables(document, "document", lines, file, mistakes)
    documents = [entry for table in entries if (entry := _document(table)) is not None]
    return Personas(tuple(personas), tuple(documents))


def _tables(document: dict[str, Any], name: str, lines: Lines, file: Path, mistakes: list[Mistake]) -> list[Table]:
    values = document.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        mistakes.append(Mistake(file, lines.of((name,)), name, f"write [[{name}]] with two brackets, once for each"))
        return []
    return [Table(value, (name, at), lines, file, mistakes) for at, value in enumerate(values)]


def _document(table: Table, of_type: str | None = None) -> DocumentEntry | None:
    persona, kind = table.text("persona", required=True), of_type or table.text("type", required=True)
    if persona is None or kind is None:
        return None
    values = {key: value for key, value in table.values.items() if key not in ("persona", "type")}
    return DocumentEntry(persona, kind, values, table.file, table.lines, table.path)


def _no_duplicates(personas: Sequence[Persona], mistakes: list[Mistake]) -> None:
    for key in ("id", "personal_id_number"):
        seen: dict[str, int] = {}
        for persona in personas:
            value = getattr(persona, key)
            if value in seen:
                message = f"{value!r} stands already in line {seen[value]} of this file"
                mistakes.append(Mistake(persona.file, persona.line, f"persona.{key}", message))
            seen.setdefault(value, persona.line)


def _not_replaced(built_in: Sequence[Persona], own: Sequence[Persona]) -> list[Persona]:
    ids, numbers = {each.id for each in own}, {each.personal_id_number for each in own}
    return [each for each in built_in if each.id not in ids and each.personal_id_number not in numbers]


def _line_of_error(text: str, error: tomllib.TOMLDecodeError) -> int:
    """The parser tells the line in its message only ("at line 3, column 5" or "at end of document")."""
    words = str(error).replace(",", "").rstrip(")").split()
    return int(words[words.index("line") + 1]) if "line" in words else max(1, len(text.splitlines()))
