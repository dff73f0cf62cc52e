"""Client authentication by secret or by none (RFC 6749 2.3, 3.2.1 and 5.2, OpenID Connect Core 9)."""

from __future__ import annotations

import base64

import pytest
from werkzeug.test import TestResponse

from tests.oauth.conftest import REDIRECT, VERIFIER, Provider, basic


def redeem(provider: Provider, header: str | None = None, **fields: str) -> TestResponse:
    body = {
        "grant_type": "authorization_code",
        "code": provider.code(),
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        **fields,
    }
    headers = {"Authorization": header} if header else {}
    return provider.app.test_client().post("/token", data=body, headers=headers)


def assert_invalid_client(response: TestResponse) -> None:
    """RFC 6749 5.2, RFC 7617 2: a challenge with its realm whatever way was used (RFC 9110 15.5.2)."""
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")
    assert response.headers.getlist("WWW-Authenticate") == ['Basic realm="mock-vneid", charset="UTF-8"']
    assert response.headers["Cache-Control"] == "no-store"


def test_client_secret_basic(provider: Provider) -> None:
    """The default method."""
    assert redeem(provider, basic("rp", provider.secret)).status_code == 200


def test_client_secret_basic_is_form_encoded(provider: Provider) -> None:
    """RFC 6749 2.3.1."""
    encoded = base64.b64encode(f"%72p:{provider.secret}".encode()).decode()
    assert redeem(provider, f"basic {encoded}").status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        basic("rp", "wrong"),
        basic("rp", ""),
        basic("unknown", "wrong"),
        basic("", ""),
        basic("rp\x00", "x"),
        "Basic",
        "Basic !!!",
        "Basic é",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        "Basic " + base64.b64encode(b"rp").decode(),
        "Bearer abc",
        "Digest x",
    ],
)
def test_wrong_credentials(provider: Provider, header: str) -> None:
    """RFC 6749 5.2: 401 invalid_client with WWW-Authenticate; an unknown client is answered alike."""
    assert_invalid_client(redeem(provider, header))


def test_an_unknown_client_and_a_wrong_secret_look_alike(provider: Provider) -> None:
    """Nobody learns which clients exist."""
    unknown, wrong = redeem(provider, basic("unknown", "x")), redeem(provider, basic("rp", "x"))
    assert unknown.get_json() == wrong.get_json()
    assert unknown.headers["WWW-Authenticate"] == wrong.headers["WWW-Authenticate"]


def test_exactly_the_registered_method(provider: Provider) -> None:
    """A client of client_secret_basic is refused by post, though the secret is right, and without any."""
    assert_invalid_client(redeem(provider, client_id="rp", client_secret=provider.secret))
    assert_invalid_client(redeem(provider, client_id="rp"))
    assert_invalid_client(redeem(provider))


def test_client_secret_post(bare: Provider) -> None:
    """And only that."""
    secret = bare.register(token_endpoint_auth_method="client_secret_post").client_secret or ""
    assert_invalid_client(redeem(bare, basic("rp", secret)))
    assert_invalid_client(redeem(bare, client_id="rp", client_secret="wrong"))
    assert_invalid_client(redeem(bare, client_id="rp"))
    assert redeem(bare, client_id="rp", client_secret=secret).status_code == 200


def test_two_methods_at_once_are_refused(provider: Provider) -> None:
    """RFC 6749 2.3: MUST NOT use more than one."""
    response = redeem(provider, basic("rp", provider.secret), client_id="rp", client_secret=provider.secret)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


def test_another_client_id_in_the_body_is_refused(provider: Provider) -> None:
    """Two identities in one request."""
    assert redeem(provider, basic("rp", provider.secret), client_id="rp2").get_json()["error"] == "invalid_request"
    assert redeem(provider, basic("rp", provider.secret), client_id="rp").status_code == 200


def test_a_public_client(bare: Provider) -> None:
    """RFC 6749 3.2.1: it names itself; PKCE proves that it began the flow."""
    bare.register(token_endpoint_auth_method="none", application_type="native")
    assert_invalid_client(redeem(bare))
    assert_invalid_client(redeem(bare, client_id="unknown"))
    assert_invalid_client(redeem(bare, client_id="rp", client_secret="guess"))
    assert_invalid_client(redeem(bare, basic("rp", "guess")))
    assert redeem(bare, client_id="rp").status_code == 200


def test_a_secret_is_long_and_random(bare: Provider) -> None:
    """256 bits: what makes a plain hash enough to keep it by."""
    first = bare.register().client_secret
    second = bare.register(client_id="rp2").client_secret
    assert first is not None
    assert second is not None
    assert first != second
    assert len(base64.urlsafe_b64decode(first + "=")) == 32
