"""Locking one's own account, and opening it again (Decree 69/2024/ND-CP art. 15).

Both hold the account's row: of eight windows one locks it, and nobody opens what an authority has locked meanwhile.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from idp import sessions
from idp.accounts import states, store
from idp.accounts.ports import Access
from idp.accounts.states import CannotLock, CannotUnlock, LockedBy, LockReason, Standing
from idp.audit.port import Audit


def lock(session: Session, access: Access, audit: Audit, subject: str, address: str, now: datetime) -> None:
    """Lock at the holder's own request, and sign her out everywhere. Raises CannotLock."""
    account = store.account_to_change(session, subject)
    if account is None:
        raise CannotLock("there is no such account")
    states.lock(account, LockReason.OWN_REQUEST, LockedBy.HOLDER, now)
    ended = sessions.of(session, subject, now)
    for each in ended:
        access.end_browser_session(session, each.id, now)
    sessions.end_all_of(session, subject)
    details = {"reason": "own_request", "by": "holder", "sessions_ended": len(ended), "address": address}
    audit.record(session, event="account.locked", subject=subject, client_id=None, details=details, now=now)


def open_again(session: Session, audit: Audit, subject: str, address: str, now: datetime) -> Standing:
    """Lift the holder's own lock; returns how the account stands then. Raises CannotUnlock for every other lock.

    A card that has expired meanwhile keeps it locked.
    """
    account = store.account_to_change(session, subject)
    if account is None:
        raise CannotUnlock("there is no such account")
    states.unlock(account, LockedBy.HOLDER)
    session.flush()
    details = {"by": "holder", "address": address}
    audit.record(session, event="account.opened_again", subject=subject, client_id=None, details=details, now=now)
    return states.standing(account, now)


def may_open(standing: Standing) -> bool:
    """Whether the holder herself can lift this lock."""
    rule = states.LOCK_RULES[standing.reason] if standing.reason else None
    return rule is not None and rule.lifted_by_holder and standing.by is LockedBy.HOLDER
