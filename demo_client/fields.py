"""A document's claims as rows for people to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from demo_client.i18n import format_date, format_id_number

TECHNICAL = frozenset(
    {"iss", "iat", "nbf", "exp", "vct", "vct#integrity", "cnf", "status", "sub", "aud", "_sd", "_sd_alg"}
)
#: Whose document it is, before what it says.
FIRST = ("full_name", "personal_id_number", "birthdate")


Path = tuple[str | int | None, ...]
Label = Callable[[Path], str]
Word = Callable[[Path, object], object]


def rows(
    claims: Mapping[str, object], label: Label, lang: str, word: Word = lambda _path, value: value
) -> list[tuple[str, str]]:
    """(label, text) for every claim that is not machinery; nested ones carry their parents' labels.

    `word` says in words what stands in code.
    """
    names = sorted(set(claims) - TECHNICAL, key=[*FIRST, *claims].index)
    told = {name: _readable((name,), claims[name], lang, word) for name in names}
    return [row for name in names for row in _rows((name,), label((name,)), told[name], label)]


def _readable(path: Path, value: object, lang: str, word: Word) -> object:
    """Dates and personal numbers as people write them, and what `word` has a word for."""
    if isinstance(value, Mapping):
        return {key: _readable((*path, str(key)), child, lang, word) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_readable((*path, None), child, lang, word) for child in value]
    if isinstance(value, str) and len(value) == len("2026-07-01"):
        value = _date(value, lang)
    if isinstance(value, str) and path[-1] == "personal_id_number":
        value = format_id_number(value)
    return word(path, value)


def _date(text: str, lang: str) -> str:
    try:
        return format_date(text, lang)
    except ValueError:
        return text


def _rows(path: Path, name: str, value: object, label: Label) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            inner = (*path, str(key))
            yield from _rows(inner, f"{name} · {label(inner)}", child, label)
    elif isinstance(value, list | tuple):
        yield name, "\n".join(_line((*path, None), one, label) for one in value) or "–"
    else:
        yield name, _scalar(value)


def _line(path: Path, value: object, label: Label) -> str:
    if isinstance(value, Mapping):
        named = (((*path, str(key)), child) for key, child in value.items())
        return "; ".join(f"{label(inner)}: {_line(inner, child, label)}" for inner, child in named)
    if isinstance(value, list | tuple):
        return ", ".join(_line((*path, None), child, label) for child in value)
    return _scalar(value)


def _scalar(value: object) -> str:
    return "–" if value is None else str(value)
