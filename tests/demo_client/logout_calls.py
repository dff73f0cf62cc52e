"""Logout tokens of the fake provider, and a browser that is signed in (Back-Channel Logout 1.0 2.4, 2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from portal_provider import FakeProvider
from werkzeug.test import TestResponse

from demo_client.app import create_app
from demo_client.clock import FixedClock
from demo_client.config import Config
from tests.demo_client.test_demo_sign_in import sign_in

EVENT = "http://schemas.openid.net/event/backchannel-logout"
SID = "session-at-the-provider"
PATH = "/auth/backchannel-logout"
both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def claims(provider: FakeProvider, **changes: Any) -> dict[str, Any]:
    """What the provider says; a change to None leaves a claim out."""
    now = int(provider.clock.now().timestamp())
    said = {
        "iss": provider.issuer,
        "aud": "demo-portal",
        "iat": now,
        "exp": now + 120,
        "jti": "jti-1",
        "sub": "pairwise-lan",
        "sid": SID,
        "events": {EVENT: {}},
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def token(
    provider: FakeProvider, header: dict[str, Any] | None = None, key: ECKey | None = None, **changes: Any
) -> str:
    head = {"alg": "ES256", "kid": "op-1", "typ": "logout+jwt", **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims(provider, **changes), key or provider.key)


def tell(browser: FlaskClient, logout_token: str, **more: Any) -> TestResponse:
    """As the provider's server: without any cookie."""
    return browser.application.test_client().post(PATH, data={"logout_token": logout_token}, **more)


def signed_in(browser: FlaskClient) -> bool:
    return browser.get("/dossiers").status_code == 200


@pytest.fixture
def browser(portal_config: Config, portal_clock: FixedClock, provider: FakeProvider) -> Iterator[FlaskClient]:
    """Lan is signed in."""
    app = create_app(replace(portal_config, issuer=provider.issuer), portal_clock)
    with app.test_client() as client:
        sign_in(client, provider)
        yield client
    app.extensions["mock_portal"].db.dispose()


def refused(browser: FlaskClient, logout_token: str, why: str) -> None:
    """Section 2.8: 400 with a JSON error, never cached; and nobody is signed out."""
    answer = tell(browser, logout_token)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_request"
    assert why in answer.get_json()["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert signed_in(browser)


def rows(browser: FlaskClient, table: str) -> int:
    from sqlalchemy import text

    with browser.application.extensions["mock_portal"].db.read() as db:
        return int(db.execute(text(f"select count(*) from {table}")).scalar_one())
