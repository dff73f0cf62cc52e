"""Errors that no endpoint makes itself, where programs call: JSON, with what the status obliges to (RFC 9110)."""

from __future__ import annotations

import re

import pytest

from tests.oauth.conftest import Provider, basic

ENDPOINTS = {
    "/token": "POST", "/par": "POST", "/introspect": "POST", "/revoke": "POST", "/connect/register": "POST",
    "/userinfo": "GET", "/jwks": "GET", "/.well-known/openid-configuration": "GET", "/connect/register/rp": "PUT",
}  # fmt: skip


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_method_that_is_not_allowed(provider: Provider, path: str) -> None:
    """15.5.6: 405 MUST have Allow."""
    answer = provider.app.test_client().patch(path)
    assert (answer.status_code, answer.get_json()["error"]) == (405, "invalid_request")
    assert ENDPOINTS[path] in answer.headers["Allow"].split(", ")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "schemes"),
    [
        *(("POST", path, ["Basic"]) for path in ("/token", "/par", "/introspect", "/revoke")),
        *((method, "/userinfo", ["Bearer", "DPoP"]) for method in ("GET", "POST")),
        ("POST", "/connect/register", ["Bearer"]),
        *((method, "/connect/register/rp", ["Bearer"]) for method in ("GET", "PUT", "DELETE")),
    ],
)
def test_every_401_has_a_challenge(provider: Provider, method: str, path: str, schemes: list[str]) -> None:
    """15.5.2: MUST have one that is of use there, whatever was sent, or nothing was (RFC 6749 5.2, RFC 9449 7.2)."""
    for authorization in (None, "Bearer x", "DPoP x", "Basic eDp5", "Digest x", "x"):
        headers = {} if authorization is None else {"Authorization": authorization}
        data = {"client_id": "rp", "token": "x", "grant_type": "refresh_token"} if method == "POST" else {}
        answer = provider.app.test_client().open(path, method=method, data=data, headers=headers)
        assert answer.status_code == 401
        (challenge,) = answer.headers.getlist("WWW-Authenticate")
        expected = ["DPoP"] if authorization == "DPoP x" and path == "/userinfo" else schemes
        assert re.findall(r"(?:^|, )(Basic|Bearer|DPoP) \w+=", challenge) == expected


@pytest.mark.parametrize("path", ["/token/x", "/connect", "/.well-known/x", "/status-lists/x/y/z"])
def test_nothing_there(provider: Provider, path: str) -> None:
    answer = provider.app.test_client().get(path)
    assert (answer.status_code, answer.get_json()["error"]) == (404, "not_found")


def test_people_get_a_page(provider: Provider) -> None:
    """With Allow all the same."""
    browser = provider.app.test_client()
    missing, wrong = browser.get("/nowhere"), browser.patch("/authorize")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert (missing.mimetype, wrong.mimetype) == ("text/html", "text/html")
    assert {"GET", "POST"} <= set(wrong.headers["Allow"].split(", "))


@pytest.mark.parametrize("path", [path for path, method in ENDPOINTS.items() if method == "POST"])
@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
def test_an_encoded_body(provider: Provider, path: str, coding: str) -> None:
    """8.4, 15.5.16: 415, and in Accept-Encoding what would have been taken."""
    headers = {"Content-Encoding": coding, "Authorization": basic("rp", provider.secret)}
    answer = provider.app.test_client().post(path, data=b"\x1f\x8b", headers=headers)
    assert (answer.status_code, answer.get_json()["error"]) == (415, "invalid_request")
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_body_that_says_it_is_not_encoded(provider: Provider) -> None:
    headers = {"Content-Encoding": "Identity", "Authorization": basic("rp", provider.secret)}
    answer = provider.app.test_client().post("/revoke", data={"token": "x"}, headers=headers)
    assert answer.status_code == 200


def test_a_body_too_large_at_the_registry(provider: Provider) -> None:
    """413 in JSON too, from whichever part of the request it comes."""
    answer = provider.app.test_client().post("/userinfo", data={"access_token": "x" * 70_000})
    assert (answer.status_code, answer.get_json()["error"]) == (413, "invalid_request")


def test_a_failure_of_ours(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 in JSON with a reference that leads to the log, and nothing of what failed."""

    def broken(*_: object) -> None:
        raise RuntimeError("inner-workings")

    monkeypatch.setattr("idp.oauth.revocation.revoke", broken)
    provider.app.testing = False
    headers = {"Authorization": basic("rp", provider.secret)}
    answer = provider.app.test_client().post("/revoke", data={"token": "x"}, headers=headers)
    assert (answer.status_code, answer.get_json()["error"]) == (500, "server_error")
    assert "reference" in answer.get_json()["error_description"]
    assert "inner-workings" not in answer.text
