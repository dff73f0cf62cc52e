"""Templates compiled once for each language: what no request varies in them, messages above all, is a constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BaseLoader, nodes
from jinja2.visitor import NodeTransformer

from idp.i18n import LANGUAGES, Catalogue

Source = tuple[str, str | None, Callable[[], bool] | None]


def use(app: Flask, catalogue: Catalogue, static_url: Callable[[str], str]) -> None:
    """To be called before anything else asks for the app's templates."""

    class Templates(_Templates):
        constants = _Constants(catalogue, static_url)

    app.jinja_environment = Templates  # type: ignore[assignment]


def name_in(language: str, template: str) -> str:
    """Under this name the template, and all that it extends, includes and imports, is the language's own."""
    return f"{language}:{template}"


class _Constants:
    """Replaces `t` and `static_url` of a literal by what they give."""

    def __init__(self, catalogue: Catalogue, static_url: Callable[[str], str]) -> None:
        self._catalogue, self._static_url = catalogue, static_url

    def put_into(self, tree: nodes.Template, language: str) -> nodes.Template:
        known = {"t": lambda key: self._catalogue.text(key, language), "static_url": self._static_url}
        changed: nodes.Template = _Calls(known).visit(tree)
        return changed


class _Calls(NodeTransformer):
    def __init__(self, known: dict[str, Callable[[str], str]]) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in self._known:
            return node
        match node:
            case nodes.Call(args=[nodes.Const(value=str() as text)], kwargs=[], dyn_args=None, dyn_kwargs=None):
                return nodes.Const(self._known[node.node.name](text), lineno=node.lineno)
        return node


class _Templates(Environment):
    constants: _Constants

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        assert self.loader is not None  # noqa: S101 - Flask's own
        self.loader = _ByLanguage(self.loader)

    def join_path(self, template: str, parent: str) -> str:
        language = _language(parent)
        return name_in(language, template) if language else template

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        language = _language(name or "")
        return self.constants.put_into(tree, language) if language else tree


class _ByLanguage(BaseLoader):
    """Both languages' templates come from one file."""

    def __init__(self, files: BaseLoader) -> None:
        self._files = files

    def get_source(self, environment: Any, template: str) -> Source:
        language = _language(template)
        return self._files.get_source(environment, template[len(language) + 1 :] if language else template)

    def list_templates(self) -> list[str]:
        return self._files.list_templates()


def _language(name: str) -> str:
    """The language of a name made by `name_in`; empty for any other."""
    head, colon, _ = name.partition(":")
    return head if colon and head in LANGUAGES else ""
