"""Authentication levels: `acr` is defined by the factors of a session alone, never by the account's identity level.

What counts, and for how much, is the table `acr.toml`; here is only how it is read. Its order is order of strength.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MFA = "mfa"  # RFC 8176: more than one kind of factor was used


@dataclass(frozen=True)
class Method:
    """One authentication method (RFC 8176), the kind of factor it is, and what it must stand beside to count."""

    amr: str
    kind: str
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AuthenticationLevel:
    """One `acr` value: its number (1 is the weakest), URN, the alias kept for older clients, and what it takes."""

    number: int
    urn: str
    alias: str
    methods: int
    kinds: int
    one_of: frozenset[str] = frozenset()

    def reached_by(self, counted: Mapping[str, str]) -> bool:
        """`counted`: the methods that count, each with its kind."""
        enough = len(counted) >= self.methods and len(set(counted.values())) >= self.kinds
        return enough and (not self.one_of or not self.one_of.isdisjoint(counted))


def _read(file: Path) -> tuple[dict[str, Method], tuple[AuthenticationLevel, ...]]:
    table: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    methods = {
        row["amr"]: Method(row["amr"], row["kind"], frozenset(row.get("beside", ()))) for row in table["method"]
    }
    levels = tuple(
        AuthenticationLevel(**{**row, "one_of": frozenset(row.get("one_of", ()))}) for row in table["level"]
    )
    return methods, levels


METHODS, LEVELS = _read(Path(__file__).with_name("acr.toml"))
ACR_VALUES = tuple(level.urn for level in LEVELS)
_BY_NAME = {name: level for level in LEVELS for name in (level.urn, level.alias)}


def level_of(acr: str) -> AuthenticationLevel | None:
    """The level an `acr` value or alias names, or None where it names none of ours."""
    return _BY_NAME.get(acr)


def counted(amr: Iterable[str]) -> dict[str, str]:
    """The methods that count, each with its kind of factor."""
    used = set(amr)
    found = (METHODS[method] for method in used & METHODS.keys())
    return {one.amr: one.kind for one in found if not one.beside or used & one.beside}


def achieved(amr: Iterable[str]) -> str:
    """The `acr` that these authentication methods (RFC 8176) reach."""
    found = counted(amr)
    return next(level.urn for level in reversed(LEVELS) if level.reached_by(found))


def summed_up(amr: Iterable[str]) -> tuple[str, ...]:
    """Each method once, in order, and "mfa" after them where they are of more than one kind."""
    methods = [method for method in dict.fromkeys(amr) if method != MFA]
    several = len(set(counted(methods).values())) > 1
    return (*methods, MFA) if several else tuple(methods)


def up_to(acr: str) -> tuple[str, ...]:
    """This level and all below it; nothing for a value that is none of ours."""
    return tuple(level.urn for level in LEVELS if satisfies(acr, level.urn))


def satisfies(acr: str, wanted: str) -> bool:
    """True where a session at `acr` is at least as strong as `wanted`; unknown values satisfy nothing."""
    have, want = level_of(acr), level_of(wanted)
    return have is not None and want is not None and have.number >= want.number
