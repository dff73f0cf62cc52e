"""FAPI 2.0 at the authorization endpoint (Security Profile 5.3.2.2, Message Signing 5.3.1 and 5.4.1), by profile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from altered_client import alter
from joserfc.jwk import ECKey

from idp.oauth.tokens import CODE_LIFETIME
from tests.oauth.conftest import ISSUER, Provider, parameters_of
from tests.oauth.signed_requests import ENCRYPTION, claims, push, pushed, register, sign
from tests.oauth.test_oauth_jarm import opened, response_of
from tests.oauth.test_oauth_par import come, refused


@pytest.fixture
def strict(bare: Provider) -> Provider:
    return register(bare, profile="fapi2_security")


@pytest.fixture
def strictest(bare: Provider) -> Provider:
    return register(bare, profile="fapi2_message_signing")


def test_nothing_without_par(strict: Provider) -> None:
    """5.3.2.2 (3): plain, signed, by GET or POST."""
    assert strict.answer()["error"] == "invalid_request"
    assert parameters_of(strict.authorize(request=sign(claims(strict))))["error"] == "invalid_request"
    posted = strict.follow(strict.browser.post("/authorize", data=strict.request()))
    assert parameters_of(posted)["error"] == "invalid_request"


def test_no_push_without_authentication(bare: Provider) -> None:
    """5.3.2.2 (4), even if such a client should ever be registered."""
    bare.register(token_endpoint_auth_method="none")
    alter(bare.db, profile="fapi2_security")
    response = bare.app.test_client().post("/par", data=bare.request())
    refused(response, 401, "invalid_client")


def test_pkce_cannot_be_registered_away(bare: Provider) -> None:
    """5.3.2.2 (5): S256."""
    register(bare, profile="fapi2_security")
    alter(bare.db, require_pkce=False)
    refused(push(bare, bare.request(code_challenge=None, code_challenge_method=None)), 400, "invalid_request")
    refused(push(bare, bare.request(code_challenge_method="plain")), 400, "invalid_request")


def test_the_redirect_uri_is_required_in_the_push(strict: Provider) -> None:
    """5.3.2.2 (6)."""
    refused(push(strict, strict.request(redirect_uri=None)), 400, "invalid_request")


@pytest.mark.parametrize(("kind", "good"), [("web", False), ("native", True)])
def test_no_answer_over_plain_http(bare: Provider, kind: str, good: bool) -> None:
    """5.3.2.2 (8): but for native clients on the loopback interface."""
    address = "http://127.0.0.1/cb"
    register(bare, application_type=kind, redirect_uris=(address,))
    alter(bare.db, profile="fapi2_security")
    response = push(bare, bare.request(redirect_uri=address))
    assert response.status_code == (201 if good else 400)


@pytest.mark.parametrize("response_type", ["token", "code id_token", "none"])
def test_code_alone(strict: Provider, response_type: str) -> None:
    """5.3.2.2 (1)."""
    refused(push(strict, strict.request(response_type=response_type)), 400, "unsupported_response_type")


def test_rs256_signs_no_request(strict: Provider) -> None:
    """5.4.1: PS256, ES256 or EdDSA; also where RS256 is registered."""
    for alg, status in (("RS256", 400), ("PS256", 201), ("ES256", 201), ("EdDSA", 201)):
        fields = {"client_id": "rp", "request": sign(claims(strict), alg)}
        assert push(strict, fields).status_code == status, alg
    alter(strict.db, request_object_signing_alg="RS256")
    fields = {"client_id": "rp", "request": sign(claims(strict), "RS256")}
    refused(push(strict, fields), 400, "invalid_request_object")


def test_the_answer_names_the_issuer_by_303(strict: Provider) -> None:
    """5.3.2.2 (7, 11); 5.3.2.1: a code lives at most 60 seconds, a request_uri less than 600."""
    nonce, state = "n" * 64, "s" * 1500  # (14) and note 4
    page = come(strict, pushed(strict, nonce=nonce, state=state))
    response = strict.decide(page)
    assert response.status_code == 303
    assert parameters_of(response)["iss"] == ISSUER
    assert timedelta(seconds=60) >= CODE_LIFETIME
    assert push(strict, strict.request()).get_json()["expires_in"] < 600


def test_what_is_sent_beside_the_reference_does_not_count(strict: Provider) -> None:
    """5.3.3.2 (6): a client sends client_id and request_uri alone."""
    page = come(strict, pushed(strict), scope="openid email", code_challenge="x", state="other")
    assert parameters_of(strict.decide(page))["state"] == "s-1"


def test_message_signing_takes_signed_requests_alone(strictest: Provider) -> None:
    """Message Signing 5.3.1 (1); RFC 9126 2.3: invalid_request."""
    refused(push(strictest, strictest.request()), 400, "invalid_request")
    fields = {"client_id": "rp", "request": sign(claims(strictest, response_mode="jwt"))}
    assert push(strictest, fields).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"nbf": None},
        {"nbf": -3600 - 31},
        {"exp": None},
        {"exp": 3601},
        {"exp": -31},
        {"nbf": 61},
        {"iat": 61},
        {"aud": None},
        {"aud": "https://other.example"},
    ],
)
def test_the_window_of_a_signed_request(strictest: Provider, changes: dict[str, Any]) -> None:
    """Message Signing 5.3.1 (2, 3, 4), Security Profile 5.3.2.1 (14). Numbers are seconds from now."""
    now = int(strictest.clock.now().timestamp())
    told = {name: now + value if isinstance(value, int) else value for name, value in changes.items()}
    fields = {"client_id": "rp", "request": sign(claims(strictest, response_mode="jwt", **told))}
    refused(push(strictest, fields), 400, "invalid_request_object")


@pytest.mark.parametrize(("nbf", "exp"), [(0, 3600), (-3600, 0), (10, 3610), (-60, 60)])
def test_a_window_that_will_do(strictest: Provider, nbf: int, exp: int) -> None:
    """At most an hour, begun at most an hour ago; 10 seconds of the future are let pass."""
    now = int(strictest.clock.now().timestamp())
    window = {"nbf": now + nbf, "exp": now + exp, "iat": now + min(nbf, 10)}
    text = sign(claims(strictest, response_mode="jwt", **window))
    assert push(strictest, {"client_id": "rp", "request": text}).status_code == 201


@pytest.mark.parametrize("mode", [None, "query", "fragment", "form_post"])
def test_message_signing_answers_signed_alone(strictest: Provider, mode: str | None) -> None:
    """Message Signing 5.4.1: the use of JARM is required."""
    asked = {} if mode is None else {"response_mode": mode}
    refused(push(strictest, {"client_id": "rp", "request": sign(claims(strictest, **asked))}), 400, "invalid_request")


def test_signed_both_ways(strictest: Provider) -> None:
    """Message Signing 5.4.1: JARM; ES256 where nothing is registered, since RS256 is ruled out."""
    text = sign(claims(strictest, response_mode="jwt"), "PS256")
    request_uri = push(strictest, {"client_id": "rp", "request": text}).get_json()["request_uri"]
    answer = strictest.decide(come(strictest, request_uri))
    found = opened(strictest, response_of(answer), "ES256")
    assert (found["iss"], found["aud"], found["state"]) == (ISSUER, "rp", "s-1")
    assert found["code"]


def test_a_key_for_encryption_signs_nothing(strict: Provider) -> None:
    """RFC 7517 4.2."""
    private = {name: value for name, value in ENCRYPTION.as_dict(private=True).items() if name != "use"}
    fields = {"client_id": "rp", "request": sign(claims(strict), key=ECKey.import_key(private))}
    refused(push(strict, fields), 400, "invalid_request_object")
