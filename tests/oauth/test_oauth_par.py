"""Pushed authorization requests (RFC 9126): checked at once, kept for a moment, answered once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from idp.oauth import pushed_request
from tests.oauth.conftest import ISSUER, Provider, basic, parameters_of
from tests.oauth.signed_requests import STRANGER, assertion, claims, push, pushed, register, sign, unsigned


@pytest.fixture
def pushing(bare: Provider) -> Provider:
    return register(bare)


def come(provider: Provider, request_uri: str, client_id: str = "rp", **more: str) -> TestResponse:
    """The browser comes with client_id and request_uri."""
    query = {"client_id": client_id, "request_uri": request_uri, **more}
    return provider.follow(provider.browser.get("/authorize", query_string=query))


def refused(response: TestResponse, status: int, error: str) -> None:
    body = response.get_json()
    assert (response.status_code, body["error"]) == (status, error), response.text
    assert set(body) <= {"error", "error_description"}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "fields",
    [
        {"client_assertion": "x", "client_assertion_type": "y"},
        {"client_secret": "guessed"},
        {"client_assertion": "", "client_assertion_type": ""},
    ],
)
def test_a_client_that_does_not_prove_itself(pushing: Provider, fields: dict[str, str]) -> None:
    """2.1 (1): authenticated in the same way as at the token endpoint."""
    response = push(pushing, {**pushing.request(), **fields})
    assert response.status_code in (400, 401)
    assert response.get_json()["error"] in ("invalid_client", "invalid_request")
    assert "request_uri" not in response.get_json()


def test_an_unknown_client(pushing: Provider) -> None:
    """401 (RFC 6749 5.2)."""
    refused(push(pushing, {**pushing.request(client_id="nobody"), "client_secret": "x"}), 401, "invalid_client")


def test_an_assertion_is_used_once(pushing: Provider) -> None:
    """RFC 7523 3 (7): at whichever endpoint."""
    fields = {**pushing.request(), **assertion(pushing)}
    assert push(pushing, fields).status_code == 201
    refused(push(pushing, fields), 401, "invalid_client")


def test_an_assertion_of_a_refused_request_is_used_too(pushing: Provider) -> None:
    """What was seen was seen."""
    fields = {**pushing.request(client_id="other"), **assertion(pushing)}
    refused(push(pushing, fields), 400, "invalid_request")
    refused(push(pushing, {**pushing.request(), **assertion(pushing)}), 401, "invalid_client")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"request_uri": "https://rp.vn-mock.example/r"}, "invalid_request"),
        ({"request_uri": f"{pushed_request.PREFIX}x"}, "invalid_request"),
        ({"request_uri": ""}, "invalid_request"),
        ({"client_id": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid organisation"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"dpop_jkt": "short"}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"state": "a\x00"}, "invalid_request"),
        ({"registration": "{}"}, "registration_not_supported"),
    ],
)
def test_everything_is_checked_at_once(pushing: Provider, changes: dict[str, str | None], error: str) -> None:
    """2.1 (2, 3), 2.3: the errors of the authorization endpoint, in the form of the token endpoint's."""
    refused(push(pushing, pushing.request(**changes)), 400, error)


def test_a_repeated_parameter(pushing: Provider) -> None:
    """RFC 6749 3.1 and 3.2."""
    fields: dict[str, Any] = {**pushing.request(), "nonce": ["a", "b"]}
    refused(push(pushing, fields), 400, "invalid_request")


def test_another_body_than_a_form(pushing: Provider) -> None:
    """2.1: application/x-www-form-urlencoded."""
    visitor = pushing.app.test_client()
    refused(visitor.post("/par", json=pushing.request()), 400, "invalid_request")
    refused(visitor.post("/par", data={"x": (__file__, "x")}), 400, "invalid_request")
    bytes_alone = visitor.post("/par", data=b"\xff\x00=%ff", content_type="application/x-www-form-urlencoded")
    refused(bytes_alone, 400, "invalid_request")  # RFC 6749 B: UTF-8


def test_post_alone(pushing: Provider) -> None:
    """2.3: 405."""
    for method in ("get", "put", "delete"):
        assert getattr(pushing.app.test_client(), method)("/par").status_code == 405


def test_too_large(pushing: Provider) -> None:
    """2.3: 413, before anybody is authenticated."""
    refused(push(pushing, pushing.request(login_hint="x" * 70_000)), 413, "invalid_request")


def test_too_many(pushing: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """2.3: 429 for one client; those that are over or used do not count."""
    monkeypatch.setattr(pushed_request, "MOST_WAITING", 2)
    first = pushed(pushing)
    pushed(pushing)
    response = push(pushing, pushing.request())
    refused(response, 429, "temporarily_unavailable")
    assert response.headers["Retry-After"] == "90"
    parameters_of(pushing.decide(come(pushing, first)))
    pushed(pushing)
    pushing.clock.instant += timedelta(seconds=90)
    pushed(pushing)


@pytest.mark.parametrize("text", ["unsigned", "stranger", "other client", "nested", "expired"])
def test_a_pushed_object_is_checked(pushing: Provider, text: str) -> None:
    """3: as RFC 9101 says, and the authenticated client must be the client_id within."""
    good, past = claims(pushing), int(pushing.clock.now().timestamp()) - 60
    texts = {
        "unsigned": unsigned(good),
        "stranger": sign(good, key=STRANGER),
        "other client": sign({**good, "client_id": "other", "iss": "other"}),
        "nested": sign({**good, "request_uri": "urn:x"}),
        "expired": sign({**good, "exp": past}),
    }
    refused(push(pushing, {"client_id": "rp", "request": texts[text]}), 400, "invalid_request_object")


def test_a_client_that_must_sign(bare: Provider) -> None:
    """2.3: any other request is refused with invalid_request."""
    register(bare, require_signed_request_object=True)
    refused(push(bare, bare.request()), 400, "invalid_request")
    assert push(bare, {"client_id": "rp", "request": sign(claims(bare))}).status_code == 201


def test_the_response(pushing: Provider) -> None:
    """2.2: 201, an unguessable URI, a short life, never cached."""
    response = push(pushing, pushing.request())
    body = response.get_json()
    assert response.status_code == 201
    assert set(body) == {"request_uri", "expires_in"}
    assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert len(body["request_uri"].rpartition(":")[2]) >= 43
    assert body["expires_in"] == 90
    assert response.headers["Cache-Control"] == "no-store"
    assert body["request_uri"] != pushed(pushing)


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/token", f"{ISSUER}/par"])
def test_the_audiences_of_an_assertion(pushing: Provider, audience: str) -> None:
    """2: issuer, token endpoint and PAR endpoint are accepted."""
    assert push(pushing, {**pushing.request(), **assertion(pushing, audience)}).status_code == 201


def test_by_secret_and_by_nothing(provider: Provider) -> None:
    """Whatever method the client is registered with."""
    visitor = provider.app.test_client()
    headers = {"Authorization": basic("rp", provider.secret)}
    assert visitor.post("/par", data=provider.request(), headers=headers).status_code == 201
    refused(visitor.post("/par", data=provider.request()), 401, "invalid_client")
    provider.register(client_id="spa", token_endpoint_auth_method="none")
    assert visitor.post("/par", data=provider.request(client_id="spa")).status_code == 201


def test_a_browser_application_may_push(provider: Provider) -> None:
    """As at the token endpoint, its origin is let read the answer."""
    provider.register(client_id="spa", token_endpoint_auth_method="none")
    visitor = provider.app.test_client()
    answer = visitor.post(
        "/par", data=provider.request(client_id="spa"), headers={"Origin": "https://rp.vn-mock.example"}
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "https://rp.vn-mock.example"


def test_it_is_advertised(provider: Provider) -> None:
    """5."""
    metadata = provider.app.test_client().get("/.well-known/openid-configuration").get_json()
    assert metadata["pushed_authorization_request_endpoint"] == f"{ISSUER}/par"
    assert metadata["require_pushed_authorization_requests"] is False


def test_the_query_of_the_endpoint_says_nothing(provider: Provider) -> None:
    """2.1: parameters are in the body."""
    visitor = provider.app.test_client()
    headers = {"Authorization": basic("rp", provider.secret)}
    response = visitor.post(f"/par?{urlencode(provider.request())}", data={"client_id": "rp"}, headers=headers)
    refused(response, 400, "invalid_request")
