"""Signing officers in: password and one-time code together, always both, with one answer for all that is wrong."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from idp import throttling
from idp.accounts import one_time_codes
from idp.accounts.officers import store
from idp.accounts.officers.models import OfficerSession
from idp.accounts.ports import AccountServices
from idp.throttling import Key, Policy

OFFICER = Policy("officer", (0, 0, 2, 5, 30, 300, 900), timedelta(days=1))
LIFETIME = timedelta(hours=8)
IDLE = timedelta(minutes=15)


@dataclass(frozen=True)
class Present:
    """An officer's live session; `officer_id` None before she has signed in."""

    id: str
    csrf_token: str
    officer_id: str | None = None
    full_name: str = ""
    role: str = ""
    office: str = ""


@dataclass(frozen=True)
class SignedIn:
    """The secret of the new cookie."""

    secret: str
    present: Present


@dataclass(frozen=True)
class Refused:
    """`until` where she must wait."""

    until: datetime | None = None


@dataclass(frozen=True)
class _Known:
    id: str
    password_hash: str
    code_seed: bytes


def purpose(login: str) -> str:
    """What a sealed seed is bound to."""
    return f"officer-code-seed:{login}"


@dataclass(frozen=True)
class OfficerSessions:
    """Sign-in and sessions of officers; no method may be called inside a transaction."""

    services: AccountServices

    def find(self, secret: str, now: datetime) -> Present | None:
        """The live session of this cookie; an officer who was stopped has none."""
        with self.services.db.begin() as session:
            row = store.session_of(session, _hash(secret))
            if row is None or row.expires_at <= now or row.last_used_at + IDLE <= now:
                return None
            if row.last_used_at + timedelta(minutes=1) <= now:
                store.touch(session, row.id, now)
            if row.officer_id is None:
                return Present(row.id, row.csrf_token)
            officer = store.officer(session, row.officer_id)
            if officer is None or not officer.active:
                return None
            return Present(row.id, row.csrf_token, officer.id, officer.full_name, officer.role, officer.office)

    def start(self, now: datetime) -> SignedIn:
        """A session of nobody yet: it carries the CSRF token of the sign-in form."""
        return self._start(None, now)

    def sign_in(
        self, before: Present, login: str, password: str, code: str, address: str, now: datetime
    ) -> SignedIn | Refused:
        """A new session (session fixation), the old one ended."""
        keys = (Key(OFFICER, login), throttling.address_key(address))
        with self.services.db.begin() as session:
            attempt = throttling.reserve(session, keys, now)
        if not attempt.allowed:
            return Refused(attempt.until)
        with self.services.db.read() as session:
            found = store.by_login(session, login)
            officer = _Known(found.id, found.password_hash, found.code_seed) if found and found.active else None
        # One hash is computed whoever it is, and the code is looked at whatever the password was.
        right = self.services.hasher.verify(officer.password_hash if officer else None, password)
        step = None
        if officer is not None:
            seed = self.services.at_rest.open(officer.code_seed, purpose(login)).decode()
            step = one_time_codes.matching_step(seed, code, now)
        with self.services.db.begin() as session:
            accepted = officer is not None and right and step is not None
            accepted = accepted and store.use_code_step(session, officer.id, step)  # type: ignore[union-attr, arg-type]
            event = "officer.signed_in" if accepted else "officer.sign_in_refused"
            details = {"officer": officer.id if officer else None, "address": address}
            self.services.audit.record(session, event=event, subject=None, client_id=None, details=details, now=now)
            if accepted:
                throttling.succeed(session, *keys)
                store.end_session(session, before.id)
        return self._start(officer.id, now) if accepted and officer is not None else Refused()

    def end(self, present: Present, now: datetime) -> None:
        with self.services.db.begin() as session:
            store.end_session(session, present.id)
            details = {"officer": present.officer_id}
            self.services.audit.record(
                session, event="officer.signed_out", subject=None, client_id=None, details=details, now=now
            )

    def _start(self, officer_id: str | None, now: datetime) -> SignedIn:
        secret = secrets.token_urlsafe(32)
        row = OfficerSession(
            id=secrets.token_hex(16), secret_hash=_hash(secret), csrf_token=secrets.token_urlsafe(32),
            officer_id=officer_id, last_used_at=now, expires_at=now + LIFETIME,
        )  # fmt: skip
        with self.services.db.begin() as session:
            store.delete_expired(session, now)
            session.add(row)
        return SignedIn(secret, Present(row.id, row.csrf_token, officer_id))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
