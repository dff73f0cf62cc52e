"""A small app around `idp.web`, to see the edge without the parts behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from idp.clock import FixedClock
from idp.db import Database
from idp.i18n import Catalogue
from idp.sessions import Authentication, SignInRequest
from idp.web import Web

IDP = Path(__file__).parent.parent.parent / "idp"
PROXY = "192.0.2.1"


@pytest.fixture
def web(db: Database, clock: FixedClock) -> Web:
    return Web(db, clock, Catalogue.load(IDP / "translations"), secure=False, trusted_proxies=(PROXY, "192.0.2.2"))


@pytest.fixture
def edge(web: Web) -> FlaskClient:
    app = Flask("idp", template_folder=str(IDP / "templates"), static_folder=str(IDP / "static"))
    web.init_app(app)
    app.register_blueprint(web.protect(_pages(web)))
    app.add_url_rule("/sign-in", "accounts.sign_in", lambda: "sign in")
    return app.test_client()


def _pages(web: Web) -> Blueprint:
    pages = Blueprint("pages", __name__)

    @pages.get("/token")
    def token() -> str:
        return web.session().csrf_token

    @pages.post("/change")
    def change() -> str:
        return "changed"

    @pages.post("/enter")
    def enter() -> str:
        web.authenticate(Authentication("lan", "urn:vn-mock:loa:1", ("pwd",), web.clock.now()))
        return "entered"

    @pages.post("/leave")
    def leave() -> str:
        web.end_session()
        return "left"

    @pages.get("/who")
    def who() -> str:
        found = web.existing_session()
        return found.authentication.subject if found and found.authentication else "nobody"

    @pages.get("/address")
    def address() -> str:
        return web.client_address()

    @pages.get("/fails")
    def fails() -> str:
        raise RuntimeError("secret detail " + request.args.get("q", ""))

    @pages.get("/ask")
    def ask() -> Response:
        return web.ask_sign_in(SignInRequest("/page"))

    @pages.get("/page")
    def page() -> Response:
        web.prefer_languages(request.args.get("ui_locales", ""))
        return web.problem(403, "common.form_expired")

    return pages
