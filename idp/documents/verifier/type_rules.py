"""What a document type's metadata demands of every document (SD-JWT VC sections 5.6.3 and 5.6.4).

A claim that decides, such as a conviction or the end of validity, is one that the type says is never selectively
disclosable: else a holder could leave it out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from idp.documents.verifier.errors import ClaimNotDisclosable, MissingClaim

Path = tuple[str | int | None, ...]


@dataclass(frozen=True)
class TypeRules:
    """Of one type: the claims that never stand in a Disclosure, and those of them that every document holds."""

    never: frozenset[Path] = frozenset()
    required: frozenset[Path] = frozenset()

    @classmethod
    def of(cls, metadata: Iterable[object]) -> dict[str, Self]:
        """Type Metadata documents as rules by `vct`. Raises `ValueError` for anything else."""
        return {vct: cls._read(document) for vct, document in map(_named, metadata)}

    @classmethod
    def _read(cls, document: Mapping[str, object]) -> Self:
        listed = document.get("claims", [])
        if not isinstance(listed, list):
            raise ValueError("claims is an array")
        claims = dict(map(_claim, listed))
        never = frozenset(path for path, claim in claims.items() if claim.get("sd") == "never")
        held = {path for path in never if claims[path].get("mandatory") is True}
        above = {path for path in held if all(path[:length] in held for length in range(1, len(path)))}
        return cls(never, frozenset(above))

    def check(self, claims: Mapping[str, object], disclosed: Collection[Path]) -> None:
        """Raise `ClaimNotDisclosable` or `MissingClaim`. `disclosed` are the places of the Disclosures."""
        for place in disclosed:
            if tuple(None if isinstance(step, int) else step for step in place) in self.never:
                raise ClaimNotDisclosable("a claim that this type never allows to be held back")
        for path in self.required:
            if not _holds(claims, path):
                raise MissingClaim("a claim that every document of this type holds")


def check(types: Mapping[str, TypeRules], claims: Mapping[str, object], disclosed: Collection[Path]) -> None:
    """By the rules of the claims' own `vct`, where the caller knows them. Raises as `TypeRules.check`."""
    rules = types.get(str(claims["vct"]))
    if rules is not None:
        rules.check(claims, disclosed)


def _holds(node: object, path: Path) -> bool:
    """Whether there is something at a path of names; a path with an index says nothing of every document."""
    for step in path:
        if not isinstance(step, str):
            return True
        if not isinstance(node, Mapping) or step not in node:
            return False
        node = node[step]
    return True


def _named(document: object) -> tuple[str, Mapping[str, object]]:
    if not isinstance(document, Mapping) or not isinstance(document.get("vct"), str):
        raise ValueError("type metadata is an object with a vct")
    return document["vct"], document


def _claim(claim: object) -> tuple[Path, Mapping[str, object]]:
    path = claim.get("path") if isinstance(claim, Mapping) else None
    if not isinstance(claim, Mapping) or not isinstance(path, list) or not path:
        raise ValueError("a claim is an object with a path")
    if not all(step is None or isinstance(step, str | int) for step in path):
        raise ValueError("path holds names, indexes and null")
    return tuple(path), claim
