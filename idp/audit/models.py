"""The audit record: what was issued, shown, refused, and to whom. Append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class AuditRow(Base):
    """One thing that happened. `details` is a JSON object; it never holds secrets or whole documents."""

    __tablename__ = "audit_record"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    event: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    client_id: Mapped[str | None] = mapped_column(String(255))
    details: Mapped[str] = mapped_column(Text)


class AppendOnly(Exception):
    """Something tried to change or delete an audit record."""


def _refuse(_mapper: object, _connection: object, _row: AuditRow) -> None:
    raise AppendOnly("an audit record is never changed")


event.listen(AuditRow, "before_update", _refuse)
event.listen(AuditRow, "before_delete", _refuse)
