"""Binding a new device: password, one-time code, face, then a key (attack 16: a one-time code alone must not do).

How far a browser has come is told by its session's `amr`; nothing else is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idp import acr, throttling
from idp.accounts import sign_in
from idp.accounts.sign_in import Method
from idp.audit.port import Audit
from idp.db import Database
from idp.sessions import Authentication
from idp.throttling import Attempt, Key, Policy

FACE_POLICY = Policy("face", (0, 0, 5, 30, 900), timedelta(days=1))
BINDING_TIME = timedelta(minutes=10)  # from the password on
PASSKEY_TIME = timedelta(minutes=2)
METHODS = ("pwd", "otp", "face")


class Step(StrEnum):
    """The next thing to ask; the value is the name of its page."""

    PASSWORD = "bind"
    CODE = "bind_code"
    FACE = "bind_face"
    KEY = "bind_key"


def next_step(present: Authentication | None, now: datetime) -> Step:
    """The first of password, code and face that is missing, or whose proof is too old."""
    if present is None or "pwd" not in present.amr or present.auth_time + BINDING_TIME <= now:
        return Step.PASSWORD
    if "otp" not in present.amr:
        return Step.CODE
    return Step.KEY if "face" in present.amr else Step.FACE


def with_code(present: Authentication) -> Authentication:
    return sign_in.with_second_factor(present, Method.ONE_TIME_CODE)


def with_face(present: Authentication) -> Authentication:
    return _with(present, "face")


def with_key(present: Authentication) -> Authentication:
    """The key was made in this browser: from now on it is something she has."""
    return _with(present, "swk")


def opened(subject: str, now: datetime) -> Authentication:
    """A session opened on a bound device: its key (possession) and the passcode (knowledge)."""
    methods = ("swk", "pin", "mfa")
    return Authentication(subject, acr.achieved(methods), methods, now)


def by_passkey(present: Authentication, subject: str, now: datetime) -> bool:
    """Whether this person has just signed in here with a passkey ("user": her presence, RFC 8176)."""
    fresh = present.auth_time + PASSKEY_TIME > now
    return present.subject == subject and "user" in present.amr and fresh


def _with(present: Authentication, method: str) -> Authentication:
    methods = [known for known in present.amr if known not in ("mfa", method)]
    amr = (*methods, method, "mfa")
    return Authentication(present.subject, acr.achieved(amr), amr, present.auth_time)


@dataclass(frozen=True)
class FaceCheck:
    """The SIMULATED comparison with the portrait in the register: whoever tries says how it ends."""

    db: Database
    audit: Audit

    def compare(self, subject: str, matches: bool, address: str, now: datetime) -> Attempt:
        """Count the try, and take it back where the face matches. `allowed` False: she must wait."""
        keys = (Key(FACE_POLICY, subject), throttling.address_key(address))
        with self.db.begin() as session:
            attempt = throttling.reserve(session, keys, now)
        if not attempt.allowed:
            return attempt
        event = "phone.face_matched" if matches else "phone.face_refused"
        with self.db.begin() as session:
            if matches:
                throttling.succeed(session, *keys)
            details = {"simulated": True}
            self.audit.record(session, event=event, subject=subject, client_id=None, details=details, now=now)
        return attempt
