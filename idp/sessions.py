"""Server-side browser sessions. The cookie holds a random secret, the database its hash; nothing else leaves.

A session may be anonymous (it then only carries the CSRF token and the pending sign-in). Signing in always
makes a new secret (session fixation), and records `acr`, `amr` and `auth_time` (OpenID Connect Core 2).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ForeignKey, String, Table, Text, bindparam, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from idp.db import Base, UtcDateTime, insert_row
from idp.prepared import Prepared

LIFETIME = timedelta(hours=8)
IDLE = timedelta(minutes=30)
SIGN_IN_LIFETIME = timedelta(minutes=30)
#: In `Session.info`: called with the Session and the id of a browser session that ends, before it does.
ENDING = "browser_session_ending"


@dataclass(frozen=True)
class Authentication:
    """Who signed in, with which methods (`amr`, RFC 8176), when, and the level that this reaches (`acr`).

    `acting_for` is the subject of the organisation's account that this person has chosen to act for.
    """

    subject: str
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    acting_for: str | None = None


@dataclass(frozen=True)
class Device:
    """What is known of the machine at the other end: what its browser says it is, and its address."""

    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True)
class SessionInfo:
    """A live session as its owner sees it."""

    id: str
    device: Device
    acr: str
    amr: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime
    auth_time: datetime


@dataclass(frozen=True)
class BrowserSession:
    """One browser's session. `id` may be shown (it is the `sid`); the cookie's secret is never kept."""

    id: str
    csrf_token: str
    authentication: Authentication | None
    last_used_at: datetime | None = field(default=None, compare=False)

    def needs_touch(self, now: datetime) -> bool:
        """Use is recorded at most once a minute, so that reading a page is not always a write."""
        return self.last_used_at is not None and self.last_used_at + timedelta(minutes=1) <= now


@dataclass(frozen=True)
class SignInRequest:
    """What a part of the provider asks of the sign-in page, and where to go on afterwards.

    `return_to` is a path on this server. `acr` is the lowest level that will do; `not_before` demands a sign-in
    at or after that instant (`prompt=login`, `max_age`); `subject` demands this person. `form_targets` are the
    origins that a form on the way may end at (Content-Security-Policy applies `form-action` to every redirect of
    a form post). `cancel_to` is where a person who gives up goes, `unmet_to` one who has nothing that reaches
    `acr`; `acr_else` are the levels that will do, in order of preference, where she has nothing that reaches `acr`:
    she is asked for what reaches the first of them that she can. `scopes` is the data that a service asks for,
    `claims` what it asks for by name beside them. `create`: she is to be shown first how to get an account.
    """

    return_to: str
    service_name: str | None = None
    acr: str | None = None
    login_hint: str | None = None
    not_before: datetime | None = None
    form_targets: tuple[str, ...] = ()
    subject: str | None = None
    cancel_to: str | None = None
    scopes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    unmet_to: str | None = None
    create: bool = False
    acr_else: tuple[str, ...] = ()


class BrowserSessionRow(Base):
    __tablename__ = "browser_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(43))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    acr: Mapped[str | None] = mapped_column(String(64))
    amr: Mapped[str] = mapped_column(String(100), default="")
    auth_time: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acting_for: Mapped[str | None] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(45), default="")


class SignInRequestRow(Base):
    __tablename__ = "sign_in_request"

    id: Mapped[str] = mapped_column(String(43), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("browser_session.id", ondelete="CASCADE"), index=True)
    request: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


def secret_hash(secret: str) -> str:
    """What the database knows of a cookie's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


_SESSION = cast("Table", BrowserSessionRow.__table__)
_BY_SECRET = Prepared(select(_SESSION).where(_SESSION.c.secret_hash == bindparam("secret_hash")))
_BY_ID = Prepared(select(_SESSION).where(_SESSION.c.id == bindparam("session_id")))
_CHANGE = update(_SESSION).where(_SESSION.c.id == bindparam("session_id"))
_TOUCH = Prepared(_CHANGE.values(last_used_at=bindparam("now")))
_RENEWED = [column for column in _SESSION.c if column.name not in ("id", "created_at")]
_RENEW = Prepared(_CHANGE.values({column: bindparam(column.name) for column in _RENEWED}))


def _view(row: Any) -> BrowserSession:
    authentication = None
    if row.subject and row.acr and row.auth_time:
        authentication = Authentication(row.subject, row.acr, tuple(row.amr.split()), row.auth_time, row.acting_for)
    return BrowserSession(row.id, row.csrf_token, authentication, row.last_used_at)


def find(session: Session, secret: str, now: datetime) -> BrowserSession | None:
    """The live session of this cookie secret, or None where it is unknown, over or idle too long."""
    row = _BY_SECRET.one(session, secret_hash=secret_hash(secret))
    if row is None or row.expires_at <= now or row.last_used_at + IDLE <= now:
        return None
    return _view(row)


def by_id(session: Session, session_id: str, now: datetime) -> BrowserSession | None:
    """The live session of this `sid`, or None."""
    row = session.get(BrowserSessionRow, session_id)
    return None if row is None or row.expires_at <= now or row.last_used_at + IDLE <= now else _view(row)


def touch(session: Session, session_id: str, now: datetime) -> None:
    """Record use."""
    _TOUCH.run(session, session_id=session_id, now=now)


def of(session: Session, subject: str, now: datetime) -> list[SessionInfo]:
    """The person's live sessions, the one used last first."""
    query = select(BrowserSessionRow).where(
        BrowserSessionRow.subject == subject,
        BrowserSessionRow.expires_at > now,
        BrowserSessionRow.last_used_at > now - IDLE,
    )
    rows = session.scalars(query.order_by(BrowserSessionRow.last_used_at.desc(), BrowserSessionRow.id))
    return [
        SessionInfo(
            row.id, Device(row.user_agent, row.address), row.acr, tuple(row.amr.split()), row.created_at,
            row.last_used_at, row.auth_time,
        )
        for row in rows
        if row.acr and row.auth_time
    ]  # fmt: skip


def start(
    session: Session, now: datetime, authentication: Authentication | None = None, device: Device | None = None
) -> tuple[str, BrowserSession]:
    """A new session; returns the cookie secret (never stored) and the session."""
    secret, session_id, csrf_token = secrets.token_urlsafe(32), secrets.token_hex(16), secrets.token_urlsafe(32)
    insert_row(
        session,
        BrowserSessionRow,
        id=session_id,
        secret_hash=secret_hash(secret),
        csrf_token=csrf_token,
        created_at=now,
        last_used_at=now,
        expires_at=now + LIFETIME,
        **(_authenticated(authentication) if authentication else {}),
        **_described(device),
    )
    return secret, BrowserSession(session_id, csrf_token, authentication, now)


def renew(
    session: Session,
    old: BrowserSession,
    authentication: Authentication,
    now: datetime,
    device: Device | None = None,
) -> tuple[str, BrowserSession]:
    """Sign in: a new secret and CSRF token. The id stays only where the same person steps up."""
    row = _BY_ID.one(session, session_id=old.id)
    if row is None or (row.subject is not None and row.subject != authentication.subject):
        end(session, old.id)
        return start(session, now, authentication, device)
    secret, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    _RENEW.run(
        session,
        session_id=old.id,
        secret_hash=secret_hash(secret),
        csrf_token=csrf_token,
        last_used_at=now,
        expires_at=now + LIFETIME,
        **_authenticated(authentication),
        **(_described(device) or {"user_agent": row.user_agent, "address": row.address}),
    )
    return secret, BrowserSession(old.id, csrf_token, authentication, now)


def act_for(session: Session, browser: BrowserSession, organisation: str | None) -> tuple[str, BrowserSession]:
    """The person goes on for an organisation, or (None) for herself: a new secret, the sign-in and its end kept."""
    row = session.get_one(BrowserSessionRow, browser.id)
    secret = secrets.token_urlsafe(32)
    row.secret_hash, row.csrf_token = secret_hash(secret), secrets.token_urlsafe(32)
    row.acting_for = organisation
    session.flush()
    return secret, _view(row)


def stop_acting(session: Session, session_id: str, organisation: str) -> bool:
    """The person acts for this organisation no longer; True for the one caller who ended it."""
    row = BrowserSessionRow
    statement = update(row).where(row.id == session_id, row.acting_for == organisation).values(acting_for=None)
    ended = session.execute(statement.execution_options(synchronize_session=False))
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def end(session: Session, session_id: str) -> None:
    """End a session and what hangs on it, wherever that is decided; `Session.info` says who must hear of it."""
    if ENDING in session.info:
        session.info[ENDING](session, session_id)
    session.execute(delete(SignInRequestRow).where(SignInRequestRow.session_id == session_id))
    session.execute(delete(BrowserSessionRow).where(BrowserSessionRow.id == session_id))


def end_all_of(session: Session, subject: str) -> None:
    """End every session of a person (account locked or closed)."""
    for row_id in session.scalars(select(BrowserSessionRow.id).where(BrowserSessionRow.subject == subject)).all():
        end(session, row_id)


def delete_expired(session: Session, now: datetime) -> None:
    """Forget sessions and pending sign-ins that are over, or that were left alone too long."""
    session.execute(delete(SignInRequestRow).where(SignInRequestRow.expires_at <= now))
    over = or_(BrowserSessionRow.expires_at <= now, BrowserSessionRow.last_used_at <= now - IDLE)
    ids = select(BrowserSessionRow.id).where(over)
    session.execute(delete(SignInRequestRow).where(SignInRequestRow.session_id.in_(ids)))
    session.execute(delete(BrowserSessionRow).where(over))


def _authenticated(authentication: Authentication) -> dict[str, object]:
    return {**authentication.__dict__, "amr": " ".join(authentication.amr)}


def _described(device: Device | None) -> dict[str, object]:
    return {"user_agent": device.user_agent[:300], "address": device.address[:45]} if device is not None else {}
