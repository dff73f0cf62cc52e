"""What a check of the audit chain can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from idp.audit.chain import Head


class Kind(Enum):
    """What was done to the chain at the place where it first breaks.

    TRUNCATED: the end is missing. REWRITTEN: records of this number or before it were written anew, with hashes
    that fit each other. UNSEALED: the head does not bear this provider's seal, so the end may be missing and all
    of it may be written anew. The others are what their names say of the record of that number.
    """

    EDITED = "edited"
    DELETED = "deleted"
    REORDERED = "reordered"
    INSERTED = "inserted"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    UNSEALED = "unsealed"


@dataclass(frozen=True)
class Break:
    """Where the chain first breaks, and how."""

    sequence: int
    kind: Kind


@dataclass(frozen=True)
class Verdict:
    """`records` were read from number `start` on; `broken` of them do not hold; `missing` numbers have no record."""

    start: int
    records: int
    broken: int
    missing: int
    head: Head | None
    first: Break | None

    @property
    def whole(self) -> bool:
        return self.first is None

    def as_json(self) -> dict[str, object]:
        return {
            "whole": self.whole,
            "first_broken": self.first and self.first.sequence,
            "what": self.first and self.first.kind.value,
            "from": self.start,
            "records": self.records,
            "broken": self.broken,
            "missing": self.missing,
            "head": self.head and {"sequence": self.head.sequence, "hash": self.head.hash},
        }
