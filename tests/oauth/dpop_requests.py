"""Requests of the client `rp` with DPoP, and what a refused proof looks like."""

from __future__ import annotations

from typing import Any

from dpop_sender import DPoPSender
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider, basic

TOKEN, USERINFO = f"{ISSUER}/token", f"{ISSUER}/userinfo"
ES256 = DPoPSender()


def post(
    provider: Provider, proof: str | None, headers: list[tuple[str, str]] | None = None, **fields: str
) -> TestResponse:
    """A token request of `rp` with a DPoP header."""
    sent = [("Authorization", basic("rp", provider.secret))] if provider.secret else []
    sent += [("DPoP", proof)] if proof is not None else []
    return provider.app.test_client().post("/token", data=fields, headers=[*sent, *(headers or [])])


def redeem(provider: Provider, proof: str | None, code: str | None = None, **changes: str) -> TestResponse:
    fields = {
        "grant_type": "authorization_code",
        "code": code or provider.code(scope="openid offline_access"),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **({} if provider.secret else {"client_id": "rp"}),
        **changes,
    }
    return post(provider, proof, **fields)


def refresh(provider: Provider, proof: str | None, token: str) -> TestResponse:
    named = {} if provider.secret else {"client_id": "rp"}
    return post(provider, proof, grant_type="refresh_token", refresh_token=token, **named)


def at_token(provider: Provider, sender: DPoPSender = ES256, **changes: Any) -> str:
    return sender.proof("POST", TOKEN, provider.clock.now(), **changes)


def tokens(provider: Provider, sender: DPoPSender = ES256) -> dict[str, Any]:
    response = redeem(provider, at_token(provider, sender))
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.get_json()
    return body


def userinfo(provider: Provider, token: str, proof: str | None, scheme: str = "DPoP") -> TestResponse:
    headers = [("Authorization", f"{scheme} {token}"), *([("DPoP", proof)] if proof is not None else [])]
    return provider.app.test_client().get("/userinfo", headers=headers)


def at_userinfo(provider: Provider, token: str, sender: DPoPSender = ES256, **changes: Any) -> str:
    return sender.proof("GET", USERINFO, provider.clock.now(), **{"access_token": token, **changes})


def assert_proof_refused(response: TestResponse, status: int = 400) -> None:
    assert (response.status_code, response.get_json()["error"]) == (status, "invalid_dpop_proof"), response.text
    assert response.headers["Cache-Control"] == "no-store"
