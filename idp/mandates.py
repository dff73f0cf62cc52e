"""Whether somebody may still act for an organisation, asked of every request of a session that does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from idp import sessions
from idp.db import Database
from idp.sessions import Authentication, BrowserSession


class Mandates(Protocol):
    """Who may act for which organisation, and the record of when that ended under a session."""

    def holds(self, session: Session, authentication: Authentication, now: datetime) -> bool:
        """True while this person may act for the organisation of `acting_for`."""

    def lapsed(self, session: Session, authentication: Authentication, now: datetime) -> None:
        """Record that the session acts for it no longer."""


def acts(found: BrowserSession | None) -> bool:
    """True for a session in which somebody acts for an organisation."""
    return found is not None and found.authentication is not None and found.authentication.acting_for is not None


def without_lapsed(db: Database, mandates: Mandates, found: BrowserSession, now: datetime) -> BrowserSession:
    """The session as it may go on: the person's own, from the first request after her mandate ended."""
    present = found.authentication
    if present is None:
        return found
    with db.read() as session:
        if mandates.holds(session, present, now):
            return found
    with db.begin() as session:
        if sessions.stop_acting(session, found.id, str(present.acting_for)):
            mandates.lapsed(session, present, now)
    return replace(found, authentication=replace(present, acting_for=None))
