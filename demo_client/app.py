"""The portal's composer: reads what it needs once, wires the parts, and makes the Flask application."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, jsonify
from flask_session import Session
from flask_wtf import CSRFProtect

from demo_client import browser_session, hosts, sign_ins
from demo_client.background import Background, Patience
from demo_client.clock import Clock, SystemClock
from demo_client.config import Config
from demo_client.db import Database
from demo_client.decision import Judge
from demo_client.endpoints import (
    application,
    authentication,
    clerk,
    counter,
    dossiers,
    logout,
    presentation,
    procedures,
    showing,
    wallet_api,
)
from demo_client.i18n import Messages
from demo_client.keys import load_keys, load_root
from demo_client.last_lists import LastLists
from demo_client.lists import Lists, Source
from demo_client.outbound import Fetcher
from demo_client.pages import Pages
from demo_client.portal import Portal
from demo_client.procedures.loading import load
from demo_client.provider import Provider
from demo_client.provider_keys import ProviderKeys
from demo_client.session_store import SessionStore
from demo_client.throttling import Throttle
from demo_client.type_names import TypeNames

HERE = Path(__file__).parent
MAX_BODY = 1_200_000  # the largest encrypted answer that is read, and its form
SIGNED_IN_KEPT, NAMELESS_KEPT = 10_000, 2_000  # sessions


def create_app(
    config: Config, clock: Clock | None = None, source: Source | None = None, patience: Patience | None = None
) -> Flask:
    """The portal. `source` replaces fetching in tests. Raises ConfigError for missing keys or root."""
    clock = clock or SystemClock()
    app = Flask(__name__, template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    keys, root = load_keys(config.keys), load_root(config.root)
    sessions = _configure(app, config)
    db = Database(config.database_url)
    db.upgrade()
    source = source or Fetcher(config.issuer, config.ca_bundle)
    background = Background(source)
    last_lists = LastLists(background, config.issuer, root, db, config.trust_bundle, patience)
    names = TypeNames(background, config.issuer, clock, last_lists.metadata, patience)
    pages = Pages(config, Messages.load(HERE / "translations"), names)
    pages.init_app(app)
    hosts.guard(app, config.url, config.host, config.allowed_hosts)
    provider = Provider(app, config, keys, clock)
    lists = Lists(source, config.issuer)
    portal = Portal(
        config=config,
        clock=clock,
        db=db,
        pages=pages,
        keys=keys,
        procedures=load(),
        judge=Judge(root, lists, config.client_id, last_lists.types),
        last_lists=last_lists,
        provider=provider,
        provider_keys=ProviderKeys(provider.jwks),
        sessions=sessions,
        clerk_throttle=Throttle(5, timedelta(minutes=5)),
    )
    app.extensions["mock_portal"] = portal
    _register(app, portal)
    return app


def _configure(app: Flask, config: Config) -> SessionStore:
    config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = config.data_dir / "portal-sessions"
    sessions = SessionStore(folder, signed_in=SIGNED_IN_KEPT, nameless=NAMELESS_KEPT)
    app.config.update(
        SECRET_KEY=_secret_key(config.data_dir / "portal-secret.key"),
        SESSION_TYPE="cachelib",
        SESSION_CACHELIB=sessions,
        SESSION_PERMANENT=False,
        # A request that changes nothing must not write back what it read: another may have written meanwhile.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=sign_ins.LASTS,
        # Cookies ignore ports, so the name differs from the provider's; __Host- needs HTTPS.
        SESSION_COOKIE_NAME=("__Host-mock_portal" if config.secure else "mock_portal_session") + config.cookie_suffix,
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form is good as long as its session
        WTF_CSRF_SSL_STRICT=False,  # Referer is not always sent; the token is what counts
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
    )
    Session(app)
    return sessions


def _secret_key(path: Path) -> bytes:
    """What CSRF tokens are signed with; kept, so that open forms survive a restart."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as stream:
        key = secrets.token_bytes(32)
        stream.write(key)
    return key


def _register(app: Flask, portal: Portal) -> None:
    browser_session.guard(app, portal)
    csrf = CSRFProtect(app)
    for module in (procedures, authentication, application, showing, presentation, dossiers, clerk, counter):
        app.register_blueprint(module.create_blueprint(portal))
    # The wallet's and the provider's servers have no session here; state and nonce, or a signature, protect these.
    for module in (wallet_api, logout):
        called = module.create_blueprint(portal)
        csrf.exempt(called)
        app.register_blueprint(called)

    @app.get("/healthz")
    def healthy() -> Response:
        """For whoever starts the portal and waits until it is there."""
        return jsonify(status="ok")
