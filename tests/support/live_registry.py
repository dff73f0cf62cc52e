"""Reaches into the database of a running provider: registers clients, and grants codes without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from live import Demo

from idp.db import Database
from idp.oauth import clients, tokens
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.client_registration import ClientRegistration
from idp.sessions import Authentication


@contextmanager
def database(demo: Demo) -> Iterator[Database]:
    db = Database(demo.environment.get("IDP_DATABASE_URL") or f"sqlite:///{demo.data_dir / 'idp.sqlite3'}")
    yield db
    db.dispose()


def register(db: Database, **values: Any) -> str:
    """Register a client with all that may be said of one; returns its identifier."""
    named = {"client_name_vi": "Máy khách thử (MÔ PHỎNG)", "client_name_en": "Test client (MOCK)", **values}
    with db.begin() as session:
        return clients.register(session, ClientRegistration(**named), datetime.now(UTC)).client_id


def grant_code(db: Database, subject: str, client_id: str, redirect_uri: str, challenge: str, *scopes: str) -> str:
    """A code, as if this person had signed in and consented just now."""
    now = datetime.now(UTC)
    request = AuthorizationRequest(client_id, redirect_uri, frozenset(scopes), code_challenge=challenge)
    who = Authentication(subject, "urn:vn-mock:loa:2", ("pwd", "pin", "mfa"), now)
    with db.begin() as session:
        return tokens.issue_code(session, request, who, "0" * 32, who.acr, now)
