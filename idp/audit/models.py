"""The audit record: what was issued, shown, refused, and to whom. Append-only, and chained (chain.py).

The database itself refuses to change or delete a record, by the triggers of migration 0003.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class AuditRow(Base):
    """One thing that happened. `details` is a JSON object; it never holds secrets or whole documents.

    `sequence` is 1, 2, 3 and so on, without a gap.
    """

    __tablename__ = "audit_record"

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    event: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    client_id: Mapped[str | None] = mapped_column(String(255))
    details: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The only row of its table: where the chain ends. Whoever appends holds its lock."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


class AppendOnly(Exception):
    """Something tried to change or delete an audit record."""


def _refuse(_mapper: object, _connection: object, _row: AuditRow) -> None:
    raise AppendOnly("an audit record is never changed")


event.listen(AuditRow, "before_update", _refuse)
event.listen(AuditRow, "before_delete", _refuse)
