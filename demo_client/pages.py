"""The portal's web edge: language, security headers, rendering and error pages."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, g, make_response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from demo_client import machine_errors
from demo_client.citizen import Citizen
from demo_client.config import Config
from demo_client.display import Display
from demo_client.i18n import (
    LANGUAGES,
    Messages,
    Text,
    format_date,
    format_datetime,
    format_id_number,
    format_money,
)
from demo_client.page_problems import tell_at_top, told_at_top
from demo_client.representative import Representative
from demo_client.type_names import TypeNames

LANGUAGE_COOKIE = "mock_portal_lang"
YEAR = 31_536_000
log = logging.getLogger("mock_portal")


@dataclass(frozen=True)
class PageAccount:
    """Who is signed in, as the page header shows it."""

    display_name: str
    clerk: bool = False


def citizen() -> Citizen | None:
    """The person signed in at this browser."""
    kept = session.get("citizen")
    return Citizen(**kept) if kept else None


def representative() -> Representative | None:
    """Who acts for an organisation at this browser."""
    kept = session.get("representative")
    return Representative(**kept) if kept else None


class Pages:
    """Made once by the composer."""

    def __init__(self, config: Config, messages: Messages, names: TypeNames) -> None:
        self.config, self.messages = config, messages
        self.display = Display(messages, names, self.language)
        parts = urlsplit(config.issuer)
        self.provider_origin = f"{parts.scheme}://{parts.netloc}"

    # --- language ------------------------------------------------------------------------------------
    def language(self) -> str:
        """The `lang` link, then the cookie, then Vietnamese."""
        for wanted in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
            if wanted in LANGUAGES:
                return str(wanted)
        return LANGUAGES[0]

    def t(self, key: str, **values: object) -> str:
        return self.messages.text(key, self.language(), **values)

    # --- responses -----------------------------------------------------------------------------------
    def render(self, template: str, http_status: int = 200, **context: Any) -> Response:
        return make_response(render_template(template, **self._context(), **context), http_status)

    def redirect(self, location: str) -> Response:
        """303: the browser fetches the next page with GET and repeats no form."""
        return make_response(redirect(location, code=HTTPStatus.SEE_OTHER))

    def problem(self, status: int, key: str, *, code: str = "", reference: str = "", **values: object) -> Response:
        """An error page from the four messages `key`.title, .what, .why and .todo."""
        texts = {part: self.t(f"{key}.{part}", **values) for part in ("title", "what", "why", "todo")}
        return self.render("error.html", status, status=status, code=code, reference=reference, **texts)

    def for_frame(self, key: str) -> Response:
        """A line of text that the provider, and nobody else, may show in a frame of its page."""
        g.framed = True
        return Response(self.t(key), mimetype="text/plain")

    def for_persons(self, acting: Representative, back: str, level: int = 1) -> Response:
        """What a private person alone can do is refused to an organisation's session."""
        again = url_for("authentication.sign_in", level=level, next=back)
        return self.render("for_persons.html", HTTPStatus.FORBIDDEN, representative=acting, again=again)

    def _page_account(self) -> PageAccount | None:
        """Whoever is signed in here: at the desk's own pages the clerk, else the citizen, else a clerk elsewhere."""
        person, acting, clerk = citizen(), representative(), bool(session.get("clerk"))
        if clerk and (request.path.startswith("/clerk") or not (person or acting)):
            return PageAccount(self.t("common.page.clerk"), clerk=True)
        if acting is not None:
            return PageAccount(self.t("common.page.acting_for", name=acting.organisation_name))
        return PageAccount(person.name) if person else None

    # --- wiring --------------------------------------------------------------------------------------
    def init_app(self, app: Flask) -> None:
        app.after_request(self._finish)
        app.register_error_handler(CSRFError, lambda _error: self.problem(400, "common.form_expired"))
        app.register_error_handler(HTTPException, self._http_error)
        app.register_error_handler(Exception, self._failure)
        static_url = _static_url(Path(str(app.static_folder)))
        app.jinja_env.globals.update(t=self.t, has=self.messages.has, static_url=static_url)
        app.jinja_env.globals.update(tell_at_top=tell_at_top, told_at_top=told_at_top)
        app.jinja_env.filters.update(
            date=lambda value: format_date(value, self.language()),
            datetime=lambda value: format_datetime(value, self.language()),
            money=lambda value: format_money(value, self.language()),
            text=self._text,
            id_number=format_id_number,
        )
        self.display.init_app(app)

    def _text(self, value: Text | Mapping[str, str]) -> str:
        """A text of the catalogue, or one kept with a dossier, in the page's language."""
        return (value if isinstance(value, Text) else Text(**value)).in_language(self.language())

    def _context(self) -> dict[str, Any]:
        lang, account = self.language(), self._page_account()
        other = LANGUAGES[1 - LANGUAGES.index(lang)]
        query = {**request.args.to_dict(), "lang": other} if request.method == "GET" else {"lang": other}
        return {
            "lang": lang,
            "csrf_token": generate_csrf,
            "page_account": account,
            "switch_language_url": f"{request.script_root}{request.path}?{urlencode(query)}",
            "sign_in_url": url_for("authentication.sign_in"),
            "sign_out_url": url_for("clerk.sign_out" if account and account.clerk else "authentication.sign_out"),
        }

    def _finish(self, response: Response) -> Response:
        chosen = request.args.get("lang")
        if chosen in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, str(chosen), max_age=YEAR, secure=self.config.secure, samesite="Lax")
        for name, value in self._headers().items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _headers(self) -> dict[str, str]:
        headers = {
            # Forms may end at the provider: signing in, signing out and the wallet begin with a POST here.
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
                "connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
                f"form-action 'self' {self.provider_origin}"
            ),
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            # The wallet must see that our page led there, or it asks whether she began this; the origin says no more.
            "Referrer-Policy": "strict-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(), microphone=(), camera=()",
        }
        if self.config.secure:
            headers["Strict-Transport-Security"] = f"max-age={YEAR}"
        if g.get("framed", False):
            # X-Frame-Options cannot name an origin.
            del headers["X-Frame-Options"]
            headers["Content-Security-Policy"] = f"default-src 'none'; frame-ancestors {self.provider_origin}"
        return headers

    def _http_error(self, error: HTTPException) -> Response:
        if isinstance(error.response, Response):
            return error.response
        status = error.code or 500
        if machine_errors.for_program():
            return machine_errors.with_allow(error, machine_errors.answer(status))
        known = f"common.http_{status}"
        page = self.problem(status, known if self.messages.has(f"{known}.title") else "common.http_other")
        return machine_errors.with_allow(error, page)

    def _failure(self, error: Exception) -> Response:
        reference = secrets.token_hex(4)
        log.error("unexpected failure, reference %s", reference, exc_info=error)
        if machine_errors.for_program():
            return machine_errors.answer(500, f"Unexpected failure, reference {reference}.")
        return self.problem(HTTPStatus.INTERNAL_SERVER_ERROR, "common.http_500", reference=reference)


def _static_url(folder: Path) -> Callable[[str], str]:
    versions: dict[str, str] = {}

    def static_url(path: str) -> str:
        if path not in versions:
            versions[path] = f"{(folder / path).stat().st_mtime_ns:x}"[-8:]
        return url_for("static", filename=path, v=versions[path])

    return static_url
