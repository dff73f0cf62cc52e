"""Signing out in the header of a page ends what services were granted in that browser, in the whole provider."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

REDIRECT = "http://127.0.0.1:8765/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def hidden(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


def follow(browser: FlaskClient, answer: TestResponse) -> TestResponse:
    while answer.status_code in (302, 303) and answer.location.startswith("/"):
        answer = browser.get(answer.location)
    return answer


def tokens(browser: FlaskClient, scope: str) -> dict[str, Any]:
    """Sign Lan in where she is not, consent, redeem the code as the seeded public client."""
    request = {
        "response_type": "code", "client_id": "demo-spa", "redirect_uri": REDIRECT, "scope": scope, "state": "s",
        "nonce": "n", "code_challenge": CHALLENGE, "code_challenge_method": "S256", "prompt": "consent",
    }  # fmt: skip
    page = follow(browser, browser.get(f"/authorize?{urlencode(request)}"))
    if 'name="password"' in page.text:
        form = {"csrf_token": hidden(page)["csrf_token"], "number": "065190000101", "password": "MoPhong@2026"}
        page = follow(browser, browser.post(page.request.full_path, data=form))
    answer = browser.post("/authorize/consent", data={**hidden(page), "decision": "approve"})
    code = parse_qs(urlsplit(follow(browser, answer).location).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    body: dict[str, Any] = browser.post("/token", data={**form, "client_id": "demo-spa"}).get_json()
    return body


def status_of(browser: FlaskClient, access_token: str) -> int:
    return browser.get("/userinfo", headers={"Authorization": f"Bearer {access_token}"}).status_code


def sign_out(browser: FlaskClient) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)
    assert token
    return browser.post("/sign-out", data={"csrf_token": token[1]})


@pytest.fixture
def other(app: Flask) -> Iterator[FlaskClient]:
    """Another browser of the same person."""
    with app.test_client() as browser:
        yield browser


def test_what_was_granted_in_this_browser_ends(client: FlaskClient, other: FlaskClient) -> None:
    """At once; what she granted in another browser goes on."""
    first, second = tokens(client, "openid profile"), tokens(client, "openid identity")
    elsewhere = tokens(other, "openid profile")
    assert [status_of(client, each["access_token"]) for each in (first, second, elsewhere)] == [200, 200, 200]
    assert sign_out(client).location == "/end-session/services"
    assert client.get("/end-session/services").location == "/"  # no service is to be told through the browser
    assert [status_of(client, each["access_token"]) for each in (first, second, elsewhere)] == [401, 401, 200]


def test_what_was_granted_for_her_absence_stays(client: FlaskClient) -> None:
    """OpenID Connect Core 11: offline access is for when she is not signed in."""
    offline = tokens(client, "openid offline_access")
    sign_out(client)
    form = {"grant_type": "refresh_token", "refresh_token": offline["refresh_token"], "client_id": "demo-spa"}
    renewed = client.post("/token", data=form)
    assert renewed.status_code == 200
    assert status_of(client, renewed.get_json()["access_token"]) == 200


def test_a_forged_sign_out_ends_nothing(client: FlaskClient) -> None:
    """Without the form's token neither the session nor the tokens end."""
    granted = tokens(client, "openid profile")
    assert client.post("/sign-out").status_code == 400
    assert status_of(client, granted["access_token"]) == 200
