"""What the OpenID Foundation's Basic OP plan looks at on this endpoint, module by module (Core 3.1.2 and 5.5)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey

from tests.oauth.conftest import REDIRECT, Provider, parameters_of, payload_of


@pytest.fixture
def plain(bare: Provider) -> Provider:
    """A client as the plan registers one: without PKCE."""
    bare.secret = bare.register(require_pkce=False).client_secret or ""
    return bare


def request(provider: Provider, **changes: str | None) -> dict[str, str | None]:
    return {"code_challenge": None, "code_challenge_method": None, **changes}


def id_token(provider: Provider, **changes: str | None) -> dict[str, Any]:
    """The claims of the ID Token that a whole flow ends with."""
    response = provider.redeem(provider.code(**request(provider, **changes)), code_verifier=None)
    assert response.status_code == 200, response.text
    return payload_of(response.get_json()["id_token"])


def test_response_type_missing(plain: Provider) -> None:
    """invalid_request, at the client's address."""
    assert plain.answer(**request(plain, response_type=None))["error"] == "invalid_request"


def test_ensure_registered_redirect_uri(plain: Provider) -> None:
    """On a page, never there."""
    response = plain.authorize(**request(plain, redirect_uri=f"{REDIRECT}/other"))
    assert response.status_code == 400
    assert "Location" not in response.headers


def test_ensure_request_without_nonce_succeeds(plain: Provider) -> None:
    """For the code flow nonce is optional."""
    assert "nonce" not in id_token(plain, nonce=None)


@pytest.mark.parametrize("display", ["page", "popup", "touch", "wap", "hologram"])
def test_display(plain: Provider, display: str) -> None:
    """Any value is taken: the one page is made for a phone's width first, so it fits a small window and a finger."""
    assert id_token(plain, display=display)["sub"]


@pytest.mark.parametrize(
    "changes",
    [
        {"ui_locales": "se"},
        {"claims_locales": "se"},
        {"login_hint": "buffy@vn-mock.example"},
        {"acr_values": "1 2"},
        {"foo": "bar"},
        {"scope": "profile openid"},
        {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"},
    ],
)
def test_what_must_succeed(plain: Provider, changes: dict[str, str]) -> None:
    """Languages we do not speak, hints and levels nobody knows, other parameters, another order, PKCE unasked."""
    assert "code" in plain.answer(**{**request(plain), **changes})


def test_ensure_post_request_succeeds(plain: Provider) -> None:
    """By POST as by GET."""
    sent = {name: value for name, value in plain.request(**request(plain)).items() if value is not None}
    page = plain.follow(plain.browser.post("/authorize", data=sent))
    assert "code" in parameters_of(plain.decide(page))


def test_prompt_none_not_logged_in(plain: Provider) -> None:
    """login_required, and no page."""
    assert plain.answer(**request(plain, prompt="none"))["error"] == "login_required"


def test_prompt_none_logged_in_and_id_token_hint(plain: Provider) -> None:
    """The same person and the same sign-in; with the hint, too."""
    tokens = plain.redeem(plain.code(**request(plain)), code_verifier=None).get_json()
    first = payload_of(tokens["id_token"])
    plain.clock.instant += timedelta(seconds=5)
    for hint in (None, tokens["id_token"]):
        again = id_token(plain, prompt="none", id_token_hint=hint)
        assert (again["sub"], again["auth_time"]) == (first["sub"], first["auth_time"])


def test_prompt_login_and_max_age_1(plain: Provider) -> None:
    """A new sign-in, and its time."""
    first = id_token(plain)
    for changes in ({"prompt": "login"}, {"max_age": "1"}):
        plain.clock.instant += timedelta(seconds=2)
        again = id_token(plain, **changes)
        assert again["auth_time"] > first["auth_time"]
        first = again


def test_max_age_10000(plain: Provider) -> None:
    """No new sign-in; auth_time is there."""
    first = id_token(plain)
    plain.clock.instant += timedelta(seconds=2)
    assert id_token(plain, max_age="10000")["auth_time"] == first["auth_time"]


def test_claims_essential(plain: Provider) -> None:
    """5.5: name at UserInfo, auth_time in the ID Token, whatever value is wished for it: it is when it was."""
    wanted = json.dumps(
        {"userinfo": {"name": {"essential": True}}, "id_token": {"auth_time": {"essential": True, "value": 7}}}
    )
    tokens = plain.redeem(plain.code(**request(plain, scope="openid", claims=wanted)), code_verifier=None).get_json()
    assert plain.userinfo(tokens["access_token"]).get_json()["name"]
    assert payload_of(tokens["id_token"])["auth_time"] == int(plain.clock.now().timestamp())


def test_an_encrypted_hint_that_cannot_be_read(plain: Provider) -> None:
    """3.1.2.1: a client decrypts its ID Token first; no key of ours is published to encrypt it to again."""
    tokens = plain.redeem(plain.code(**request(plain)), code_verifier=None).get_json()
    key = ECKey.generate_key("P-256")
    hint = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A128GCM", "cty": "JWT"}, tokens["id_token"], key)
    assert plain.answer(**request(plain, id_token_hint=hint))["error"] == "invalid_request"


@pytest.mark.parametrize(
    "claims",
    [
        r'{"id_token": {"sub": {"value": "\ud800"}}}',
        r'{"id_token": {"sub": {"values": ["\u0000", 1, null, {"a": []}]}}}',
        r'{"id_token": {"acr": {"values": ["\udfff", "\u0000"]}}}',
        r'{"id_token": {"\u0000": null, "\ud800": {"value": "\udfff"}}}',
        r'{"userinfo": {"name": {"value": "\u0000"}}, "\ud800": 1}',
        '{"id_token": {"auth_time": {"value": 1e400}}}',
        '{"id_token": {"x": {"value": ' + "9" * 5000 + "}}}",
        '{"id_token": {"x": {"value": ' + "[" * 3000 + "]" * 3000 + "}}}",
    ],
)
def test_claims_that_nobody_can_keep_are_no_failure(provider: Provider, claims: str) -> None:
    """JSON can name half a character, NUL and numbers without end: refused or ignored, on every database."""
    response = provider.authorize(claims=claims)
    if response.status_code == 200:
        response = provider.decide(response)
    assert response.status_code in (303, 400), response.text


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "response_mode", "request", "request_uri", "claims"])
@pytest.mark.parametrize("value", ["\x00", "\ud800", "\U0010ffff" * 10, "%", "{" * 2000, "x" * 20_000])
def test_no_parameter_fails(provider: Provider, name: str, value: str) -> None:
    """Never an error of ours, whatever stands there."""
    sent = urlencode({**provider.request(), name: value}, errors="surrogatepass")
    for method in ("get", "post"):
        if method == "get":
            response = provider.browser.get(f"/authorize?{sent}")
        else:
            form = "application/x-www-form-urlencoded"
            response = provider.browser.post("/authorize", data=sent, content_type=form)
        assert response.status_code in (303, 400)
