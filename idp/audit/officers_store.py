"""What officers did, for whom it is to watch over them."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from idp.audit.models import AuditRow
from idp.audit.store import AuditEntry


def newest(session: Session, events: Collection[str], limit: int = 200) -> list[AuditEntry]:
    """The newest records of the named events, whomever they concern."""
    query = select(AuditRow).where(AuditRow.event.in_(events)).order_by(AuditRow.sequence.desc()).limit(limit)
    return [
        AuditEntry(row.sequence, row.at, row.event, row.subject, row.client_id, json.loads(row.details))
        for row in session.scalars(query)
    ]
