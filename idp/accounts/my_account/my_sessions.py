"""Where the holder is signed in, and ending that: one place, or all but this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp import sessions
from idp.accounts.ports import Access
from idp.audit.port import Audit
from idp.sessions import SessionInfo


@dataclass(frozen=True)
class Ending:
    """Who ends, and where from; what services were granted in a session ends with it."""

    access: Access
    audit: Audit
    subject: str
    address: str

    def one(self, session: Session, session_id: str, now: datetime) -> bool:
        """End one of her sessions; False where it is not hers, or is over."""
        found = next((each for each in sessions.of(session, self.subject, now) if each.id == session_id), None)
        if found is None:
            return False
        self._end(session, found, now)
        details = {"browser": found.device.user_agent, "session_address": found.device.address}
        self._record(session, "account.session_ended", details, now)
        return True

    def others(self, session: Session, kept: str, now: datetime) -> int:
        """End all of her sessions but `kept`; returns how many."""
        found = [each for each in sessions.of(session, self.subject, now) if each.id != kept]
        for each in found:
            self._end(session, each, now)
        if found:
            self._record(session, "account.sessions_ended", {"count": len(found)}, now)
        return len(found)

    def _end(self, session: Session, found: SessionInfo, now: datetime) -> None:
        self.access.end_browser_session(session, found.id, now)
        sessions.end(session, found.id)

    def _record(self, session: Session, event: str, details: Mapping[str, object], now: datetime) -> None:
        told = {**details, "address": self.address}
        self.audit.record(session, event=event, subject=self.subject, client_id=None, details=told, now=now)
