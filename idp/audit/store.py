"""Writing to the audit record, and reading what concerns one person (history of use, Decree 69/2024 art. 28)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.audit.models import AuditRow


@dataclass(frozen=True)
class AuditEntry:
    """One thing that happened, as it was recorded."""

    id: int
    at: datetime
    event: str
    subject: str | None
    client_id: str | None
    details: Mapping[str, object]


class AuditLog:
    """Fills the `Audit` ports of the other packages."""

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
        """Append one entry, in the caller's transaction: it stands or falls with what it tells of."""
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        session.add(AuditRow(at=now, event=event, subject=subject, client_id=client_id, details=text))


def entries_of(session: Session, subject: str, events: Collection[str], limit: int = 200) -> list[AuditEntry]:
    """What concerns one person, newest first, of the named events."""
    query = select(AuditRow).where(AuditRow.subject == subject, AuditRow.event.in_(events))
    rows = session.scalars(query.order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit))
    return [
        AuditEntry(row.id, row.at, row.event, row.subject, row.client_id, json.loads(row.details)) for row in rows
    ]
