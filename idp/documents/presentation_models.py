"""Tables of what a wallet does with documents: requests to answer, what was shown, unlocked browsers, counters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.db import Base, UtcDateTime


class PresentationTransaction(Base):
    """One authorization request at the wallet, bound to the browser session that brought it.

    `request` (JSON) and `request_hash` are empty until the request object was fetched and authenticated.
    `answer_key` is the hash of client and nonce: unique, so that no request is ever answered twice, whoever opens
    it again. `answered_at` and `answer_key` are set in the one statement that claims the answer.
    """

    __tablename__ = "presentation_transaction"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(32), index=True)
    client_id: Mapped[str] = mapped_column(String(255))
    request_uri: Mapped[str] = mapped_column(Text)
    request_uri_method: Mapped[str] = mapped_column(String(4))
    other_device: Mapped[bool] = mapped_column(default=False)
    request: Mapped[str | None] = mapped_column(Text)
    request_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    answer_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class PresentationRecord(Base):
    """What a holder showed, or did not: her history of use (Decree 69/2024/ND-CP art. 28).

    `client_id` is "counter" where a clerk took it. `outcome` is given, refused or failed, `reason` an error code.
    JSON: `party` {vi, en}; `procedure` {vi, en, code} or null; `documents` a list of {vct, document_id, fields},
    fields being claims paths. No value of a claim is kept.
    """

    __tablename__ = "presentation_record"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    holder: Mapped[str] = mapped_column(String(64), index=True)
    client_id: Mapped[str] = mapped_column(String(255))
    party: Mapped[str] = mapped_column(Text)
    procedure: Mapped[str | None] = mapped_column(Text)
    documents: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WalletUnlock(Base):
    """A browser session whose holder has given her passcode: the wallet's pages are open to it until `until`."""

    __tablename__ = "wallet_unlock"

    session_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class CounterShow(Base):
    """A presentation waiting at a one-time address for a clerk. `taken_at` is set by whoever reads it first."""

    __tablename__ = "counter_show"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64), index=True)
    document_id: Mapped[str] = mapped_column(String(32))
    presentation: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
