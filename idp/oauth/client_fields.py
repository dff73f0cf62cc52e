"""Every metadatum as people set it, by command or on the registry's page: group, label, hint, option and choices."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from idp import acr
from idp.oauth import client_metadata_forms as forms
from idp.oauth.client_document import FIELDS

GROUPS = ("basics", "addresses", "keys", "sign_in", "fapi", "tokens", "logout", "wallet", "policy")


@dataclass(frozen=True)
class Field:
    """`kind`: text, number, flag, choice, choices (several), lines (a list of texts) or object (JSON)."""

    name: str
    group: str
    option: str
    label: Mapping[str, str]
    hint: Mapping[str, str]
    kind: str
    choices: tuple[str | int, ...]
    optional: bool


@cache
def all_fields() -> tuple[Field, ...]:
    """In the order of the page."""
    with Path(__file__).with_name("client_fields.toml").open("rb") as stream:
        rows = tomllib.load(stream)
    return tuple(_field(name, row) for name, row in rows.items() if name in FIELDS)


def by_name(name: str) -> Field:
    return next(field for field in all_fields() if field.name == name)


def _field(name: str, row: Mapping[str, Any]) -> Field:
    hint = forms.hints()[name]
    choices = _choices(name)
    return Field(
        name=name,
        group=row["group"],
        option=row.get("option", name.replace("_", "-")),
        label=row["label"],
        hint=row.get("hint", {"vi": "", "en": ""}),
        kind=_kind(name, hint, choices),
        choices=choices,
        optional=forms.may_be_none(hint),
    )


def _choices(name: str) -> tuple[str | int, ...]:
    if name == "scope":
        return forms.SCOPE_CHOICES
    return acr.ACR_VALUES if name == "default_acr_values" else forms.CHOICES.get(name, ())


def _kind(name: str, hint: object, choices: tuple[str | int, ...]) -> str:
    if forms.is_list(hint) or name == "scope":
        return "choices" if choices else "lines"
    if choices:
        return "choice"
    return {str: "text", int: "number", bool: "flag"}.get(forms.kind_of(hint), "object")
