"""The table of sign-ins by QR: one row for each code that a sign-in page showed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class QrSignInRow(Base):
    """One transaction, bound to the browser session that asked. Of both codes only the hash is kept.

    `asked` is what the phone shows, as it was when the code was made; `request_hash` covers it. `masked_name` is all
    that the asking screen learns of whoever scanned. `reason` says why it was refused or has ended early;
    `asked_from` is the hash of the address, by which they are counted.
    """

    __tablename__ = "qr_sign_in"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'scanned', 'approved', 'refused', 'not_me', 'expired')", name="state"),
        Index("ix_qr_sign_in_waiting", "asked_from", "state", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("browser_session.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[str | None] = mapped_column(String(43))
    asked: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    choices: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    asked_from: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    subject: Mapped[str | None] = mapped_column(ForeignKey("account.subject", ondelete="CASCADE"))
    device_id: Mapped[str | None] = mapped_column(String(32))
    masked_name: Mapped[str | None] = mapped_column(String(20))
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    collected_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
