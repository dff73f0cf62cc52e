"""The Flask application, without what no page here uses: coroutines, and Flask's own session in a cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface


class NoSession(SessionInterface):
    """Sessions are kept in the database (`idp.sessions`); whoever writes to Flask's is told so by NullSession."""

    def __init__(self) -> None:
        self._none = NullSession()

    def open_session(self, app: Flask, request: Any) -> NullSession:
        return self._none

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Nothing is there to be saved."""


class Application(Flask):
    """Flask asks of each function that it calls whether it is a coroutine: ours never are."""

    session_interface = NoSession()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
