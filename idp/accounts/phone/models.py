"""Tables of the phones that are bound to accounts, of what they signed, and of what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class PhoneDevice(Base):
    """A phone (or browser that stands for one) bound to one account by a P-256 key that it alone holds.

    `session_id` is the browser session that the passcode opened it in; `last_used_at` is when it was last used there.
    """

    __tablename__ = "phone_device"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(ForeignKey("account.subject", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSON)
    thumbprint: Mapped[str] = mapped_column(String(43), unique=True)
    bind_method: Mapped[str] = mapped_column(String(60))
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    session_id: Mapped[str | None] = mapped_column(String(32))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PhoneChallenge(Base):
    """A random value that a device signs once, in the browser session it was made for. Only its hash is kept."""

    __tablename__ = "phone_challenge"
    __table_args__ = (CheckConstraint("purpose IN ('bind', 'open')", name="purpose"),)

    value_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(32))
    purpose: Mapped[str] = mapped_column(String(4))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PhoneDecision(Base):
    """A decision that a device signed: kept as evidence, and so that the same one is never taken twice."""

    __tablename__ = "phone_decision"

    device_id: Mapped[str] = mapped_column(ForeignKey("phone_device.id", ondelete="CASCADE"), primary_key=True)
    jti: Mapped[str] = mapped_column(String(64), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(String(64))
    signed: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PhoneNotice(Base):
    """What a device is told when it is next opened: that another one was bound, or removed."""

    __tablename__ = "phone_notice"
    __table_args__ = (CheckConstraint("event IN ('device_bound', 'device_removed', 'not_me')", name="event"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("phone_device.id", ondelete="CASCADE"), index=True)
    event: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(45))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
