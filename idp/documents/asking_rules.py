"""Which document types a relying party may ask for at all: dated law as data, and its own registration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from idp.documents.dcql import Query
from idp.documents.document_types import document_types
from idp.documents.ports import RelyingParty

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


def rules() -> tuple[AskingRule, ...]:
    """What the types' own files say under `not_to_be_asked`."""
    heads = document_types().heads.values()
    told = ((head.vct, head.not_to_be_asked) for head in heads)
    return tuple(AskingRule(vct, asking["from"], asking["law"]) for vct, asking in told if asking is not None)


def askable() -> tuple[str, ...]:
    """The types that the law never forbids to ask for: what a portal of the state may be registered for."""
    forbidden = {rule.vct for rule in rules()}
    return tuple(vct for vct in document_types().vcts if vct not in forbidden)


def forbidden(query: Query, party: RelyingParty, now: datetime) -> Forbidden | None:
    """The first thing this client may not ask. An optional or alternative document counts as asked for."""
    today = now.astimezone(VIETNAM).date()
    for rule in rules():
        if rule.vct in query.vcts and rule.since <= today:
            return Forbidden(rule.vct, rule)
    for vct in sorted(query.vcts - party.document_types):
        return Forbidden(vct, None)
    return None
