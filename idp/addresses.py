"""Addresses of our own pages and files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Flask, request
from flask import url_for as built


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
    known: dict[str, str | None] = {}

    def address(endpoint: str, **values: object) -> str:
        if endpoint not in known:
            (rule, *others) = app.url_map.iter_rules(endpoint)
            known[endpoint] = None if others or rule.arguments else rule.rule
        path = known[endpoint]
        if path is None or any(name.startswith("_") for name in values):
            return built(endpoint, **values)  # type: ignore[arg-type]
        given = {name: value for name, value in values.items() if value is not None}
        return f"{path}?{urlencode(given)}" if given else path

    return address
