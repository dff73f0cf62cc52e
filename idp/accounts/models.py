"""Tables of the population register and of the accounts on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idp.db import Base, UtcDateTime


class Person(Base):
    """A citizen or foreigner in the register. The name is kept as given; `name_key` is its NFC comparison form."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("kind IN ('citizen', 'foreigner')", name="kind"),
        CheckConstraint("sex IN ('male', 'female')", name="sex"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    personal_id_number: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    full_name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300), index=True)
    birthdate: Mapped[date] = mapped_column(Date)
    sex: Mapped[str] = mapped_column(String(6))
    nationalities: Mapped[list[str]] = mapped_column(JSON)
    birth_registered_at: Mapped[str | None] = mapped_column(String(300))
    place_of_origin: Mapped[str | None] = mapped_column(String(300))
    permanent_address: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    current_address: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    phone_number: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(12))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    paper: Mapped[IdentityPaper | None] = relationship(
        back_populates="person", cascade="all, delete-orphan", single_parent=True
    )


class IdentityPaper(Base):
    """The valid card of a person: identity card of a citizen, residence card of a foreigner."""

    __tablename__ = "identity_paper"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('identity_card', 'permanent_residence_card', 'temporary_residence_card')", name="kind"
        ),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[str] = mapped_column(String(20))
    issued_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)

    person: Mapped[Person] = relationship(back_populates="paper")


class Kinship(Base):
    """A recorded relation: `relative_id` is father, mother or guardian of `person_id`."""

    __tablename__ = "kinship"
    __table_args__ = (CheckConstraint("kind IN ('father', 'mother', 'guardian')", name="kind"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    relative_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)


class Organisation(Base):
    """An agency or organisation set up or registered in Vietnam; `dissolved_on` is the day it stopped to be one."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str] = mapped_column(String(14), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    dissolved_on: Mapped[date | None] = mapped_column(Date)


class Representation(Base):
    """Who acts for an organisation, in which role: what the register says, or the representative has authorised."""

    __tablename__ = "representation"
    __table_args__ = (CheckConstraint("role IN ('legal_representative', 'staff')", name="role"),)

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(30))
    authorised_by: Mapped[str | None] = mapped_column(String(64))
    authorised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()


class Account(Base):
    """An electronic identification account of one person or one organisation.

    `subject` is opaque: the only thing by which the rest of the provider knows the holder.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_holder"),
        # An organisation has no level (Decree 69/2024/ND-CP art. 7); a person's account always has one.
        CheckConstraint(
            "(organisation_id IS NULL AND identity_level IS NOT NULL AND identity_level IN (1, 2))"
            " OR (organisation_id IS NOT NULL AND identity_level IS NULL)",
            name="level",
        ),
        CheckConstraint("state IN ('pending_verification', 'issued', 'active', 'locked', 'closed')", name="state"),
        CheckConstraint("(state = 'locked') = (lock_reason IS NOT NULL)", name="lock_reason"),
        UniqueConstraint("person_id"),
        UniqueConstraint("organisation_id"),
    )

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    identity_level: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(30))
    lock_reason: Mapped[str | None] = mapped_column(String(40))
    locked_by: Mapped[str | None] = mapped_column(String(20))
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked_from: Mapped[str | None] = mapped_column(String(30))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    authenticator: Mapped[Authenticator | None] = relationship(
        back_populates="account", cascade="all, delete-orphan", single_parent=True
    )


class Authenticator(Base):
    """The secrets of an account: argon2id hashes, and the sealed seed of one-time codes with its last used step."""

    __tablename__ = "authenticator"

    subject: Mapped[str] = mapped_column(ForeignKey("account.subject", ondelete="CASCADE"), primary_key=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    passcode_hash: Mapped[str | None] = mapped_column(String(200))
    one_time_code_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    one_time_code_step: Mapped[int | None] = mapped_column(BigInteger)

    account: Mapped[Account] = relationship(back_populates="authenticator")
