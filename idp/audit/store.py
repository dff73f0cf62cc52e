"""Writing to the audit record, and reading what concerns one person (history of use, Decree 69/2024 art. 28).

That history is kept five years. Nothing here deletes, neither before nor after: a chain with a record taken out is
a broken one, and the database refuses it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, event, select
from sqlalchemy.orm import Session, SessionTransaction

from idp.audit import canonical, chain_store, events
from idp.audit.chain_store import New
from idp.audit.models import AuditRow

YEARS_KEPT = 5
WAITING = "mock_vneid_audit"  # in Session.info


@dataclass(frozen=True)
class AuditEntry:
    """One thing that happened, as it was recorded. `id` is its number in the chain."""

    id: int
    at: datetime
    event: str
    subject: str | None
    client_id: str | None
    details: Mapping[str, object]


@dataclass
class _Waiting:
    """What a transaction has to tell when it is committed."""

    key: bytes
    entries: list[New] = field(default_factory=list)


class AuditLog:
    """Fills the `Audit` ports of the other packages. `key` seals the head of the chain."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def from_file(cls, path: Path) -> AuditLog:
        return cls(path.read_bytes())

    def record(
        self,
        session: Session,
        *,
        event: str,
        subject: str | None,
        client_id: str | None,
        details: Mapping[str, object],
        now: datetime,
    ) -> None:
        """Append one entry, in the caller's transaction: it stands or falls with what it tells of.

        It takes its place in the chain when that transaction commits. So the head is locked last and shortly, in
        whatever order the caller works, and no two transactions wait for each other in a ring.
        """
        entry = New(now, event, subject, client_id, canonical.text(details))
        if session.in_nested_transaction():  # what a savepoint takes back, it takes back of the record as well
            chain_store.append(session, self._key, [entry])
        else:
            _waiting(session, self._key).entries.append(entry)


def _waiting(session: Session, key: bytes) -> _Waiting:
    found: _Waiting = session.info.setdefault(WAITING, _Waiting(key))
    return found


def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    found: _Waiting | None = session.info.pop(WAITING, None)
    if found is not None:
        session.flush()  # whatever else waits to be written needs its locks before ours
        chain_store.append(session, found.key, found.entries)


def _after_rollback(session: Session) -> None:
    """What is taken back tells nothing; a savepoint's records are no longer here."""
    if not session.in_nested_transaction():
        session.info.pop(WAITING, None)


def _after_end(session: Session, transaction: SessionTransaction) -> None:
    """A session that is closed in the midst rolls back without saying so."""
    if transaction.parent is None:
        session.info.pop(WAITING, None)


event.listen(Session, "before_commit", _before_commit)
event.listen(Session, "after_rollback", _after_rollback)
event.listen(Session, "after_transaction_end", _after_end)


def entries_of(session: Session, subject: str, events: Collection[str], limit: int = 200) -> list[AuditEntry]:
    """What concerns one person, newest first, of the named events."""
    query = select(AuditRow).where(AuditRow.subject == subject, AuditRow.event.in_(events))
    query = query.order_by(AuditRow.at.desc(), AuditRow.sequence.desc()).limit(limit)
    return [_entry(row) for row in session.scalars(query)]


def activity(
    session: Session,
    subject: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    events: Collection[str] | None = None,
    text: str = "",
    limit: int = 50,
    before_id: int | None = None,
) -> list[AuditEntry]:
    """One page of what concerns one person, last recorded first.

    `since` counts in, `until` does not. `events` None means all that a holder sees (events.toml). `text` is looked
    for in the event's names, the client and the details, whatever the case and the Vietnamese marks. `before_id`
    is the id of the last entry of the page before.
    """
    query = select(AuditRow).where(AuditRow.subject == subject, AuditRow.event.in_(_named(events)))
    if since is not None:
        query = query.where(AuditRow.at >= since)
    if until is not None:
        query = query.where(AuditRow.at < until)
    wanted = _folded(text.strip())
    found: list[AuditEntry] = []
    for row in _newest_first(session, query, before_id):
        if len(found) >= limit:
            break
        if wanted in _searched(row):
            found.append(_entry(row))
    return found


def kept_since(now: datetime) -> datetime:
    """The beginning of the five years for which the history of use is kept (Decree 69/2024/ND-CP art. 28)."""
    try:
        return now.replace(year=now.year - YEARS_KEPT)
    except ValueError:  # 29 February
        return now.replace(year=now.year - YEARS_KEPT, day=28)


def _named(named: Collection[str] | None) -> Collection[str]:
    return events.seen_by("holder") if named is None else named


def _newest_first(session: Session, query: Select[AuditRow], before: int | None) -> Iterator[AuditRow]:
    while True:
        page = query if before is None else query.where(AuditRow.sequence < before)
        rows = list(session.scalars(page.order_by(AuditRow.sequence.desc()).limit(chain_store.BATCH)))
        yield from rows
        if len(rows) < chain_store.BATCH:
            return
        before = rows[-1].sequence


def _searched(row: AuditRow) -> str:
    known = events.catalogue().get(row.event)
    names = (known.vi, known.en) if known else (row.event,)
    return _folded("\n".join((*names, row.client_id or "", row.details)))


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.sequence, row.at, row.event, row.subject, row.client_id, json.loads(row.details))
