"""The Flask edge that all pages share: CSRF, language, security headers, errors. Sessions: `idp.session_edge`."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from idp import machine_errors, security_headers, templating
from idp.addresses import own_url, page_url, static_url
from idp.clock import Clock
from idp.db import Database
from idp.i18n import LANGUAGES, Catalogue, format_date, format_datetime, format_id_number
from idp.page_account import PageAccount
from idp.page_problems import tell_at_top, told_at_top
from idp.session_edge import SessionEdge

LANGUAGE_COOKIE = "mock_vneid_lang"
log = logging.getLogger("mock_vneid")


class Web(SessionEdge):
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
        super().__init__(db, clock, secure=secure, trusted_proxies=trusted_proxies, cookie_suffix=cookie_suffix)
        self.catalogue = catalogue
        self.account_of: Callable[[Session, str], PageAccount | None] = lambda _session, _subject: None

    # --- requests ------------------------------------------------------------------------------------
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
        self.address = page_url(app)
        own = {"t": self.t, "csrf_token": lambda: self.session().csrf_token}
        app.jinja_env.globals.update(own, static_url=files, url_for=self.address)
        app.jinja_env.globals.update(tell_at_top=tell_at_top, told_at_top=told_at_top)
        app.jinja_env.filters.update(
            date=lambda value: format_date(value, self.language()),
            datetime=lambda value: format_datetime(value, self.language()),
            id_number=format_id_number,
        )

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
        self._set_cookies(response, known)
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
