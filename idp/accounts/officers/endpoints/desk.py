"""What the officers' pages share: the officer's own cookie and CSRF token, and what her role may do."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from idp.accounts.endpoints.flow import Flow
from idp.accounts.officers import roles
from idp.accounts.officers.roles import Action
from idp.accounts.officers.signing_in import OfficerSessions, Present, SignedIn
from idp.accounts.ports import AccountServices

View = Callable[..., Response]


class Desk:
    """One instance for all officers' pages; holds no state of a request."""

    def __init__(self, services: AccountServices) -> None:
        self.services, self.web, self.db = services, services.web, services.db
        self.sessions, self.flow = OfficerSessions(services), Flow(services)
        # Another cookie than the citizens': who is both is signed in as both, apart.
        self.cookie = (
            "__Host-mock_vneid_officer" if self.web.secure else "mock_vneid_officer"
        ) + self.web.cookie_suffix

    def now(self) -> datetime:
        return self.services.clock.now()

    def protect(self, blueprint: Blueprint) -> Blueprint:
        """Every POST carries this session's CSRF token; a new cookie goes out with the answer."""
        blueprint.before_request(self._check_csrf)
        blueprint.after_request(self._send_cookie)
        return blueprint

    def present(self) -> Present | None:
        """The session of this browser, signed in or not."""
        if "officer_session" not in g:
            secret = request.cookies.get(self.cookie)
            g.officer_session = self.sessions.find(secret, self.now()) if secret else None
        found: Present | None = g.officer_session
        return found

    def anonymous(self) -> Present:
        """The session that carries the sign-in form's token."""
        found = self.present()
        if found is None:
            self.keep(self.sessions.start(self.now()))
        return g.officer_session  # type: ignore[no-any-return]

    def keep(self, signed_in: SignedIn) -> None:
        g.officer_session, g.officer_secret = signed_in.present, signed_in.secret

    def forget(self) -> None:
        g.officer_session, g.officer_secret = None, ""

    def needs(self, action: Action) -> Callable[[View], View]:
        """Only a signed-in officer whose role names the action; a refusal of a role is recorded."""

        def wrap(view: View) -> View:
            @wraps(view)
            def guarded(*args: Any, **values: Any) -> Response:
                officer = self.admitted(action)
                return officer if isinstance(officer, Response) else view(officer, *args, **values)

            return guarded

        return wrap

    def admitted(self, action: Action) -> Present | Response:
        """The signed-in officer whose role names the action, or the answer to give instead."""
        officer = self.present()
        if officer is None or officer.officer_id is None:
            return self.web.redirect(url_for("officer.sign_in"))
        return officer if self.may(officer, action) else self._not_allowed(officer, action)

    def may(self, officer: Present, action: Action) -> bool:
        return action in _may(officer)

    def render(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> Response:
        """A page in the officers' frame."""
        found = self.present()
        signed_in = found is not None and found.officer_id is not None
        role = roles.role(found.role) if found is not None and signed_in else None
        return self.web.render(
            template, status, officer=found if signed_in else None, officer_csrf=found.csrf_token if found else "",
            role=role, office=roles.office(found.office) if role and found else None,
            may={action.value for action in _may(found)} if role and found else set(), **context,
        )  # fmt: skip

    def _not_allowed(self, officer: Present, action: Action) -> Response:
        with self.db.begin() as session:
            details = {"officer": officer.officer_id, "action": action.value}
            self.services.audit.record(
                session, event="officer.refused", subject=None, client_id=None, details=details, now=self.now()
            )
        return self.web.problem(HTTPStatus.FORBIDDEN, "officer.not_allowed")

    def _check_csrf(self) -> Response | None:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        found, sent = self.present(), request.form.get("csrf_token", "")
        if found is None or not hmac.compare_digest(sent.encode(), found.csrf_token.encode()):
            return self.web.problem(HTTPStatus.BAD_REQUEST, "common.form_expired")
        return None

    def _send_cookie(self, response: Response) -> Response:
        secret = g.get("officer_secret")
        settings: dict[str, Any] = {"secure": self.web.secure, "httponly": True, "samesite": "Strict", "path": "/"}
        if secret:
            response.set_cookie(self.cookie, secret, **settings)
        elif secret == "":
            response.delete_cookie(self.cookie, **settings)
        return response


def _may(officer: Present) -> frozenset[Action]:
    return roles.allowed(officer.role, officer.office)
