"""`mock-vneid personas`: the test citizens, what they sign in with, and why each of them is worth a test."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from idp.accounts.levels import legal_day
from idp.cli import desk_people
from idp.cli.errors import CommandError
from idp.clock import SystemClock
from idp.config import Config
from idp.seed import loader
from idp.seed.entries import Persona, Personas
from idp.seed.mistakes import SeedFileError

HEADINGS = {
    "vi": ("Mã", "Họ và tên", "Số định danh", "Mức", "Mật khẩu", "Mật mã", "Câu chuyện"),
    "en": ("Id", "Name", "ID number", "Level", "Password", "Passcode", "Story"),
}
NAME_WIDTH, STORY_WIDTH, GAP, NONE = 24, 40, "  ", "–"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for machines: everything, one-time code seeds too")
    parser.add_argument("--lang", choices=("vi", "en"), help="language of the table (default: the terminal's)")
    parser.add_argument("--officers", action="store_true", help="the officers of /officer instead")
    parser.add_argument("--applicants", action="store_true", help="people in the register without an account instead")


def run(args: argparse.Namespace, config: Config) -> int:
    lang = args.lang or terminal_language()
    if args.officers or args.applicants:
        people = desk_people.officers if args.officers else desk_people.applicants
        print(json.dumps(people(), ensure_ascii=False, indent=2) if args.json else desk_people.lines(people(), lang))
        return 0
    personas = load(config)
    if args.json:
        print(json.dumps([_for_machines(persona) for persona in personas.personas], ensure_ascii=False, indent=2))
    else:
        print(table(personas, lang))
    return 0


def load(config: Config) -> Personas:
    """The test citizens of this configuration. Raises CommandError with every mistake of the user's file."""
    try:
        return loader.load(config.personas, legal_day(SystemClock().now()))
    except SeedFileError as error:
        raise CommandError(f"the test citizens cannot be read:\n{error}") from error


def table(personas: Personas, lang: str, width: int | None = None) -> str:
    """A table for a terminal of `width` columns (default: this one), in `lang` (vi or en)."""
    width = width or shutil.get_terminal_size().columns
    head = HEADINGS[lang][:-1]
    rows = [_row(persona, lang) for persona in personas.personas]
    widths = [_column_width(column) for column in zip(head, *rows, strict=True)]
    room = width - sum(widths) - len(GAP) * len(widths)
    if room < STORY_WIDTH:
        return _stories_below(personas, lang, rows, widths, width)
    stories = [_wrapped(persona.story[lang], min(room, 2 * STORY_WIDTH)) for persona in personas.personas]
    rows = [(*row, story) for row, story in zip(rows, stories, strict=True)]
    return _text(HEADINGS[lang], rows, [*widths, min(room, 2 * STORY_WIDTH)])


def _stories_below(
    personas: Personas, lang: str, rows: Sequence[tuple[str, ...]], widths: Sequence[int], width: int
) -> str:
    """For narrow terminals: each story in lines of its own."""
    parts = [_text(HEADINGS[lang][:-1], (), widths)]
    for persona, row in zip(personas.personas, rows, strict=True):
        parts.extend(line.rstrip() for line in _lines(row, widths))
        parts.append(textwrap.indent(_wrapped(persona.story[lang], max(30, width - 4)), "    "))
    return "\n".join(parts)


def _text(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> str:
    lines = [_line(head, widths), GAP.join("─" * width for width in widths)]
    for row in rows:
        lines.extend(_lines(row, widths))
    return "\n".join(line.rstrip() for line in lines)


def terminal_language() -> str:
    """English where the terminal says so, else Vietnamese."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "vi"


def _row(persona: Persona, lang: str) -> tuple[str, ...]:
    return (
        persona.id,
        _wrapped(unicodedata.normalize("NFC", persona.full_name), NAME_WIDTH),
        persona.personal_id_number,
        str(persona.account.level),
        persona.password or NONE,
        persona.passcode or NONE,
    )


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    cells = [cell.split("\n") for cell in row]
    for at in range(max(map(len, cells))):
        yield _line([cell[at] if at < len(cell) else "" for cell in cells], widths)


def _line(cells: Iterable[str], widths: Sequence[int]) -> str:
    return GAP.join(cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))


def _column_width(cells: Iterable[str]) -> int:
    return max(_width(line) for cell in cells for line in cell.split("\n"))


def _width(text: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in text)


def _for_machines(persona: Persona) -> dict[str, object]:
    return {
        "id": persona.id,
        "name": unicodedata.normalize("NFC", persona.full_name),
        "personal_id_number": persona.personal_id_number,
        "kind": persona.kind,
        "sex": persona.sex,
        "birthdate": persona.birthdate.isoformat(),
        "identity_level": persona.account.level,
        "password": persona.password,
        "passcode": persona.passcode,
        "one_time_code_seed": persona.one_time_code_seed,
        "story": dict(persona.story),
    }
