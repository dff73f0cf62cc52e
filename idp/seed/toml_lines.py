"""Where in a TOML file each key stands: `tomllib` tells values but no lines, and a mistake is mended by its line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

Path = tuple[str | int, ...]
OPENING, CLOSING = "[{", "]}"


@dataclass(frozen=True)
class Lines:
    """The lines of a text that `tomllib` has accepted, counted from 1; looked for when the first is asked for."""

    text: str

    @cached_property
    def found(self) -> Mapping[Path, int]:
        """Key path (array elements by index) -> line number."""
        return locate(self.text)

    def of(self, path: Path) -> int:
        """The line of the key, or of the nearest table around it."""
        while path and path not in self.found:
            path = path[:-1]
        return self.found.get(path, 1)


def locate(text: str) -> Mapping[Path, int]:
    """Find every header and key of a text."""
    found: dict[Path, int] = {}
    elements: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        if statement.startswith("[["):
            name = _names(statement[2 : statement.index("]]")])
            outer = _resolve(name[:-1], elements)
            array = (*outer, name[-1])
            elements[array] = elements.get(array, -1) + 1
            table = (*array, elements[array])
            found.setdefault(array, line)
        elif statement.startswith("["):
            table = _resolve(_names(statement[1 : _unquoted(statement, "]")]), elements)
        else:
            key = (*table, *_names(statement[: _unquoted(statement, "=")]))
            found.setdefault(key, line)
            continue
        found.setdefault(table, line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The first line of every statement: lines within brackets or long strings belong to the one before."""
    depth, long_quote = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if depth == 0 and not long_quote and stripped and not stripped.startswith("#"):
            yield number, stripped
        header = depth == 0 and not long_quote and stripped.startswith("[")
        if not header:
            depth, long_quote = _scan(line, depth, long_quote)


def _scan(line: str, depth: int, long_quote: str) -> tuple[int, str]:
    """Bracket depth and open long string at the end of a line."""
    at = 0
    while at < len(line):
        if long_quote:
            end = _end_of_string(line, at, long_quote)
            if end < 0:
                return depth, long_quote
            at, long_quote = end, ""
            continue
        letter = line[at]
        if letter == "#":
            break
        if letter in "\"'":
            quote = letter * 3 if line.startswith(letter * 3, at) else letter
            end = _end_of_string(line, at + len(quote), quote)
            if end < 0:
                return depth, quote
            at = end
            continue
        depth += (letter in OPENING) - (letter in CLOSING)
        at += 1
    return depth, long_quote


def _end_of_string(line: str, at: int, quote: str) -> int:
    """The place after the closing quote, or -1."""
    while at < len(line):
        if line[at] == "\\" and quote[0] == '"':
            at += 2
        elif line.startswith(quote, at):
            return at + len(quote)
        else:
            at += 1
    return -1


def _unquoted(statement: str, letter: str) -> int:
    at = 0
    while statement[at] != letter:
        quoted = statement[at] in "\"'"
        at = _end_of_string(statement, at + 1, statement[at]) if quoted else at + 1
    return at


def _names(key: str) -> tuple[str, ...]:
    """The parts of a dotted key, quotes resolved by the TOML parser itself."""
    names: list[str] = []
    value: object = tomllib.loads(f"{key} = 0")
    while isinstance(value, dict):
        ((name, value),) = value.items()
        names.append(name)
    return tuple(names)


def _resolve(names: tuple[str, ...], elements: Mapping[Path, int]) -> Path:
    """A header's names with the index of the present element after each array of tables."""
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in elements:
            path = (*path, elements[path])
    return path
