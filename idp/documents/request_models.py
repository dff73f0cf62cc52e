"""Tables of requests for documents, of the records they are answered from, and of what officers opened."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class JudicialRecordRow(Base):
    """What the judicial record of one person says, as JSON: `convictions`, `business_ban`, parents and spouse."""

    __tablename__ = "judicial_record"

    holder: Mapped[str] = mapped_column(String(64), primary_key=True)
    record: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DocumentRequestRow(Base):
    """One request of a holder for a document. `open_of`: one open request for each type."""

    __tablename__ = "document_request"
    __table_args__ = (CheckConstraint("state IN ('open', 'issued', 'refused', 'withdrawn')", name="state"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    receipt: Mapped[str] = mapped_column(String(24), unique=True)
    holder: Mapped[str] = mapped_column(String(64), index=True)
    type_id: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(40))
    business_ban_asked: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    open_of: Mapped[str | None] = mapped_column(String(140), unique=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(40))
    document_id: Mapped[str | None] = mapped_column(String(32))


class DocumentLookUpRow(Base):
    """One holder's documents opened by one officer for one purpose and case; each read of it is recorded."""

    __tablename__ = "document_look_up"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    officer_id: Mapped[str] = mapped_column(String(32))
    holder: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(40))
    case_number: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
