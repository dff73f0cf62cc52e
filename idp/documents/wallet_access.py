"""Who may open the wallet: a level 2 account in good standing, and a browser whose holder gave her passcode.

The passcode opens the wallet's pages for five minutes, and every page opened within them starts them anew. It is
kept for one browser session and one person; signing in as somebody else opens nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import mandates
from idp.documents import wallet_store
from idp.documents.ports import Holder
from idp.documents.presentation_models import WalletUnlock
from idp.sessions import BrowserSession

IDLE = timedelta(minutes=5)
#: Opening a page writes to the database only when this much of the five minutes is gone.
STEP = timedelta(seconds=20)
LEVEL = 2


def refusal(holder: Holder | None, browser: BrowserSession) -> str | None:
    """Why no wallet is opened here: `acting`, `organisation`, `locked`, `level_too_low`; None where it is.

    Documents are integrated into a level 2 account only, and an organisation has no level at all. While a person acts
    for one, what is personally hers is out of reach in that session, whoever holds the browser.
    """
    if mandates.acts(browser):
        return "acting"
    if holder is None or holder.identity_level is None:
        return "organisation"
    if not holder.active:
        return "locked"
    return "level_too_low" if holder.identity_level < LEVEL else None


def unlocked(session: Session, browser: BrowserSession, now: datetime) -> bool:
    """Whether this browser's holder gave her passcode and has not been idle since."""
    row = wallet_store.unlock(session, browser.id)
    return row is not None and row.subject == _subject(browser) and now < row.until


def stale(session: Session, browser: BrowserSession, now: datetime) -> bool:
    """Whether an open wallet's time should be written anew."""
    row = wallet_store.unlock(session, browser.id)
    return row is not None and row.until < now + IDLE - STEP


def unlock(session: Session, browser: BrowserSession, now: datetime) -> None:
    """Open the wallet to this browser. The caller has checked the passcode."""
    wallet_store.delete_expired_unlocks(session, now)
    row = wallet_store.unlock(session, browser.id)
    if row is None:
        row = _insert(session, browser, now)
    row.subject, row.until = _subject(browser), now + IDLE


def extend(session: Session, browser: BrowserSession, now: datetime) -> None:
    """A page was opened: five minutes from now. A wallet that is not open stays closed."""
    row = wallet_store.unlock(session, browser.id)
    if row is not None and row.subject == _subject(browser) and now < row.until:
        row.until = now + IDLE


def lock(session: Session, browser: BrowserSession) -> None:
    """Close the wallet to this browser."""
    wallet_store.delete_unlock(session, browser.id)


def _subject(browser: BrowserSession) -> str:
    return browser.authentication.subject if browser.authentication is not None else ""


def _insert(session: Session, browser: BrowserSession, now: datetime) -> WalletUnlock:
    row = WalletUnlock(session_id=browser.id, subject=_subject(browser), until=now + IDLE)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # two windows at once
        return session.get_one(WalletUnlock, browser.id)
    return row
