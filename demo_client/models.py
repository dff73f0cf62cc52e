"""The portal's tables: sign-ins, presentation transactions, dossiers with their evidence, receipts of the counter."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from demo_client.db import Base, UtcDateTime


class Transaction(Base):
    """One request to the wallet, from its making to its outcome.

    `id` is OpenID4VP's transaction-id and stays between browser and portal; the request-id goes to the wallet
    (request_uri and state) and is kept as a hash, like the response code and the browser's secret.
    """

    __tablename__ = "portal_transaction"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(255), index=True)
    personal_id_number: Mapped[str] = mapped_column(String(20))
    full_name: Mapped[str] = mapped_column(Text)
    identity_level: Mapped[int] = mapped_column(Integer)
    acr: Mapped[str] = mapped_column(String(100))
    procedure: Mapped[str] = mapped_column(String(80))
    procedure_date: Mapped[date] = mapped_column(Date)
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    response_mode: Mapped[str] = mapped_column(String(20))
    other_device: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request_until: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    vp_token: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    response_code_hash: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    # "filed", "shown", "refused" or "declined"; None while nothing is decided
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)
    outcome_code: Mapped[str | None] = mapped_column(String(80), default=None)
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    # of a document that is filed nowhere: what its page tells, for some minutes, and the receipt of its check
    shown: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    receipt_id: Mapped[str | None] = mapped_column(String(64), default=None)


class Dossier(Base):
    """What was filed. Names and amounts of the procedure are copied: the catalogue may change later."""

    __tablename__ = "portal_dossier"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(String(64), unique=True)
    receipt_number: Mapped[str] = mapped_column(String(40), unique=True)
    subject: Mapped[str] = mapped_column(String(255), index=True)
    personal_id_number: Mapped[str] = mapped_column(String(20))
    full_name: Mapped[str] = mapped_column(Text)
    identity_level: Mapped[int] = mapped_column(Integer)
    acr: Mapped[str] = mapped_column(String(100))
    procedure: Mapped[str] = mapped_column(String(80))
    procedure_date: Mapped[date] = mapped_column(Date)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    papers_total: Mapped[int]
    papers_replaced: Mapped[int]
    needs_review: Mapped[bool]
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    due_on: Mapped[date] = mapped_column(Date)
    retain_until: Mapped[date] = mapped_column(Date, index=True)
    evidence: Mapped[list[Evidence]] = relationship(
        order_by="Evidence.id", cascade="all, delete-orphan", lazy="selectin"
    )


class Evidence(Base):
    """Why one document was accepted: it, the lists it was checked with, and the verdict, as they were."""

    __tablename__ = "portal_evidence"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("portal_dossier.id", ondelete="CASCADE"), index=True)
    component: Mapped[str] = mapped_column(String(80))
    vct: Mapped[str] = mapped_column(String(200))
    presentation: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(255))
    nonce: Mapped[str] = mapped_column(String(64))
    trust_list: Mapped[str] = mapped_column(Text)
    trust_list_version: Mapped[int]
    trust_list_fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    root_fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    status_uri: Mapped[str] = mapped_column(Text)
    status_list: Mapped[str] = mapped_column(Text)
    status_fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON)
    verifier: Mapped[str] = mapped_column(String(80))
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignIn(Base):
    """Whoever is signed in here, while she is: a session without its row is nobody's any more.

    `session_hash` is that of the session's key, `sid_hash` that of the provider's session (None where it told none).
    """

    __tablename__ = "portal_sign_in"

    session_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sid_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(255), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LogoutNotice(Base):
    """A logout token that was taken: not taken again, and no sign-in of before it comes after it."""

    __tablename__ = "portal_logout_notice"

    jti_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    sid_hash: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str | None] = mapped_column(String(255))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    keep_until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Receipt(Base):
    """A verification at the counter: its receipt as it was signed, which holds nothing that the document says."""

    __tablename__ = "portal_receipt"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    clerk: Mapped[str] = mapped_column(String(80))
    verdict: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(80))
    token: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    retain_until: Mapped[date] = mapped_column(Date, index=True)


class SeenBundle(Base):
    """The newest trust bundle under a root, kept for when there is no network; an older one is not taken after it."""

    __tablename__ = "portal_seen_bundle"

    root_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    trust_list_version: Mapped[int]
    token: Mapped[str] = mapped_column(Text)
