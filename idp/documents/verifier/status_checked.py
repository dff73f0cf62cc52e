"""The status list that an answer rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class StatusChecked:
    """The list that said what a document's status is: when it was signed and when it expires.

    `held` is how long it has been used: since it was fetched, or where nobody knows when that was, since its signing.
    """

    uri: str
    issued_at: datetime
    expires_at: datetime
    held: timedelta = timedelta()
    ttl: timedelta | None = None

    @property
    def outdated(self) -> bool:
        """Past its `ttl`: a fresh copy should be retrieved (Token Status List draft, section 8.3 step 4d)."""
        return self.ttl is not None and self.held > self.ttl
