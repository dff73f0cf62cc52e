"""What the pages and the API of the phone share: who is here, on which device, and the answers to a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, current_app, request, url_for

from idp.accounts.authentication import Outcome, Result
from idp.accounts.endpoints.flow import Flow
from idp.accounts.phone import store
from idp.accounts.phone.bound_device import BoundDevice
from idp.accounts.ports import AccountServices
from idp.sessions import Authentication, SignInRequest

SIX_DIGITS = re.compile(r"[0-9]{6}")
#: Where a page of the ordinary sign-in, borrowed here, leads back to.
BACK_TO_APP = SignInRequest(return_to="/app", cancel_to="/app")


@dataclass(frozen=True)
class Here:
    """Somebody on her own bound device, opened in this browser session."""

    session_id: str
    subject: str
    device: BoundDevice


class Phone:
    """One instance for all pages and the API; holds no state of a request."""

    def __init__(self, services: AccountServices) -> None:
        self.services, self.web, self.flow = services, services.web, Flow(services)
        self.db, self.audit, self.checks = services.db, services.audit, self.flow.checks

    def now(self) -> datetime:
        return self.services.clock.now()

    def issuer(self) -> str:
        return self.services.config.issuer

    def present(self) -> Authentication | None:
        """Who is signed in in this browser, on a bound device or not."""
        browser = self.web.existing_session()
        return browser.authentication if browser else None

    def here(self) -> Here | None:
        """Who is here on which device; None where the device is not open in this browser session."""
        browser = self.web.existing_session()
        if browser is None or browser.authentication is None:
            return None
        subject = browser.authentication.subject
        with self.db.read() as session:
            device = store.opened_in(session, browser.id, subject)
        return None if device is None else Here(browser.id, subject, device)

    def to_door(self) -> Response:
        """To the page where the device is opened; the browser keeps the fragment, and with it a scanned code."""
        return self.web.redirect(url_for("phone.home", then="scan" if request.path.endswith("/scan") else None))

    def own_page(self, path: str) -> str:
        """The path, where this provider has such a page; else nothing."""
        return path if any(rule.rule == path for rule in current_app.url_map.iter_rules()) else ""

    # --- answers to a script -------------------------------------------------------------------------
    def refuse(self, status: int, error: str, **values: object) -> Response:
        """The JSON error `error`, with its message in the person's language."""
        return self.web.json_problem(status, error, f"phone.error.{error}", **values)

    def passcode_refused(self, outcome: Outcome) -> Response:
        """What a script is told of a passcode that did not open anything."""
        if outcome.result is Result.WAIT:
            wait = self.flow.wait_text(outcome.until)
            response = self.refuse(HTTPStatus.TOO_MANY_REQUESTS, "passcode_wait", wait=wait)
            return self.flow.retry_after(response, outcome.until)
        if outcome.result is Result.LOCKED:
            return self.refuse(HTTPStatus.FORBIDDEN, "account_locked")
        return self.refuse(HTTPStatus.FORBIDDEN, "passcode_wrong", remaining=outcome.remaining or 0)


class BadBody(Exception):
    """The request's body is not what the API takes; carries the answer."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


def body() -> dict[str, Any]:
    """The JSON object that was sent. Raises BadBody.

    Only as application/json: a form of another site cannot send that without being asked first (CORS, Fetch 4.9).
    """
    if request.mimetype != "application/json":
        raise BadBody(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json")
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise BadBody(HTTPStatus.BAD_REQUEST, "malformed")
    return found


def text(values: dict[str, Any], name: str, longest: int = 4096) -> str:
    """A member that must be a text that is not empty. Raises BadBody."""
    found = values.get(name)
    if not isinstance(found, str) or not 0 < len(found) <= longest:
        raise BadBody(HTTPStatus.BAD_REQUEST, "malformed")
    return found


class Api:
    """Base of the classes that answer a script."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone


A = TypeVar("A", bound=Api)


def answers_json(view: Callable[[A], Response]) -> Callable[[A], Response]:
    """A body that cannot be used is answered in JSON too."""

    @wraps(view)
    def answer(self: A) -> Response:
        try:
            return view(self)
        except BadBody as error:
            return self.phone.refuse(error.status, error.error)

    return answer
