"""Logout tokens of the fake provider, and the post that brings one (Back-Channel Logout 1.0 sections 2.4 and 2.5)."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from portal_provider import FakeProvider
from werkzeug.test import TestResponse

EVENT = "http://schemas.openid.net/event/backchannel-logout"
SID = "session-at-the-provider"
PATH = "/auth/backchannel-logout"


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
