"""Reads from the source which events it records: the values that reach `audit.record(event=...)`.

Followed are literals, conditional expressions, a look-up in a literal dict, f-strings (their fixed beginning), names
that one function binds, and parameters, back to the calls of that function in the same module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Recorded:
    """A value of `event`: a whole name, or (`open`) a beginning that an f-string goes on from."""

    name: str
    open: bool
    where: str


class Unknown(Exception):
    """An expression that cannot be followed to a name; the argument says where it stands."""


def recorded(folder: Path) -> set[Recorded]:
    """Every event that the sources in `folder` record. Raises Unknown."""
    return {each for path in sorted(folder.rglob("*.py")) for each in _module(path)}


def _module(path: Path) -> Iterator[Recorded]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in _functions(tree):
        for call in _calls(function, "record"):
            value = next((each.value for each in call.keywords if each.arg == "event"), None)
            if value is not None:
                yield from _values(value, function, tree, path, frozenset())


def _values(
    value: ast.expr, function: Function, tree: ast.Module, path: Path, seen: frozenset[str]
) -> Iterator[Recorded]:
    where = f"{path.name}:{value.lineno}"
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield Recorded(value.value, False, where)
    elif isinstance(value, ast.JoinedStr) and value.values and isinstance(value.values[0], ast.Constant):
        yield Recorded(str(value.values[0].value), True, where)
    elif isinstance(value, ast.IfExp):
        for branch in (value.body, value.orelse):
            yield from _values(branch, function, tree, path, seen)
    elif isinstance(value, ast.Subscript) and isinstance(value.value, ast.Dict):
        for each in value.value.values:
            yield from _values(each, function, tree, path, seen)
    elif isinstance(value, ast.Name):
        yield from _named(value, function, tree, path, seen)
    else:
        raise Unknown(where)


def _named(
    value: ast.Name, function: Function, tree: ast.Module, path: Path, seen: frozenset[str]
) -> Iterator[Recorded]:
    bound = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(value.id in _targets(each) for each in node.targets)
    ]
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    names = [argument.arg for argument in arguments]
    if bound:
        for each in bound:
            yield from _values(each, function, tree, path, seen)
    elif value.id in names and function.name not in seen:
        for caller in _functions(tree):
            for call in _calls(caller, function.name):
                given = _argument(call, names, value.id)
                if given is None:
                    raise Unknown(f"{path.name}:{call.lineno}")
                yield from _values(given, caller, tree, path, seen | {function.name})
    else:
        raise Unknown(f"{path.name}:{value.lineno}")


def _argument(call: ast.Call, names: list[str], wanted: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == wanted:
            return keyword.value
    place = names.index(wanted)
    if names[0] in ("self", "cls") and isinstance(call.func, ast.Attribute):
        place -= 1
    return call.args[place] if place < len(call.args) else None


def _targets(node: ast.expr) -> set[str]:
    return {node.id} if isinstance(node, ast.Name) else set()


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _calls(function: Function, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = node.func
            if name in (getattr(called, "attr", None), getattr(called, "id", None)):
                yield node
