"""What a bulk run is going to make, written down before the first document is signed.

Status lists of its own are reserved whole, as used up, so that nobody else is given an entry of them. A chunk of
documents takes its entries from a fixed place of a secret shuffle: a chunk that is made again after an interruption
takes the same ones, no other chunk ever does, and an index still tells nothing (Token Status List section 12.5).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from idp.documents import status, store
from idp.documents.models import StatusListRow

MANIFEST = "manifest.json"
FORMAT = 1


class NotThisRun(Exception):
    """The folder belongs to another run, or to none; the message says what is amiss."""


@dataclass(frozen=True)
class Plan:
    """`lists` are the first and last status list of each issuer; `secret` orders their entries; `people` are those
    whose documents they are, where it is not made-up people's.
    """

    type: str
    count: int
    seed: int
    chunk: int
    provider: str
    issued_on: str
    lists: dict[str, list[int]]
    secret: str
    people: list[dict[str, str]] | None = None
    format: int = FORMAT

    @property
    def issuers(self) -> list[str]:
        return sorted(self.lists)

    @property
    def chunks(self) -> int:
        return -(-self.count // self.chunk)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.issued_on)

    def places(self, chunk: int) -> range:
        return range(chunk * self.chunk, min(self.count, (chunk + 1) * self.chunk))

    def issuer(self, chunk: int) -> str:
        """The issuers take turns."""
        return self.issuers[chunk % len(self.issuers)]

    def entry(self, place: int) -> tuple[int, int]:
        """Status list and index of the document at a place: no other place of this plan has them."""
        chunk, within = divmod(place, self.chunk)
        position = chunk // len(self.issuers) * self.chunk + within
        issuer, ordinal = self.issuer(chunk), position // status.SIZE
        number = self.lists[issuer][0] + ordinal
        return number, _shuffled(self.secret, issuer, number)[position % status.SIZE]


@lru_cache(maxsize=4)
def _shuffled(secret: str, issuer: str, number: int) -> list[int]:
    """All entries of a list, ordered by a keyed hash."""
    start = hashlib.blake2b(f"{issuer}/{number}".encode(), key=bytes.fromhex(secret))

    def place(index: int) -> bytes:
        hashed = start.copy()
        hashed.update(index.to_bytes(4))
        return hashed.digest()

    return sorted(range(status.SIZE), key=place)


def make(
    session: Session,
    *,
    type_id: str,
    count: int,
    seed: int,
    chunk: int,
    provider: str,
    issuers: tuple[str, ...],
    now: datetime,
    today: date,
    people: list[dict[str, str]] | None = None,
) -> Plan:
    """Plan a run and reserve its status lists; nothing is reserved unless the session commits."""
    lists: dict[str, list[int]] = {}
    for turn, issuer in enumerate(sorted(issuers)):
        chunks = len(range(turn, -(-count // chunk), len(issuers)))
        if chunks:
            lists[issuer] = _reserve(session, issuer, -(-chunks * chunk // status.SIZE), now)
    return Plan(type_id, count, seed, chunk, provider, today.isoformat(), lists, secrets.token_hex(32), people)


def _reserve(session: Session, issuer: str, how_many: int, now: datetime) -> list[int]:
    """New lists of the issuer with no entry left to give out; the primary key lets nobody else take the number."""
    newest = store.newest_status_list(session, issuer)
    first = 1 if newest is None else newest.number + 1
    for number in range(first, first + how_many):
        session.add(
            StatusListRow(
                issuer_id=issuer,
                number=number,
                size=status.SIZE,
                used=status.SIZE,
                revision=1,
                changed_at=now,
                history_from=now,
            )
        )
    session.flush()
    return [first, first + how_many - 1]


def write(plan: Plan, folder: Path) -> None:
    """Readable by its owner alone, for the order of the entries is secret."""
    part = folder / f"{MANIFEST}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(asdict(plan), stream, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / MANIFEST)
    sync_folder(folder)


def read(folder: Path) -> Plan:
    """Raises NotThisRun."""
    try:
        plan = Plan(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NotThisRun(f"{folder} has no manifest of a bulk run") from error
    if plan.format != FORMAT:
        raise NotThisRun(f"{folder} was begun by another version")
    return plan


def sync_folder(folder: Path) -> None:
    """A renamed file has its new name for good only when its folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
