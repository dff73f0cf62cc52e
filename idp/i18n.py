"""Message catalogues: TOML files with Vietnamese and English side by side, so that neither can be forgotten."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

LANGUAGES = ("vi", "en")
VIETNAM = timezone(timedelta(hours=7))


class CatalogueError(Exception):
    """A catalogue holds a message without both languages, or a key was asked for that no catalogue holds."""


@dataclass(frozen=True)
class Catalogue:
    """All messages of an app: dotted key -> language -> text with `{named}` places."""

    messages: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every `*.toml` in `folder`. Raises CatalogueError for a message lacking a language."""
        found: dict[str, Mapping[str, str]] = {}
        for file in sorted(folder.glob("*.toml")):
            with file.open("rb") as stream:
                found.update(_flatten(tomllib.load(stream), file.name))
        return cls(found)

    def text(self, key: str, lang: str, **values: object) -> str:
        """The message `key` in `lang`, its places filled. Raises CatalogueError for an unknown key."""
        try:
            message = self.messages[key][lang]
        except KeyError:
            raise CatalogueError(f"no message {key!r} in {lang!r}") from None
        return message.format(**values) if values else message

    def problem(self, key: str, lang: str, **values: object) -> dict[str, str]:
        """What an error page says: title, what, why and todo; where there is one, a word for the developer too."""
        more = [part for part in ("developer", "command") if f"{key}.{part}" in self.messages]
        return {part: self.text(f"{key}.{part}", lang, **values) for part in ("title", "what", "why", "todo", *more)}


def _flatten(table: Mapping[str, object], file: str, prefix: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if not isinstance(value, dict):
            raise CatalogueError(f"{file}: {key} must be a table with {' and '.join(LANGUAGES)}")
        if all(isinstance(part, str) for part in value.values()):
            if set(value) != set(LANGUAGES):
                raise CatalogueError(f"{file}: {key} must have exactly {' and '.join(LANGUAGES)}")
            yield key, value
        else:
            yield from _flatten(value, file, f"{key}.")


ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def format_date(value: date | datetime | str, lang: str) -> str:
    """dd/MM/yyyy in Vietnamese, 5 March 2026 in English. Instants are read in Vietnam time; ISO text is parsed."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    if lang == "vi":
        return value.strftime("%d/%m/%Y")
    return f"{value.day} {ENGLISH_MONTHS[value.month - 1]} {value.year}"


def format_datetime(value: datetime, lang: str) -> str:
    """The date and the hour and minute in Vietnam (UTC+7)."""
    return f"{format_date(value, lang)} {value.astimezone(VIETNAM):%H:%M}"


def format_id_number(value: str) -> str:
    """A 12-digit number in the groups people read: province, sex and year, then two threes."""
    if len(value) != 12:
        return value
    return " ".join((value[:3], value[3:6], value[6:9], value[9:]))
