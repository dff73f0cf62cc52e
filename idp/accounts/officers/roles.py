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
    ISSUE_DOCUMENTS = "issue_documents"


@dataclass(frozen=True)
class Role:
    """`name` by language."""

    name: Mapping[str, str]
    may: frozenset[Action]


@dataclass(frozen=True)
class Office:
    """`name` by language; `holders` are those whose applications are decided there. `issuer` is the one whose
    documents are issued there, and `judicial_records` says whether those are kept there."""

    name: Mapping[str, str]
    holders: frozenset[HolderKind]
    issuer: str | None = None
    judicial_records: bool = False


def office(name: str) -> Office:
    return _offices()[name]


def role(name: str) -> Role:
    return _roles()[name]


def allowed(role_name: str, office_name: str) -> frozenset[Action]:
    """What an officer may do: by her role, and by whose affairs her office decides."""
    place, without = office(office_name), set()
    if HolderKind.ORGANISATION not in place.holders:
        without.add(Action.DECIDE_ORGANISATION)
    if place.issuer is None:
        without.add(Action.ISSUE_DOCUMENTS)
    if not place.judicial_records:
        without.add(Action.KEEP_RECORDS)
    return role(role_name).may - without


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
    return {name: _office(row) for name, row in rows.items()}


def _office(row: Mapping[str, Any]) -> Office:
    holders = frozenset(map(HolderKind, row.get("holders", ())))
    return Office(row["name"], holders, row.get("issuer"), row.get("judicial_records", False))


@cache
def _purposes() -> dict[str, Mapping[str, str]]:
    return {name: row["name"] for name, row in _table("purposes.toml").items()}


def _table(file: str) -> dict[str, Any]:
    with (Path(__file__).parent / file).open("rb") as stream:
        return tomllib.load(stream)
