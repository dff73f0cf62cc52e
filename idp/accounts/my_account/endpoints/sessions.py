"""Where I am signed in: every live session, this one marked; end any of them, or all others."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from idp import sessions
from idp.accounts.my_account.browsers import browser_name
from idp.accounts.my_account.endpoints.common import Home, Visitor
from idp.accounts.my_account.my_sessions import Ending


def register(blueprint: Blueprint, home: Home) -> None:
    pages = SessionPages(home)
    blueprint.add_url_rule("/sessions", "sessions", pages.show, methods=["GET"])
    blueprint.add_url_rule("/sessions/<session_id>/end", "end_session", pages.end, methods=["POST"])
    blueprint.add_url_rule("/sessions/end-others", "end_other_sessions", pages.end_others, methods=["POST"])


class SessionPages:
    def __init__(self, home: Home) -> None:
        self.home, self.web = home, home.web

    def show(self) -> Response:
        visitor = self._enter()
        if isinstance(visitor, Response):
            return visitor
        with self.home.db.read() as session:
            found = sessions.of(session, visitor.subject, self.home.now())
        return self.web.render(
            "my_account/sessions.html",
            sessions=found,
            this=visitor.session_id,
            ended="ended" in request.args,
            browser_name=browser_name,
        )

    def end(self, session_id: str) -> Response:
        """To end this very one is to sign out."""
        visitor = self._enter()
        if isinstance(visitor, Response):
            return visitor
        with self.home.db.begin() as session:
            done = self._ending(visitor).one(session, session_id, self.home.now())
        if not done:
            return self.home.unknown()
        if session_id == visitor.session_id:
            self.web.end_session()
            return self.web.redirect("/")
        return self.web.redirect(url_for("my_account.sessions", ended=1))

    def end_others(self) -> Response:
        visitor = self._enter()
        if isinstance(visitor, Response):
            return visitor
        with self.home.db.begin() as session:
            self._ending(visitor).others(session, visitor.session_id, self.home.now())
        return self.web.redirect(url_for("my_account.sessions", ended=1))

    def _enter(self) -> Visitor | Response:
        return self.home.enter(url_for("my_account.sessions"))

    def _ending(self, visitor: Visitor) -> Ending:
        services = self.home.services
        return Ending(services.access, services.audit, visitor.subject, self.web.client_address())
