"""JWTs whose header holds what no header should: they are refused as any other forgery, never a failure of ours."""

from __future__ import annotations

import base64
import json

import pytest

from tests.oauth.conftest import Provider
from tests.oauth.test_oauth_private_key_jwt import claims, redeem, signing

__all__ = ["signing"]

HEADERS: list[object] = [
    {"crit": 5},
    {"crit": [5]},
    {"crit": [{}]},
    {"crit": "exp"},
    {"crit": None},
    {"crit": ["b64"], "b64": False},
    {"alg": 5},
    {"alg": ["ES256"]},
    {"alg": {}},
    {"alg": None},
    {"kid": 5},
    {"kid": ["sig-1"]},
    {"kid": {}},
    {"typ": 5},
    {"jwk": 5},
    {"x5c": 5},
    [],
    "ES256",
    5,
    None,
]
hostile = pytest.mark.parametrize("header", HEADERS, ids=lambda header: json.dumps(header))


def forged(header: object, payload: object) -> str:
    head = {"alg": "ES256", "kid": "sig-1", **header} if isinstance(header, dict) else header
    parts = (json.dumps(head).encode(), json.dumps(payload).encode(), b"s" * 64)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@hostile
def test_a_client_assertion(signing: Provider, header: object) -> None:
    """RFC 6749 5.2: the one answer to every failed authentication."""
    response = redeem(signing, forged(header, claims(signing)))
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")


@hostile
def test_an_id_token_hint(provider: Provider, header: object) -> None:
    """OpenID Connect Core 3.1.2.6 and RP-Initiated Logout 4: the request is refused."""
    token = forged(header, {"iss": "x", "aud": "rp", "sub": "s"})
    assert "error" in provider.answer(id_token_hint=token)
    page = provider.browser.get("/end-session", query_string={"id_token_hint": token, "client_id": "rp"})
    assert page.status_code == 400


@pytest.mark.parametrize(
    "name",
    ["state", "nonce", "scope", "login_hint", "ui_locales", "claims", "acr_values", "code_challenge"],
)
@pytest.mark.parametrize("value", ["\0", "a\0b", '{"userinfo": {"\\u0000": null}}', "\ud7ff\uffff"])
def test_a_parameter_that_no_database_takes(provider: Provider, name: str, value: str) -> None:
    """PostgreSQL takes no NUL in a text: what is kept of a request may hold none."""
    assert provider.authorize(**{name: value}).status_code < 500


@pytest.mark.parametrize("path", ["authorize/continue", "authorize/cancel"])
def test_an_address_that_no_database_takes(provider: Provider, path: str) -> None:
    """The same for the ids of requests."""
    provider.authorize()
    assert provider.browser.get(f"/{path}?request=%00").status_code < 500


def test_a_code_that_no_database_takes(provider: Provider) -> None:
    """And for codes and verifiers at the token endpoint."""
    for changes in ({"code": "\0"}, {"code_verifier": "\0" * 43}, {"redirect_uri": "\0"}):
        assert provider.redeem(**{"code": provider.code(), **changes}).status_code == 400
