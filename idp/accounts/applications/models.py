"""Tables of applying for an account: more of the register, applications, activations, mock messages."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class Passport(Base):
    """A foreigner's passport, shown beside the residence card (Decree 69/2024/ND-CP art. 11).

    `biometrics_taken_on`: since when the immigration police have face and fingerprints on file (art. 13).
    """

    __tablename__ = "passport"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    country: Mapped[str] = mapped_column(String(2))
    expires_on: Mapped[date] = mapped_column(Date)
    biometrics_taken_on: Mapped[date | None] = mapped_column(Date)


class RegisterMark(Base):
    """What ends a person's or a card's validity before its last day."""

    __tablename__ = "register_mark"
    __table_args__ = (CheckConstraint("kind IN ('deceased', 'card_revoked', 'card_locked')", name="kind"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    marked_on: Mapped[date] = mapped_column(Date)


class AccountApplication(Base):
    """An application for an account of level 1 or for level 2.

    `open_of` is the person as long as it is undecided: its uniqueness lets nobody have two open ones of a level.
    """

    __tablename__ = "account_application"
    __table_args__ = (
        CheckConstraint("level IN (1, 2)", name="level"),
        CheckConstraint("state IN ('received', 'approved', 'refused')", name="state"),
        CheckConstraint("(state = 'received') = (decided_at IS NULL)", name="decided"),
        Index("ix_account_application_state_due_on", "state", "due_on"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    receipt: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    open_of: Mapped[str | None] = mapped_column(String(34), unique=True)
    level: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    phone_number: Mapped[str] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(32))
    refusal: Mapped[str | None] = mapped_column(String(40))


class AccountActivation(Base):
    """The one activation of an issued account. A newer code replaces the older; a ticket is one browser's attempt."""

    __tablename__ = "account_activation"

    subject: Mapped[str] = mapped_column(ForeignKey("account.subject", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ticket_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    ticket_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    passcode_hash: Mapped[str | None] = mapped_column(String(200))
    seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MockMessage(Base):
    """A text message that nobody sends: the demo's phone panel shows it. Kept in the demo only, it holds codes."""

    __tablename__ = "mock_message"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    phone_number: Mapped[str] = mapped_column(String(16))
    text_vi: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
