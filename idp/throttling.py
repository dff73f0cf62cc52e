"""Throttling of guesses: failures are counted in the database by key, and each further one waits longer.

An attempt is counted *before* the secret is compared (`reserve`) and taken back when it was right, so that guesses
sent at once do not slip through together. Keys are hashed; whether a key belongs to anybody makes no difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from idp.db import Base, UtcDateTime

FORGET_AFTER = timedelta(days=1)
IPV6_SUBSCRIBER_BITS = 64


class ThrottleRow(Base):
    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Policy:
    """`waits[n - 1]` is the wait in seconds after the n-th failure in a row; the last one repeats: the lock-out.

    `forget` without an attempt clears the count.
    """

    name: str
    waits: tuple[int, ...]
    forget: timedelta

    def wait(self, failures: int) -> timedelta:
        return timedelta(seconds=self.waits[min(failures, len(self.waits)) - 1]) if failures else timedelta()

    def remaining(self, failures: int) -> int:
        """How many more failures until the lock-out."""
        return max(0, len(self.waits) - failures)


PASSWORD = Policy("password", (0, 0, 0, 2, 5, 15, 60, 300, 900), timedelta(days=1))
PASSCODE = Policy("passcode", (0, 0, 5, 30, 900), timedelta(days=1))
ONE_TIME_CODE = Policy("one-time-code", (0, 0, 5, 30, 900), timedelta(days=1))
# One address may be a school or an office: many free failures, then short waits that end mass guessing.
ADDRESS = Policy("address", (*(0 for _ in range(30)), 2, 5, 10, 30, 60), timedelta(hours=1))


@dataclass(frozen=True)
class Key:
    """One counter: a policy and whose failures it counts."""

    policy: Policy
    of: str

    @property
    def hashed(self) -> str:
        return hashlib.sha256(f"{self.policy.name}\0{self.of}".encode()).hexdigest()


@dataclass(frozen=True)
class Attempt:
    """Whether the attempt may be made, and how many failures `remaining` to the lock-out; if not, wait `until`."""

    allowed: bool
    remaining: int = 0
    until: datetime | None = None


def address_key(address: str) -> Key:
    """The counter of a client address; IPv6 by the /64 that one subscriber has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return Key(ADDRESS, address)
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return Key(ADDRESS, str(parsed.ipv4_mapped))
        return Key(ADDRESS, f"{int(parsed) >> (128 - IPV6_SUBSCRIBER_BITS):x}/{IPV6_SUBSCRIBER_BITS}")
    return Key(ADDRESS, str(parsed))


def reserve(session: Session, keys: Iterable[Key], now: datetime) -> Attempt:
    """Count one failure on every key in advance, unless one of them still waits (then nothing is counted).

    The first key is the one whose `remaining` is told. Call in a writing transaction of its own.
    """
    ordered = list(keys)
    rows = {key: _locked_row(session, key, now) for key in _in_order(ordered)}
    waiting = [row.blocked_until for row in rows.values() if row.blocked_until and row.blocked_until > now]
    if waiting:
        return Attempt(False, until=max(waiting))
    for key, row in rows.items():
        row.failures += 1
        row.last_attempt_at = now
        wait = key.policy.wait(row.failures)
        row.blocked_until = now + wait if wait else None
    first = ordered[0]
    return Attempt(True, remaining=first.policy.remaining(rows[first].failures))


def succeed(session: Session, account: Key, address: Key) -> None:
    """The secret was right: forget the account's failures; at the address take back this one reservation only."""
    rows = {key: _select(session, key) for key in _in_order((account, address))}
    account_row, address_row = rows[account], rows[address]
    if account_row is not None:
        session.delete(account_row)
    if address_row is not None:
        address_row.failures = max(0, address_row.failures - 1)
        wait = address.policy.wait(address_row.failures)
        address_row.blocked_until = address_row.last_attempt_at + wait if wait else None


def delete_forgotten(session: Session, now: datetime) -> None:
    """Remove counters that nobody has touched for a day."""
    session.execute(delete(ThrottleRow).where(ThrottleRow.last_attempt_at <= now - FORGET_AFTER))


def _in_order(keys: Iterable[Key]) -> list[Key]:
    """All who lock several rows lock them in one order: no deadlock."""
    return sorted(keys, key=lambda key: key.hashed)


def _locked_row(session: Session, key: Key, now: datetime) -> ThrottleRow:
    row = _select(session, key)
    while row is None:
        _insert(session, key, now)
        row = _select(session, key)  # None where a success deleted it in between
    if row.last_attempt_at + key.policy.forget <= now:
        row.failures, row.blocked_until = 0, None
    return row


def _insert(session: Session, key: Key, now: datetime) -> None:
    """Make the counter, unless another attempt made it meanwhile."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(ThrottleRow(key=key.hashed, failures=0, last_attempt_at=now))


def _select(session: Session, key: Key) -> ThrottleRow | None:
    statement = select(ThrottleRow).where(ThrottleRow.key == key.hashed).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))
