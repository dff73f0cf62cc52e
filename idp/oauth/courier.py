"""The courier: one thread of the server that carries logout tokens to clients while nobody waits for it."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from idp.oauth import backchannel_logout
from idp.oauth.logout_announcement import NEWS
from idp.oauth.ports import OAuthServices

LOOKS_EVERY = timedelta(minutes=1)  # for what another process wrote down, such as a command
AFTER_FAILURE = timedelta(seconds=10)
log = logging.getLogger("mock_vneid.oauth")


class Courier:
    """Sleeps until a transaction of this process has something to be told, or a retry is due."""

    def __init__(self, services: OAuthServices) -> None:
        self.services = services
        self._news, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None

    def ensure_running(self) -> None:
        """Called with each request: a thread does not survive the fork that makes a worker."""
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                event.listen(Session, "after_commit", self._committed)
                self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()

    def _committed(self, session: Session) -> None:
        if session.info.pop(NEWS, None):
            self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait(self._work().total_seconds())
            self._news.clear()

    def _work(self) -> timedelta:
        """Do what is due; returns how long to sleep."""
        now = self.services.clock.now()
        try:
            following = backchannel_logout.deliver_due(self.services, now)
        except Exception:  # whatever it was, the next round may do better, and the thread must not end
            log.exception("logout tokens could not be carried")
            return AFTER_FAILURE
        if following is None:
            return LOOKS_EVERY
        return min(max(following - now, timedelta(seconds=1)), LOOKS_EVERY)
