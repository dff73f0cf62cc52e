"""What tests of the client registry share: a token, a request, and its answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from werkzeug.test import TestResponse

from idp.oauth import store
from idp.oauth.initial_access_tokens import SCOPE
from idp.oauth.models import Client
from idp.oauth.registry import Registry
from tests.oauth.conftest import REDIRECT, Provider

PATH = "/connect/register"
WANTED: dict[str, Any] = {"redirect_uris": [REDIRECT], "client_name": "Sổ khám bệnh"}


def initial_token(provider: Provider, *, scope: str = SCOPE, uses: int = 5, days: int = 7) -> str:
    with provider.db.begin() as session:
        made = Registry(provider.audit, "test").make_token(
            session, "a test", scope, uses, timedelta(days=days), provider.clock.now()
        )
    return made.token


def post(provider: Provider, token: str | None, body: object = None, **settings: Any) -> TestResponse:
    """Send a registration request; `data` in the settings stands for another body than JSON of `body`."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    sent = settings if "data" in settings else {"json": WANTED if body is None else body, **settings}
    return provider.app.test_client().post(PATH, headers=headers, **sent)


def registered(provider: Provider, **changes: Any) -> dict[str, Any]:
    answer = post(provider, initial_token(provider), {**WANTED, **changes})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def manage(
    provider: Provider, method: str, body: dict[str, Any], token: str | None = None, **sent: Any
) -> TestResponse:
    """Call the client configuration endpoint of the client that `body` describes."""
    headers = {"Authorization": f"Bearer {token or body['registration_access_token']}"}
    path = body["registration_client_uri"].removeprefix(provider.services.issuer)
    return provider.app.test_client().open(path, method=method, headers=headers, **sent)


def update_of(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An update of what was told, as RFC 7592 2.2 wants it: without the registry's own members."""
    told = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
    kept = {name: value for name, value in body.items() if name not in told}
    return {name: value for name, value in {**kept, **changes}.items() if value is not None}


def kept(provider: Provider, client_id: str) -> Client | None:
    with provider.db.read() as session:
        found = store.registered_client(session, client_id)
        session.expunge_all()
        return found


def count(provider: Provider) -> int:
    with provider.db.read() as session:
        return len(store.clients(session))
