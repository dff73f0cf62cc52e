"""The answer "not me": the account is locked, until she opens it again herself (attack 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp import sessions
from idp.accounts import states
from idp.accounts import store as accounts
from idp.accounts.phone import store as phones
from idp.accounts.ports import Access
from idp.accounts.states import LockedBy, LockReason, standing


@dataclass(frozen=True)
class Locked:
    """What was done: whether the account was locked by this (it may have been locked already), and sessions ended."""

    locked: bool
    sessions_ended: int


def lock_and_sign_out(session: Session, access: Access, subject: str, device_id: str, now: datetime) -> Locked:
    """Lock at her own request, and end her sessions but the one on the phone in her hand."""
    account = accounts.account_to_change(session, subject)
    locked = account is not None and standing(account, now).usable
    if account is not None and locked:
        states.lock(account, LockReason.OWN_REQUEST, LockedBy.HOLDER, now)
    device = phones.live(session, device_id)
    kept = device.session_id if device is not None else None
    others = [found.id for found in sessions.of(session, subject, now) if found.id != kept]
    for session_id in others:
        access.end_browser_session(session, session_id, now)
        sessions.end(session, session_id)
    return Locked(locked, len(others))
