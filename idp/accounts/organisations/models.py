"""Applications for an organisation's account (Decree 69/2024/ND-CP art. 12)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.accounts.models import Organisation
from idp.db import Base, UtcDateTime


class OrganisationApplication(Base):
    """One application, by the person of `subject`; `refusal` is the law's reason where it was refused."""

    __tablename__ = "organisation_application"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'refused')", name="state"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refusal"),
        # One account each (art. 7), so one open application each: the index decides between two at once.
        Index(
            "ix_organisation_application_waiting",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(ForeignKey("account.subject", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    refusal: Mapped[str | None] = mapped_column(String(40))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))

    organisation: Mapped[Organisation] = relationship()
