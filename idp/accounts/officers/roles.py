"""Roles, offices and purposes, as data; an action that a role does not name is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from idp.accounts.levels import HolderKind

CASE_NUMBER = re.compile(r"[0-9A-ZĐ][0-9A-ZĐ./-]{3,39}")


class Action(StrEnum):
    """Everything an officer can do."""

    SEE_QUEUE = "see_queue"
    LOOK_UP = "look_up"
    DECIDE_LEVEL_1 = "decide_level_1"
    RAISE_LEVEL_2 = "raise_level_2"
    DECIDE_ORGANISATION = "decide_organisation"
    LOCK = "lock"
    UNLOCK = "unlock"
    ASK_AUTHORITY_LOCK = "ask_authority_lock"
    DECIDE_AUTHORITY_LOCK = "decide_authority_lock"
    SEND_CODE = "send_code"
    READ_AUDIT = "read_audit"
    MANAGE_CLIENTS = "manage_clients"
    KEEP_RECORDS = "keep_records"


@dataclass(frozen=True)
class Role:
    """`name` by language."""

    name: Mapping[str, str]
    may: frozenset[Action]


@dataclass(frozen=True)
class Office:
    """`name` by language; `holders` are those whose applications are decided there."""

    name: Mapping[str, str]
    holders: frozenset[HolderKind]


def office(name: str) -> Office:
    return _offices()[name]


def role(name: str) -> Role:
    return _roles()[name]


def purposes() -> Mapping[str, Mapping[str, str]]:
    """Purpose -> its name by language."""
    return _purposes()


def case_number(typed: str) -> str | None:
    """The number of a case in capitals, or None where it is none."""
    number = typed.strip().upper()
    return number if CASE_NUMBER.fullmatch(number) else None


@cache
def _roles() -> dict[str, Role]:
    rows = _table("roles.toml")
    return {name: Role(row["name"], frozenset(Action(action) for action in row["may"])) for name, row in rows.items()}


@cache
def _offices() -> dict[str, Office]:
    rows = _table("offices.toml")
    return {name: Office(row["name"], frozenset(map(HolderKind, row["holders"]))) for name, row in rows.items()}


@cache
def _purposes() -> dict[str, Mapping[str, str]]:
    return {name: row["name"] for name, row in _table("purposes.toml").items()}


def _table(file: str) -> dict[str, Any]:
    with (Path(__file__).parent / file).open("rb") as stream:
        return tomllib.load(stream)
