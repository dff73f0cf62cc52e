"""Checking the audit chain, record by record (chain.py says what that proves).

Reads in batches, so that a chain of any length fits into memory. The session must show one state of the database
throughout (`Database.read(repeatable=True)`).
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from idp.audit import chain, chain_store
from idp.audit.chain import GENESIS, Head, Stored
from idp.audit.findings import Break, Kind, Verdict


class NothingThere(Exception):
    """The chain ends before the record from which it was to be checked; its argument is the last number."""


def verify(session: Session, key: bytes, *, start: int = 1, kept: Head | None = None) -> Verdict:
    """Check from record `start` on; what is before it is taken as it is.

    `kept` is a head (number and hash) that somebody noted earlier: it must still be in the chain. Raises
    NothingThere where `start` is beyond the end.
    """
    head = chain_store.head(session)
    if start > 1 and start > (head.sequence if head else 0):
        raise NothingThere(head.sequence if head else 0)
    check = _Check(session, start, head)
    for record in chain_store.records(session, None if start == 1 else start):
        check.read(record)
    check.end(key)
    if kept is not None:
        check.against(kept)
    return Verdict(start, check.records, check.broken, check.missing, check.head, check.first)


class _Check:
    """Goes along the chain: `expected` is the next number, `previous` the hash that record must name."""

    def __init__(self, session: Session, start: int, head: Head | None) -> None:
        self.session, self.head = session, head
        self.records = self.broken = self.missing = 0
        self.first: Break | None = None
        self.expected, self.previous = start, self._before(start)

    def read(self, record: Stored) -> None:
        self.records += 1
        if record.sequence < self.expected:  # a number below 1
            self.broken += 1
            self._found(record.sequence, Kind.INSERTED)
            return
        if record.sequence > self.expected:
            self._gap(record.sequence - self.expected)
            self.expected, self.previous = record.sequence, record.previous_hash
        holds, linked = _holds(record, record.sequence), self.previous in (None, record.previous_hash)
        counted = self.head is None or record.sequence <= self.head.sequence
        if not (holds and linked and counted):
            self.broken += 1
            if self.first is None:
                self.first = self._judged(record, holds) if not (holds and linked) else _inserted(record)
        self.expected, self.previous = record.sequence + 1, record.hash

    def end(self, key: bytes) -> None:
        """What the head says of the last record."""
        last = self.expected - 1
        if self.head is None:
            if chain_store.last_sequence(self.session):
                self._found(last, Kind.UNSEALED)
            return
        if not self.head.holds(key):
            self._found(self.head.sequence, Kind.UNSEALED)
        if self.head.sequence > last:
            self.missing += self.head.sequence - last
            self._found(last + 1, Kind.TRUNCATED)
        elif self.head.sequence == last and self.head.hash != self.previous:
            self._found(last, Kind.REWRITTEN)

    def against(self, kept: Head) -> None:
        record = chain_store.one(self.session, kept.sequence)
        found = record.hash if record else None
        if kept.sequence == 0:
            found = GENESIS
        if found is None:
            self._found(chain_store.last_sequence(self.session) + 1, Kind.TRUNCATED)
        elif found != kept.hash:
            self._found(kept.sequence, Kind.REWRITTEN)

    # --- what was done -------------------------------------------------------------------------------
    def _gap(self, width: int) -> None:
        self.missing += width
        self._found(self.expected, Kind.REORDERED if self._elsewhere() else Kind.DELETED)

    def _judged(self, record: Stored, holds: bool) -> Break:
        """The first record that does not hold in itself, or does not follow the one before."""
        at = record.sequence
        if holds:  # its hash is right but names another record before it
            if self._elsewhere():
                return Break(at, Kind.INSERTED)
            return Break(max(at - 1, 1), Kind.EDITED)  # changed and hashed anew; this one remembers the old hash
        made_as = self._number(record)
        if self._elsewhere():
            moved = made_as is not None and made_as > at
            return Break(at, Kind.REORDERED if moved else Kind.INSERTED)
        if made_as is None:
            return Break(at, Kind.EDITED)
        return Break(at, Kind.DELETED) if made_as > at else Break(made_as, Kind.INSERTED)

    def _elsewhere(self) -> bool:
        """True where the record that belongs here stands under another number."""
        return any(
            follower.sequence != self.expected and _holds(follower, self.expected)
            for follower in chain_store.followers(self.session, self.previous)
        )

    def _number(self, record: Stored) -> int | None:
        """The number under which a record was written, where its hash is right for one."""
        content = record.content()
        if content is None:
            return None
        end = max(self.head.sequence if self.head else 0, chain_store.last_sequence(self.session))
        numbers = range(1, end + 2)
        return next((n for n in numbers if chain.digest({**content, "sequence": n}) == record.hash), None)

    def _before(self, start: int) -> object:
        if start == 1:
            return GENESIS
        anchor = chain_store.one(self.session, start - 1)
        if anchor is None:
            last = chain_store.last_sequence(self.session)
            cut = last < start - 1
            self._found(last + 1 if cut else start - 1, Kind.TRUNCATED if cut else Kind.DELETED)
        return anchor.hash if anchor else None

    def _found(self, sequence: int, kind: Kind) -> None:
        self.first = self.first or Break(sequence, kind)


def _holds(record: Stored, sequence: int) -> bool:
    content = record.content()
    return content is not None and chain.digest({**content, "sequence": sequence}) == record.hash


def _inserted(record: Stored) -> Break:
    """Put in behind the end that the head tells of."""
    return Break(record.sequence, Kind.INSERTED)
