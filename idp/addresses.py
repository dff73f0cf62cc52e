"""Addresses of our own pages and files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import Flask, request
from flask import url_for as built
from werkzeug.routing import Rule, UnicodeConverter


def own_url(query: dict[str, str]) -> str:
    """The page that is shown, with another query."""
    return f"{request.script_root}{request.path}?{urlencode(query)}"


def static_url(app: Flask) -> Callable[[str], str]:
    """The provider is at the root of its host (`idp.config`): an address is the same in every request."""
    folder, known = Path(str(app.static_folder)), dict[str, str]()

    def address(path: str) -> str:
        if path not in known:
            version = f"{(folder / path).stat().st_mtime_ns:x}"[-8:]
            known[path] = f"{app.static_url_path}/{quote(path)}?v={version}"
        return known[path]

    return address


def page_url(app: Flask) -> Callable[..., str]:
    """`url_for` for templates: a page's path is the same in every request, for the reason above."""
    known: dict[str, _Path | None] = {}

    def address(endpoint: str, **values: object) -> str:
        if endpoint not in known:
            known[endpoint] = _path(*(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint))
        path = known[endpoint]
        if path is None or any(name.startswith("_") for name in values):
            return built(endpoint, **values)  # type: ignore[arg-type]
        if not path.parts:
            given = {name: value for name, value in values.items() if value is not None}
            return f"{path.pattern}?{urlencode(given)}" if given else path.pattern
        if values.keys() != path.parts or not all(_needs_no_quoting(value) for value in values.values()):
            return built(endpoint, **values)  # type: ignore[arg-type]
        return path.pattern.format_map(values)

    return address


def _needs_no_quoting(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.replace("-", "").replace("_", "").isalnum()


class _Path(NamedTuple):
    """A path, with `{named}` places for its parts."""

    pattern: str
    parts: frozenset[str]


def _path(*rules: Rule) -> _Path | None:
    """None where there are several, or one whose parts are not plain text; or none, which Flask says in its way."""
    if len(rules) != 1:
        return None
    rule = rules[0]
    plain = all(type(converter) is UnicodeConverter for converter in rule._converters.values())
    if not plain or "{" in rule.rule or any(f"<{name}>" not in rule.rule for name in rule.arguments):
        return None
    return _Path(rule.rule.replace("<", "{").replace(">", "}"), frozenset(rule.arguments))
