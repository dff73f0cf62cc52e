"""How audit records hang together: each carries the hash of the one before, and a sealed head tells the last.

`hash` is SHA-256, in hexadecimal, over the canonical form (canonical.py) of an object of these members: `at`,
`client_id`, `details`, `event`, `previous_hash`, `sequence`, `subject`. The first record's `previous_hash` is 64
zeros. The head's `seal` is HMAC-SHA-256 over the canonical form of its `hash` and `sequence`, with the key file
audit.key, which is not in the database.

What checking all this proves, to somebody who trusts the key file and not the database: no record that the present
head counts was changed, taken away, moved or put in; nobody without the key cut off the end or wrote the chain anew.

What it cannot prove: that the database is not an earlier state of itself put back with its earlier head, or a
chain that somebody who holds the key has written. Against both, keep `mock-vneid audit head` elsewhere and check
against it with `mock-vneid audit verify --head`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from idp.audit import canonical

GENESIS = "0" * 64


@dataclass(frozen=True)
class Stored:
    """A record as the database holds it. The values are what the driver gives: a tampered one may be anything."""

    sequence: int
    at: object
    event: object
    subject: object
    client_id: object
    details: object
    previous_hash: object
    hash: object

    def content(self) -> dict[str, object] | None:
        """What is hashed, or None where a value is of no form that this program writes."""
        at, details = _instant(self.at), canonical.details(self.details)
        texts = (self.event, self.previous_hash, self.subject or "", self.client_id or "")
        if at is None or details is None or not all(isinstance(each, str) for each in texts):
            return None
        return {
            "at": canonical.instant(at),
            "client_id": self.client_id,
            "details": details,
            "event": self.event,
            "previous_hash": self.previous_hash,
            "sequence": self.sequence,
            "subject": self.subject,
        }


@dataclass(frozen=True)
class Head:
    """The last record's number and hash, and the seal on them ("" where nobody sealed them)."""

    sequence: int
    hash: str
    seal: str = ""

    @classmethod
    def sealed(cls, key: bytes, sequence: int, digest: str) -> Head:
        return cls(sequence, digest, _seal(key, sequence, digest))

    def holds(self, key: bytes) -> bool:
        """True where whoever sealed this head has the key."""
        return hmac.compare_digest(self.seal.encode(), _seal(key, self.sequence, self.hash).encode())


def digest(content: dict[str, object]) -> str:
    """The hash of a record's content."""
    return hashlib.sha256(canonical.text(content).encode()).hexdigest()


def _seal(key: bytes, sequence: int, digest: str) -> str:
    message = canonical.text({"hash": digest, "sequence": sequence}).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _instant(value: object) -> datetime | None:
    """PostgreSQL's driver gives an instant, SQLite's the text that SQLAlchemy wrote, in UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
