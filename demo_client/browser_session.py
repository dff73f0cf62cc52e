"""The session of one browser: its name, a new one where it must not stay the same, and its end when that was told."""

from __future__ import annotations

from flask import Flask, current_app, request, session
from flask_session.base import ServerSideSession, ServerSideSessionInterface

from demo_client import sign_ins
from demo_client.portal import Portal
from demo_client.secret_values import hash_of

#: What a session holds of somebody whom the provider signed in.
SIGNED_IN = ("citizen", "representative")


def guard(app: Flask, portal: Portal) -> None:
    """Nobody is signed in by a session whose sign-in has ended, whatever other requests have written into it."""

    @app.before_request
    def check() -> None:
        if request.endpoint == "static" or not any(session.get(name) for name in SIGNED_IN):
            return
        with portal.db.read() as db:
            if sign_ins.holds(db, session_hash(), portal.clock.now()):
                return
        empty_session(portal)


def session_hash() -> str:
    """What is kept elsewhere of this session: enough to find it, not to use it."""
    assert isinstance(session._get_current_object(), ServerSideSession)  # type: ignore[attr-defined] # noqa: S101
    return hash_of(_interface().key_prefix + session.sid)  # type: ignore[attr-defined]


def renew_session(portal: Portal) -> None:
    """A new session identifier, so that one planted before signing in is worth nothing (session fixation)."""
    before = session_hash()
    _interface().regenerate(session)
    session.pop("csrf_token", None)  # known to whoever knew the old session
    if any(session.get(name) for name in SIGNED_IN):
        with portal.db.begin() as db:
            sign_ins.move(db, before, session_hash())


def empty_session(portal: Portal) -> None:
    """A new session that holds nothing; whoever was signed in by the old one no longer is."""
    with portal.db.begin() as db:
        sign_ins.end(db, session_hash())
    _interface().regenerate(session)
    session.clear()


def _interface() -> ServerSideSessionInterface:
    interface = current_app.session_interface
    assert isinstance(interface, ServerSideSessionInterface)  # noqa: S101 - set by the composer
    return interface
