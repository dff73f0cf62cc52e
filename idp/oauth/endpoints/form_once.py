"""A form that acts once: the answer shows a secret, so it cannot be a redirect, and a reload would act again.

What is spent is kept hashed among the counters of guesses, which forget it after a day: longer than any operator's
session.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import request
from sqlalchemy.orm import Session

from idp import throttling
from idp.throttling import Key, Policy

FIELD = "once"
ONCE = Policy("form-once", (86_400,), timedelta(days=1))
LONGEST = 100


class AlreadySent(Exception):
    """This very form has acted before, or does not say which one it is."""


def token() -> str:
    """For the hidden field of a form that is shown."""
    return secrets.token_urlsafe(16)


def spend(session: Session, now: datetime) -> None:
    """In the act's own transaction: what is refused may be sent again. Raises AlreadySent."""
    sent = request.form.get(FIELD, "")
    if not 0 < len(sent) <= LONGEST or not throttling.reserve(session, (Key(ONCE, sent),), now).allowed:
        raise AlreadySent
