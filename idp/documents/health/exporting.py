"""Giving out a holder's health documents as a summary, with a line in the audit record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.documents import wallet
from idp.documents.health import ips_writing
from idp.documents.health.ips_writing import Exported
from idp.documents.issuers import Issuers


def export(
    session: Session, issuers: Issuers, audit: Audit, subject: str, now: datetime, *, recorded: bool = True
) -> Exported:
    """Raises NothingToExport."""
    made = ips_writing.write(wallet.documents_of(session, subject), issuers.profiles, now)
    if recorded:
        details = {"format": "ips", "entries": made.entries, "left_out": len(made.left_out)}
        audit.record(session, event="health.exported", subject=subject, client_id=None, details=details, now=now)
    return made
