"""The Flask edge that all pages share: session cookie, CSRF, language, security headers, error pages."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from idp import machine_errors, mandates, security_headers, sessions, sign_in_requests, templating
from idp.addresses import own_url, page_url, static_url
from idp.clock import Clock
from idp.db import Database
from idp.i18n import LANGUAGES, Catalogue, format_date, format_datetime, format_id_number
from idp.mandates import Mandates
from idp.page_account import PageAccount
from idp.sessions import Authentication, BrowserSession, Device, SignInRequest

TIDY_EVERY = timedelta(minutes=1)
LANGUAGE_COOKIE = "mock_vneid_lang"
ENDED_FOR = 120  # seconds
log = logging.getLogger("mock_vneid")


class Web:
    """One instance a provider, made by the composer and given to every package that has pages."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        catalogue: Catalogue,
        *,
        secure: bool,
        trusted_proxies: Iterable[str],
        cookie_suffix: str = "",
    ) -> None:
        self.db, self.clock, self.catalogue = db, clock, catalogue
        self.secure = secure
        self.trusted_proxies = frozenset(trusted_proxies)
        # __Host- binds the cookie to this host and path / (RFC 6265bis); it needs HTTPS.
        self.cookie_suffix = cookie_suffix
        self.cookie = ("__Host-mock_vneid" if secure else "mock_vneid_session") + cookie_suffix
        self._tidied: datetime | None = None
        self.account_of: Callable[[Session, str], PageAccount | None] = lambda _session, _subject: None
        self.mandates: Mandates | None = None

    # --- session -------------------------------------------------------------------------------------
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
            self._tidy()
            with self.db.begin() as session:
                found = self._start(session)
        return found

    def _start(self, session: Session) -> BrowserSession:
        secret, found = sessions.start(session, self.clock.now(), device=self.device())
        self._keep(secret, found)
        return found

    def _tidy(self) -> None:
        """Delete the sessions that are over, once a minute at most: anybody makes one by asking for a page."""
        now = self.clock.now()
        if self._tidied is None or self._tidied + TIDY_EVERY <= now:
            self._tidied = now
            with self.db.begin() as session:
                sessions.delete_expired(session, now)

    def authenticate(self, authentication: Authentication) -> BrowserSession:
        """Sign this browser in: new secret, new CSRF token, pending sign-in requests kept for the same id."""
        present = self.session()  # before the transaction: it may open one of its own
        with self.db.begin() as session:
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
        if present is None:
            self._tidy()
        with self.db.begin() as session:
            browser = present or self._start(session)
            request_id = sign_in_requests.ask_sign_in(session, browser, sign_in, self.clock.now())
        page = "applications.choose" if sign_in.create else "accounts.sign_in"
        return self.redirect(url_for(page, request=request_id))

    # --- requests ------------------------------------------------------------------------------------
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

    def protect(self, blueprint: Blueprint) -> Blueprint:
        """Every POST to this blueprint's pages must carry the session's CSRF token."""
        blueprint.before_request(self._check_csrf)
        return blueprint

    def language(self) -> str:
        """The page's language: the `lang` link, then the cookie, then Vietnamese. Found once a request."""
        found = g.get("page_language")
        if found is None:
            choices = (request.args.get("lang"), g.get("language"), request.cookies.get(LANGUAGE_COOKIE))
            found = g.page_language = next((wanted for wanted in choices if wanted in LANGUAGES), LANGUAGES[0])
        return str(found)

    def prefer_languages(self, ui_locales: str) -> None:
        """Follow `ui_locales` (OpenID Connect Core 3.1.2.1) unless the person chose a language herself."""
        if request.cookies.get(LANGUAGE_COOKIE) in LANGUAGES:
            return
        for tag in ui_locales.split():
            if tag.split("-")[0].lower() in LANGUAGES:
                g.language = g.set_language = tag.split("-")[0].lower()
                g.pop("page_language", None)
                return

    # --- responses -----------------------------------------------------------------------------------
    def t(self, key: str, **values: object) -> str:
        return self.catalogue.text(key, self.language(), **values)

    def render(
        self,
        template: str,
        http_status: int = 200,
        *,
        form_targets: Iterable[str] = (),
        framed: Iterable[str] = (),
        **context: Any,
    ) -> Response:
        """A page. `form_targets`: origins where its forms may end (CSP form-action); `framed`: those in frames."""
        name = templating.name_in(self.language(), template)
        response = make_response(render_template(name, **self._context(), **context), http_status)
        g.form_targets, g.framed = tuple(form_targets), tuple(framed)
        return response

    def redirect(self, location: str) -> Response:
        """303: the browser fetches the next page with GET and repeats no form (RFC 9700 4.12)."""
        response = redirect(location, code=HTTPStatus.SEE_OTHER)
        assert isinstance(response, Response)  # noqa: S101
        return response

    def problem(self, status: int, key: str, *, code: str = "", reference: str = "", **values: object) -> Response:
        """An error page from the messages under `key`."""
        texts = self.catalogue.problem(key, self.language(), **values)
        return self.render("error.html", status, status=status, code=code, reference=reference, **texts)

    def json(self, body: Mapping[str, object], status: int = HTTPStatus.OK) -> Response:
        """The answer to a script of our own pages."""
        response = make_response(jsonify(body), status)
        response.headers["Cache-Control"] = "no-store"
        return response

    def json_problem(self, status: int, error: str, key: str, **values: object) -> Response:
        """An error for a script: `error` for it to act on, `message` for the person."""
        return self.json({"error": error, "message": self.t(key, **values)}, status)

    # --- wiring --------------------------------------------------------------------------------------
    def init_app(self, app: Flask) -> None:
        app.before_request(machine_errors.refuse_encoded)
        app.after_request(self._finish)
        app.register_error_handler(HTTPException, self._http_error)
        app.register_error_handler(Exception, self._failure)
        templating.use(app, self.catalogue, files := static_url(app))
        own = {"t": self.t, "csrf_token": lambda: self.session().csrf_token}
        app.jinja_env.globals.update(own, static_url=files, url_for=page_url(app))
        app.jinja_env.filters.update(
            date=lambda value: format_date(value, self.language()),
            datetime=lambda value: format_datetime(value, self.language()),
            id_number=format_id_number,
        )

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

    def _check_csrf(self) -> Response | None:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        found = self.existing_session()
        # A script sends the token as a header, which no form of another site can (OWASP CSRF prevention).
        sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
        if found is None or not hmac.compare_digest(sent.encode(), found.csrf_token.encode()):
            if request.is_json:
                return self.json_problem(HTTPStatus.BAD_REQUEST, "form_expired", "common.form_expired.todo")
            return self.problem(HTTPStatus.BAD_REQUEST, "common.form_expired")
        return None

    def _context(self) -> dict[str, Any]:
        lang = self.language()
        other = LANGUAGES[1 - LANGUAGES.index(lang)]
        query = {**request.args.to_dict(), "lang": other}
        return {
            "lang": lang,
            "page_account": self._page_account(),
            "switch_language_url": own_url(query),
        }

    def _page_account(self) -> PageAccount | None:
        found = self.existing_session()
        if found is None or (who := found.authentication) is None:
            return None
        with self.db.look() as session:
            account = self.account_of(session, who.subject)
            organisation = self.account_of(session, who.acting_for) if who.acting_for else None
        return replace(account, acting_for=organisation.display_name) if account and organisation else account

    def _finish(self, response: Response) -> Response:
        known: Any = g._get_current_object()  # each use of a proxy looks for its object anew
        if secret := known.get("session_secret"):
            response.set_cookie(self.cookie, secret, secure=self.secure, httponly=True, samesite="Lax", path="/")
        elif secret == "":
            response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="Lax", path="/")
        if known.get("ended_session"):
            kept: dict[str, Any] = {"secure": self.secure, "httponly": True, "samesite": "Lax"}
            response.set_cookie(self._ended_cookie, known.ended_session, max_age=ENDED_FOR, **kept)
        chosen = request.args.get("lang") if request.args.get("lang") in LANGUAGES else known.get("set_language")
        if chosen:
            response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, secure=self.secure, samesite="Lax")
        said = {name.lower() for name, _ in response.headers}
        told = security_headers.headers(known.get("form_targets", ()), known.get("framed", ()), secure=self.secure)
        response.headers.extend((name, value) for name, value in told.items() if name.lower() not in said)
        if "cache-control" not in said and request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    def _http_error(self, error: HTTPException) -> Response:
        if isinstance(error.response, Response):
            return error.response
        known = f"common.http_{(status := error.code or 500)}"
        key = known if f"{known}.title" in self.catalogue.messages else "common.http_other"
        return machine_errors.with_headers(error, machine_errors.answer(error) or self.problem(status, key))

    def _failure(self, error: Exception) -> Response:
        reference = secrets.token_hex(4)
        log.error("unexpected failure, reference %s", reference, exc_info=error)
        return machine_errors.failure(reference) or self.problem(500, "common.http_500", reference=reference)
