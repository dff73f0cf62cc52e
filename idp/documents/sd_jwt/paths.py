"""Claims path pointers (OpenID4VP 1.0 section 7; SD-JWT VC section 5.6.1)."""

from __future__ import annotations

from idp.documents.sd_jwt.errors import PathMismatch
from idp.documents.sd_jwt.processing import ConcretePath

#: Names, indexes, or None for every element of an array.
ClaimsPath = tuple[str | int | None, ...]


def resolve(claims: object, path: ClaimsPath) -> list[ConcretePath]:
    """Every place the path points to, in document order; empty when there is none.

    Raises `PathMismatch` when a step does not fit what it meets.
    """
    if not path:
        raise PathMismatch("a claims path is not empty")
    selected: list[tuple[ConcretePath, object]] = [((), claims)]
    for step in path:
        selected = [found for here, node in selected for found in _step(here, node, step)]
    return [here for here, _ in selected]


def _step(here: ConcretePath, node: object, step: str | int | None) -> list[tuple[ConcretePath, object]]:
    if isinstance(step, str):
        if not isinstance(node, dict):
            raise PathMismatch("a name selects from an object")
        return [((*here, step), node[step])] if step in node else []
    if not isinstance(node, list):
        raise PathMismatch("an index or null selects from an array")
    if step is None:
        return [((*here, index), element) for index, element in enumerate(node)]
    if isinstance(step, bool) or step < 0:
        raise PathMismatch("an index is a non-negative integer")
    return [((*here, step), node[step])] if step < len(node) else []
