"""Reading a table of a seed file key by key; what is wrong is collected with its line, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import date, datetime
from pathlib import Path
from typing import Any

from idp.seed.mistakes import Mistake
from idp.seed.toml_lines import Lines
from idp.seed.toml_lines import Path as KeyPath


class Table:
    """One table of one file. What is missing or wrong comes out as None; if it is a mistake, that is noted."""

    def __init__(
        self, values: Mapping[str, Any], path: KeyPath, lines: Lines, file: Path, mistakes: list[Mistake]
    ) -> None:
        self.values, self.path, self.lines, self.file, self.mistakes = values, path, lines, file, mistakes
        self._known: set[str] = set()

    @property
    def line(self) -> int:
        return self.lines.of(self.path)

    def wrong(self, key: str, message: str) -> None:
        """Note a mistake at `key` of this table (the table itself for "")."""
        path = (*self.path, key) if key else self.path
        shown = ".".join(str(part) for part in path if not isinstance(part, int))
        self.mistakes.append(Mistake(self.file, self.lines.of(path), shown, message))

    def text(self, key: str, *, required: bool = False, check: Callable[[str], object] | None = None) -> str | None:
        """A text that is not empty and that `check` accepts (it raises ValueError)."""
        value = self._take(key, required)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, f"must be a text in quotes, not {_shown(value)}")
            return None
        return self._checked(key, value, check)

    def choice(self, key: str, allowed: Set[str], *, required: bool = False) -> str | None:
        value = self.text(key, required=required)
        if value is not None and value not in allowed:
            self.wrong(key, f"must be one of {', '.join(sorted(allowed))}, not {value!r}")
            return None
        return value

    def day(self, key: str, *, required: bool = False) -> date | None:
        value = self._take(key, required)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            self.wrong(key, f"must be a date like 1990-03-14, without quotes, not {_shown(value)}")
            return None
        return value

    def integer(self, key: str, allowed: Set[int], *, required: bool = False) -> int | None:
        value = self._take(key, required)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value not in allowed):
            self.wrong(key, f"must be {_numbers(allowed)}, not {_shown(value)}")
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...] | None:
        value = self._take(key, False)
        if value is None:
            return None
        if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value):
            self.wrong(key, "must be a list of texts")
            return None
        return tuple(value)

    def both_languages(self, key: str, *, required: bool = False) -> dict[str, str] | None:
        table = self.table(key, required=required)
        if table is None:
            return None
        found = {lang: table.text(lang, required=True) for lang in ("vi", "en")}
        table.finish()
        return {lang: text for lang, text in found.items() if text is not None}

    def table(self, key: str, *, required: bool = False) -> Table | None:
        value = self._take(key, required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(key, f"must be a table, not {_shown(value)}")
            return None
        return Table(value, (*self.path, key), self.lines, self.file, self.mistakes)

    def know(self, key: str) -> None:
        """This key has been dealt with elsewhere."""
        self._known.add(key)

    def finish(self) -> None:
        """Whatever was not asked for is unknown: a misspelt key must not be passed over."""
        for key in self.values.keys() - self._known:
            self.wrong(key, f"unknown key; known are {', '.join(sorted(self._known))}")

    def _take(self, key: str, required: bool) -> Any:
        self._known.add(key)
        value = self.values.get(key)
        if value is None and required:
            self.wrong("", f"the key {key!r} is missing")
        return value

    def _checked(self, key: str, value: str, check: Callable[[str], object] | None) -> str | None:
        if check is not None:
            try:
                check(value)
            except ValueError as error:
                self.wrong(key, str(error))
                return None
        return value


def _numbers(allowed: Set[int]) -> str:
    return " or ".join(map(str, sorted(allowed))) if len(allowed) < 5 else f"{min(allowed)} to {max(allowed)}"


def _shown(value: object) -> str:
    return f"{str(value)!r} (a {type(value).__name__})"
