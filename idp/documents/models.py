"""Tables of documents, the holder keys they are bound to, and the issuers' status lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class DocumentRow(Base):
    """One signed document. `superseded_by` names the newer file of the same record.

    The index in the status list is unique in its list for ever: an index is never given out twice
    (Token Status List section 13.3).
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("issuer_id", "status_list", "status_index"),
        Index("ix_document_holder_superseded_by", "holder", "superseded_by"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    vct: Mapped[str] = mapped_column(String(128))
    issuer_id: Mapped[str] = mapped_column(String(64))
    document_number: Mapped[str] = mapped_column(String(64))
    sd_jwt: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int] = mapped_column(Integer, default=0)
    status_reason: Mapped[str | None] = mapped_column(String(200))
    status_list: Mapped[int] = mapped_column(Integer)
    status_index: Mapped[int] = mapped_column(Integer)
    superseded_by: Mapped[str | None] = mapped_column(String(32))
    seed_key: Mapped[str | None] = mapped_column(String(200), index=True)
    seed_digest: Mapped[str | None] = mapped_column(String(64))


class HolderKeyRow(Base):
    """The private key a document is bound to (`cnf`), sealed for that document alone."""

    __tablename__ = "holder_key"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StatusListRow(Base):
    """One status list of an issuer. `revision` grows with every change, so that signed copies can be kept;
    from `history_from` on every change is known.
    """

    __tablename__ = "status_list"

    issuer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Integer)
    used: Mapped[int] = mapped_column(Integer, default=0)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    history_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StatusChangeRow(Base):
    """One change of one entry of a status list: what a list was at any instant is told from these."""

    __tablename__ = "status_change"
    __table_args__ = (Index("ix_status_change_list_at", "issuer_id", "status_list", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    issuer_id: Mapped[str] = mapped_column(String(64))
    status_list: Mapped[int] = mapped_column(Integer)
    status_index: Mapped[int] = mapped_column(Integer)
    value: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
