"""The portal's message catalogues: TOML with Vietnamese and English side by side, so that neither is forgotten."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

LANGUAGES = ("vi", "en")
VIETNAM = timezone(timedelta(hours=7))
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class CatalogueError(Exception):
    """A message lacks a language, or a key was asked for that no catalogue holds."""


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    vi: str
    en: str

    def in_language(self, lang: str) -> str:
        return self.en if lang == "en" else self.vi


@dataclass(frozen=True)
class Messages:
    """All messages of the portal: dotted key -> text with `{named}` places."""

    texts: Mapping[str, Text]

    @classmethod
    def load(cls, folder: Path) -> Messages:
        """Read every `*.toml` in `folder`. Raises CatalogueError."""
        found: dict[str, Text] = {}
        for file in sorted(folder.glob("*.toml")):
            found.update(_flatten(tomllib.loads(file.read_text(encoding="utf-8")), file.name))
        return cls(found)

    def text(self, key: str, lang: str, **values: object) -> str:
        """The message `key` in `lang`, its places filled. Raises CatalogueError for an unknown key."""
        if key not in self.texts:
            raise CatalogueError(f"no message {key!r}")
        message = self.texts[key].in_language(lang)
        return message.format(**values) if values else message

    def has(self, key: str) -> bool:
        return key in self.texts


def read_text(value: object, where: str) -> Text:
    """A `{ vi, en }` table, both there and not empty. Raises CatalogueError naming `where`."""
    if not isinstance(value, dict) or set(value) != set(LANGUAGES):
        raise CatalogueError(f"{where} must have exactly {' and '.join(LANGUAGES)}")
    if not all(isinstance(part, str) and part.strip() for part in value.values()):
        raise CatalogueError(f"{where}: both languages must be texts that are not empty")
    return Text(**value)


def _flatten(table: Mapping[str, object], file: str, prefix: str = "") -> Iterator[tuple[str, Text]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if not isinstance(value, dict):
            raise CatalogueError(f"{file}: {key} must be a table with {' and '.join(LANGUAGES)}")
        if all(isinstance(part, str) for part in value.values()):
            yield key, read_text(value, f"{file}: {key}")
        else:
            yield from _flatten(value, file, f"{key}.")


def local_date(instant: datetime) -> date:
    """The calendar day in Vietnam."""
    return instant.astimezone(VIETNAM).date()


def format_date(value: date | datetime | str, lang: str) -> str:
    """dd/MM/yyyy in Vietnamese, 5 March 2026 in English; instants are read in Vietnam time."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = local_date(value)
    if lang == "vi":
        return value.strftime("%d/%m/%Y")
    return f"{value.day} {ENGLISH_MONTHS[value.month - 1]} {value.year}"


def format_datetime(value: datetime, lang: str) -> str:
    """The date with the hour and minute in Vietnam (UTC+7)."""
    return f"{format_date(value, lang)} {value.astimezone(VIETNAM):%H:%M}"


def format_id_number(value: str) -> str:
    """A 12-digit number in the groups people read."""
    return " ".join((value[:3], value[3:6], value[6:9], value[9:])) if len(value) == 12 else value


def format_money(value: int, lang: str) -> str:
    """An amount in đồng: 135.000 đ in Vietnamese, 135,000 VND in English."""
    grouped = f"{value:,}"
    return f"{grouped.replace(',', '.')} đ" if lang == "vi" else f"{grouped} VND"


def plain(text: str) -> str:
    """Without case and diacritics, so that `doi giay phep` finds `Đổi giấy phép`; to sort by, too."""
    letters = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
