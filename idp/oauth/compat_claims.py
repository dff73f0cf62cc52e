"""The claim names that portal teams know, behind the scope `vnconnect_compat`: other names for claims of ours.

Which, made of what and reported by whom is the table `compat_claims.toml`. Only the names are taken over: ID Token,
nonce, signatures and the way of the tokens are those of OpenID Connect (Core 3.1).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from idp import acr

SCOPE = "vnconnect_compat"
#: Told of the account, the session or an organisation: nothing that is consented to by an item of its own.
_OF_THE_SIGN_IN = frozenset({"sub", "acr", "acting_for"})
PERSON, ORGANISATION = "1", "2"
SEX_NUMBERS = {"male": 1, "female": 2}  # ISO 5218


@dataclass(frozen=True)
class CompatClaim:
    """One line of the table. `source` is the claim of ours."""

    name: str
    source: str
    format: str
    whose: str
    report: str
    meaning: Mapping[str, str]

    def told_of(self, *, acting: bool) -> bool:
        return self.whose in ("both", "organisation" if acting else "person")


@dataclass(frozen=True)
class LeftOut:
    """Names that are reported, and not answered here."""

    names: tuple[str, ...]
    why: Mapping[str, str]


def _languages(row: Mapping[str, Any]) -> Mapping[str, str]:
    return {"vi": row["vi"], "en": row["en"]}


def _read(file: Path) -> tuple[tuple[CompatClaim, ...], tuple[LeftOut, ...], dict[str, Mapping[str, str]]]:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    told = tuple(
        CompatClaim(row["name"], row["from"], row["format"], row["whose"], row["report"], _languages(row))
        for row in table["claim"]
    )
    left_out = tuple(LeftOut(tuple(row["names"]), _languages(row)) for row in table["left_out"])
    return told, left_out, {name: _languages(row) for name, row in table["report"].items()}


TOLD, LEFT_OUT, REPORTS = _read(Path(__file__).with_suffix(".toml"))
NAMES = tuple(one.name for one in TOLD)
_SOURCE_OF = {one.name: one.source for one in TOLD}
#: Claims that have no standard name, and so are told under these names alone.
UNDER_THESE_NAMES_ALONE = ("permanent_address", "place_of_origin")


def plainly(names: Iterable[str]) -> frozenset[str]:
    """What these claims say of a person, each thing once, whatever the names it is told under."""
    return frozenset(_SOURCE_OF.get(name, name) for name in names) - _OF_THE_SIGN_IN


def added(
    known: Mapping[str, object],
    *,
    registered: frozenset[str],
    withheld: frozenset[str],
    sub: str,
    acr: str,
    acting: Mapping[str, object],
) -> Mapping[str, object]:
    """`known` and, for a client that is registered for them, the same under these names.

    `acting` is what is told of an organisation; empty where the person is there for herself. `withheld` are claims
    that this sign-in does not suffice for: they are left out under any name.
    """
    if SCOPE not in registered:
        return known
    told = {
        **{name: value for name, value in known.items() if name not in withheld},
        **acting,
        "sub": sub,
        "acr": acr,
    }
    rows = (one for one in TOLD if one.told_of(acting=bool(acting)))
    found = {one.name: _FORMATS[one.format](told.get(one.source)) for one in rows}
    return {**known, **{name: value for name, value in found.items() if value is not None}}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _digits_of_date(value: object) -> str | None:
    text = _text(value) or ""
    try:
        return date.fromisoformat(text).isoformat().replace("-", "")
    except ValueError:  # OpenID Connect Core 5.1 lets a year stand alone, which has no such form
        return None


def _sex_number(value: object) -> int | None:
    return SEX_NUMBERS.get(str(value))


def _national_number(value: object) -> str | None:
    text = _text(value)
    if text is None or not text.startswith("+84"):
        return text
    return f"0{text.removeprefix('+84')}" if text != "+84" else None


def _joined(value: object) -> str | None:
    return ", ".join(value) or None if isinstance(value, list | tuple) else None


def _formatted(value: object) -> str | None:
    return _text(value.get("formatted")) if isinstance(value, Mapping) else None


def _level_alias(value: object) -> str | None:
    level = acr.level_of(str(value))
    return level.alias if level else None


def _account_type(value: object) -> str:
    return PERSON if value is None else ORGANISATION


def _organisation(member: str) -> Callable[[object], str | None]:
    return lambda value: _text(value.get(member)) if isinstance(value, Mapping) else None


_FORMATS: Mapping[str, Callable[[object], object]] = {
    "text": _text,
    "number": _number,
    "digits_of_date": _digits_of_date,
    "sex_number": _sex_number,
    "national_number": _national_number,
    "joined": _joined,
    "formatted": _formatted,
    "level_alias": _level_alias,
    "account_type": _account_type,
    "organisation_number": _organisation("organisation_number"),
    "organisation_name": _organisation("name"),
}
