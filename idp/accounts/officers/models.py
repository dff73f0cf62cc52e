"""Tables of the officers: their own accounts and sessions, each look-up, and what two of them must agree on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class Officer(Base):
    """An officer. What a role may do and whose affairs an office decides is data; both factors are always needed."""

    __tablename__ = "officer"
    __table_args__ = (
        CheckConstraint(
            "role IN ('registration', 'supervisor', 'auditor', 'client_registrar', 'records')", name="role"
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    full_name: Mapped[str] = mapped_column(String(300))
    role: Mapped[str] = mapped_column(String(20))
    office: Mapped[str] = mapped_column(String(20), default="provincial", server_default="provincial")
    active: Mapped[bool] = mapped_column(Boolean)
    password_hash: Mapped[str] = mapped_column(String(200))
    code_seed: Mapped[bytes] = mapped_column(LargeBinary)
    code_step: Mapped[int | None] = mapped_column(BigInteger)


class OfficerSession(Base):
    """An officer's browser session, apart from any citizen's. Without `officer_id` it carries a CSRF token only."""

    __tablename__ = "officer_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(43))
    officer_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id", ondelete="CASCADE"))
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OfficerLookUp(Base):
    """One person opened by one officer for one purpose and case; it ends by itself, each read of it is recorded."""

    __tablename__ = "officer_look_up"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id", ondelete="CASCADE"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(40))
    case_number: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OfficerOrganisationLookUp(Base):
    """One organisation opened by one officer, as `OfficerLookUp` is one person."""

    __tablename__ = "officer_organisation_look_up"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id", ondelete="CASCADE"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(40))
    case_number: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OfficerRequest(Base):
    """What one officer asks and another decides (four eyes). `open_of`: one open request an account."""

    __tablename__ = "officer_request"
    __table_args__ = (
        CheckConstraint("kind IN ('lock', 'unlock')", name="kind"),
        CheckConstraint("state IN ('open', 'approved', 'refused')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="four_eyes"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(ForeignKey("account.subject", ondelete="CASCADE"))
    open_of: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(40))
    case_number: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
