"""A document's claims as rows for people to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

TECHNICAL = frozenset(
    {"iss", "iat", "nbf", "exp", "vct", "vct#integrity", "cnf", "status", "sub", "aud", "_sd", "_sd_alg"}
)


def rows(claims: Mapping[str, object], label: Callable[[str], str]) -> list[tuple[str, str]]:
    """(label, text) for every claim that is not machinery; nested ones carry their parents' labels."""
    readable = ((name, value) for name, value in claims.items() if name not in TECHNICAL)
    return [row for name, value in readable for row in _rows(label(name), value, label)]


def _rows(name: str, value: object, label: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _rows(f"{name} · {label(str(key))}", child, label)
    elif isinstance(value, list | tuple):
        yield name, "\n".join(_line(one, label) for one in value) or "–"
    else:
        yield name, _scalar(value)


def _line(value: object, label: Callable[[str], str]) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{label(str(key))}: {_line(child, label)}" for key, child in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_line(child, label) for child in value)
    return _scalar(value)


def _scalar(value: object) -> str:
    return "–" if value is None else str(value)
