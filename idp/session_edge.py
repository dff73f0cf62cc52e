"""The browser's session at the Flask edge: found by its cookie, begun, renewed by a sign-in, ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Response, g, redirect, request, url_for
from sqlalchemy.orm import Session

from idp import mandates, sessions, sign_in_requests
from idp.clock import Clock
from idp.db import Database
from idp.mandates import Mandates
from idp.sessions import Authentication, BrowserSession, Device, SignInRequest

TIDY_EVERY = timedelta(minutes=1)
ENDED_FOR = 120  # seconds


class SessionEdge:
    """What `idp.web.Web` knows of the browser that calls."""

    def __init__(
        self, db: Database, clock: Clock, *, secure: bool, trusted_proxies: Iterable[str], cookie_suffix: str
    ) -> None:
        self.db, self.clock = db, clock
        self.secure = secure
        self.trusted_proxies = frozenset(trusted_proxies)
        # __Host- binds the cookie to this host and path / (RFC 6265bis); it needs HTTPS.
        self.cookie_suffix = cookie_suffix
        self.cookie = ("__Host-mock_vneid" if secure else "mock_vneid_session") + cookie_suffix
        self._tidied: datetime | None = None
        self.mandates: Mandates | None = None
        #: `url_for`, quicker where the address is always the same (`idp.addresses.page_url`).
        self.address: Callable[..., str] = url_for

    def existing_session(self) -> BrowserSession | None:
        """This browser's session, or None where it has none yet."""
        kept: Any = g._get_current_object()
        if "browser_session" not in kept:
            kept.browser_session = self._load()
        found: BrowserSession | None = kept.browser_session
        return found

    def session(self) -> BrowserSession:
        """This browser's session; an anonymous one is started where there is none."""
        found = self.existing_session()
        if found is None:
            with self.db.begin() as session:
                found = self._start(session)
        return found

    def _start(self, session: Session) -> BrowserSession:
        self._tidy(session)
        secret, found = sessions.start(session, self.clock.now(), device=self.device())
        self._keep(secret, found)
        return found

    def _tidy(self, session: Session) -> None:
        """Delete the sessions that are over, once a minute at most: anybody makes one by asking for a page."""
        now = self.clock.now()
        if self._tidied is None or self._tidied + TIDY_EVERY <= now:
            self._tidied = now
            sessions.delete_expired(session, now)

    def authenticate(self, authentication: Authentication) -> BrowserSession:
        """Sign this browser in: new secret, new CSRF token, pending sign-in requests kept for the same id."""
        present = self.session()  # before the transaction: it may open one of its own
        with self.db.begin() as session:
            return self.authenticate_in(session, present, authentication)

    def authenticate_in(
        self, session: Session, present: BrowserSession, authentication: Authentication
    ) -> BrowserSession:
        """The same, in the transaction that proves who she is."""
        secret, renewed = sessions.renew(session, present, authentication, self.clock.now(), self.device())
        self._keep(secret, renewed)
        return renewed

    def act_for(self, organisation: str | None) -> None:
        """The person goes on for an organisation, or (None) for herself: new secret, new CSRF token."""
        present = self.session()
        with self.db.begin() as session:
            secret, changed = sessions.act_for(session, present, organisation)
        self._keep(secret, changed)

    def end_session(self) -> None:
        """Sign this browser out and forget its cookie."""
        found = self.existing_session()
        if found is not None:
            with self.db.begin() as session:
                sessions.end(session, found.id)
            g.ended_session = found.id if found.authentication else None
        g.browser_session = None
        g.session_secret = ""

    @property
    def _ended_cookie(self) -> str:
        return f"{self.cookie}_ended"

    def ended_session(self) -> str | None:
        """The session that this browser was in until a moment ago: services opened in it are still to be told."""
        return request.cookies.get(self._ended_cookie)

    def ask_sign_in(self, sign_in: SignInRequest) -> Response:
        """Send the browser to the sign-in page, or first to where accounts are applied for."""
        present = self.existing_session()  # before the transaction: it may open one of its own
        with self.db.begin() as session:
            return self.ask_sign_in_of(session, present, sign_in)

    def ask_sign_in_of(self, session: Session, present: BrowserSession | None, sign_in: SignInRequest) -> Response:
        """The same, in the transaction that found it necessary."""
        browser = present or self._start(session)
        request_id = sign_in_requests.ask_sign_in(session, browser, sign_in, self.clock.now())
        page = "applications.choose" if sign_in.create else "accounts.sign_in"
        return self.redirect(self.address(page, request=request_id))

    def client_address(self) -> str:
        """The caller's address; X-Forwarded-For counts only where a named proxy sent it."""
        peer = request.remote_addr or "unknown"
        if peer not in self.trusted_proxies:
            return peer
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        return next((hop for hop in reversed(hops) if hop not in self.trusted_proxies), peer)

    def device(self) -> Device:
        """What the caller's browser says of itself, printable, and where it calls from."""
        told = "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())
        return Device(told, self.client_address())

    def redirect(self, location: str) -> Response:
        """303: the browser fetches the next page with GET and repeats no form (RFC 9700 4.12)."""
        response = redirect(location, code=HTTPStatus.SEE_OTHER)
        assert isinstance(response, Response)  # noqa: S101
        return response

    def _load(self) -> BrowserSession | None:
        secret = request.cookies.get(self.cookie)
        if not secret:
            return None
        now = self.clock.now()
        with self.db.look() as session:
            found = sessions.find(session, secret, now)
        if found is not None and found.needs_touch(now):
            with self.db.begin() as session:
                sessions.touch(session, found.id, now)
        if found is not None and self.mandates is not None and mandates.acts(found):
            return mandates.without_lapsed(self.db, self.mandates, found, now)
        return found

    def _keep(self, secret: str, session: BrowserSession) -> None:
        g.session_secret, g.browser_session = secret, session

    def _set_cookies(self, response: Response, known: Any) -> None:
        """What `known` (flask.g) says has become of the session on the way."""
        kept: dict[str, Any] = {"secure": self.secure, "httponly": True, "samesite": "Lax"}
        if secret := known.get("session_secret"):
            response.set_cookie(self.cookie, secret, path="/", **kept)
        elif secret == "":
            response.delete_cookie(self.cookie, **kept)
        if known.get("ended_session"):
            response.set_cookie(self._ended_cookie, known.ended_session, max_age=ENDED_FOR, **kept)
