"""Which document types a relying party may ask for at all: dated law as data, and its own registration."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from idp.documents.dcql import Query
from idp.documents.ports import RelyingParty

FILE = Path(__file__).with_suffix(".toml")
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class AskingRule:
    """From the start of this day in Vietnam nobody may ask for this type; `law` says by which law."""

    vct: str
    since: date
    law: Mapping[str, str]


@dataclass(frozen=True)
class Forbidden:
    """Why a request is denied before consent: `rule` where the law forbids it, None where the client is not
    registered for `vct`."""

    vct: str
    rule: AskingRule | None


@cache
def rules() -> tuple[AskingRule, ...]:
    """The rules of the installed package."""
    with FILE.open("rb") as stream:
        entries = tomllib.load(stream)["rule"]
    return tuple(AskingRule(entry["vct"], entry["from"], entry["law"]) for entry in entries)


def forbidden(query: Query, party: RelyingParty, now: datetime) -> Forbidden | None:
    """The first thing this client may not ask. An optional or alternative document counts as asked for."""
    today = now.astimezone(VIETNAM).date()
    for rule in rules():
        if rule.vct in query.vcts and rule.since <= today:
            return Forbidden(rule.vct, rule)
    for vct in sorted(query.vcts - party.document_types):
        return Forbidden(vct, None)
    return None
