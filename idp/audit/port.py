"""What every part of the provider may ask of the audit record; who asks need not know how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session


class Audit(Protocol):
    """The append-only record of who did what: issued, shown, refused, signed in."""

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
        """Append one entry in the caller's transaction. `details` never hold secrets or whole documents."""
