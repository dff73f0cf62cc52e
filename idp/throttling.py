"""Throttling of guesses: failures are counted in the database by key, and each further one waits longer.

An attempt is counted *before* the secret is compared (`reserve`) and taken back when it was right, so that guesses
sent at once do not slip through together. Keys are hashed; whether a key belongs to anybody makes no difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import IPv6Address, ip_address
from typing import cast

from sqlalchemy import String, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from idp.db import Base, UtcDateTime
from idp.prepared import Prepared

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

    @cached_property
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
    counts = {key: _locked(session, key, now) for key in _in_order(ordered)}
    waiting = [count.blocked_until for count in counts.values() if count.blocked_until and count.blocked_until > now]
    if waiting:
        return Attempt(False, until=max(waiting))
    for key, count in counts.items():
        _write(session, key, count.failures + 1, now)
    first = ordered[0]
    return Attempt(True, remaining=first.policy.remaining(counts[first].failures + 1))


def succeed(session: Session, account: Key, address: Key) -> None:
    """The secret was right: forget the account's failures; at the address take back this one reservation only."""
    counts = {key: _select(session, key) for key in _in_order((account, address))}
    if counts[account] is not None:
        _DELETE.run(session, of=account.hashed)
    at_address = counts[address]
    if at_address is not None:
        _write(session, address, max(0, at_address.failures - 1), at_address.last_attempt_at)


def delete_forgotten(session: Session, now: datetime) -> None:
    """Remove counters that nobody has touched for a day."""
    session.execute(delete(ThrottleRow).where(ThrottleRow.last_attempt_at <= now - FORGET_AFTER))


@dataclass(frozen=True)
class _Count:
    """A counter as it is kept."""

    failures: int
    last_attempt_at: datetime
    blocked_until: datetime | None


_TABLE = cast("Table", ThrottleRow.__table__)
_OF = _TABLE.c.key == bindparam("of")
_KEPT = (_TABLE.c.failures, _TABLE.c.last_attempt_at, _TABLE.c.blocked_until)
_SELECT = Prepared(select(*_KEPT).where(_OF).with_for_update())
_UPDATE = Prepared(
    update(_TABLE)
    .where(_OF)
    .values(failures=bindparam("count"), last_attempt_at=bindparam("at"), blocked_until=bindparam("until"))
)
_DELETE = Prepared(delete(_TABLE).where(_OF))
_INSERT = {
    dialect.__name__.rpartition(".")[2]: Prepared(
        dialect.insert(_TABLE)
        .values(key=bindparam("of"), failures=0, last_attempt_at=bindparam("at"))
        .on_conflict_do_nothing()
    )
    for dialect in (sqlite, postgresql)
}


def _in_order(keys: Iterable[Key]) -> list[Key]:
    """All who lock several rows lock them in one order: no deadlock."""
    return sorted(keys, key=lambda key: key.hashed)


def _locked(session: Session, key: Key, now: datetime) -> _Count:
    count = _select(session, key)
    while count is None:
        # Another attempt may make it meanwhile, and None may come again where a success deletes that in between.
        count = _insert(session, key, now) or _select(session, key)
    return _Count(0, count.last_attempt_at, None) if count.last_attempt_at + key.policy.forget <= now else count


def _insert(session: Session, key: Key, now: datetime) -> _Count | None:
    made = _INSERT[session.get_bind().dialect.name].run(session, of=key.hashed, at=now)
    return _Count(0, now, None) if made else None


def _select(session: Session, key: Key) -> _Count | None:
    row = _SELECT.one(session, of=key.hashed)
    return None if row is None else _Count(*row)


def _write(session: Session, key: Key, failures: int, at: datetime) -> None:
    wait = key.policy.wait(failures)
    _UPDATE.run(session, of=key.hashed, count=failures, at=at, until=at + wait if wait else None)
