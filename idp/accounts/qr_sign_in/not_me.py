"""The answer "not me": the account is locked, until she opens it again herself (attack 2)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from idp import sessions
from idp.accounts import states
from idp.accounts import store as accounts
from idp.accounts.phone import store as phones
from idp.accounts.ports import Access
from idp.accounts.states import CannotLock, LockedBy, LockReason


def lock_and_sign_out(session: Session, access: Access, subject: str, device_id: str, now: datetime) -> int:
    """Lock at her own request, and end her sessions but the one on the phone in her hand; returns how many ended."""
    account = accounts.account(session, subject)
    if account is None:
        return 0
    with suppress(CannotLock):  # it is locked already
        states.lock(account, LockReason.OWN_REQUEST, LockedBy.HOLDER, now)
    device = phones.live(session, device_id)
    kept = device.session_id if device is not None else None
    others = [found.id for found in sessions.of(session, subject, now) if found.id != kept]
    for session_id in others:
        access.end_browser_session(session, session_id, now)
        sessions.end(session, session_id)
    return len(others)
