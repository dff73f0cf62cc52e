"""Whatever stands in an authorization request, pushed or not, signed or not: an answer, never an error of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.oauth import request_object_claims
from tests.oauth.conftest import Provider
from tests.oauth.signed_requests import claims, push, register, sign

NAMES = (*request_object_claims.TEXTS, "max_age", "claims", "registration", "resource", "request", "request_uri", "x")
WORDS = st.sampled_from(
    [
        *("", "none", "login consent", "create", "openid", "code", "jwt", "form_post", "0", "-1", "{}", "[]", "null"),
        *("a.b.c", "urn:ietf:params:oauth:request_uri:x", "https://rp.vn-mock.example/r"),
        '{"id_token":{"acr":{"values":["LoA2"]}}}',
    ]
)
TEXT = st.one_of(WORDS, st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NOISE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def signing(bare: Provider) -> Provider:
    return register(bare)


@NOISE
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TEXT, min_size=1, max_size=2), max_size=5))
def test_at_the_authorization_endpoint(provider: Provider, changes: dict[str, list[str]]) -> None:
    sent: dict[str, Any] = {**provider.request(), **changes}
    for response in (
        provider.browser.get("/authorize", query_string=sent),
        provider.browser.post("/authorize", data=sent),
    ):
        assert provider.follow(response).status_code in (200, 303, 400)


@NOISE
@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TEXT, min_size=1, max_size=2), max_size=5))
def test_at_the_par_endpoint(signing: Provider, changes: dict[str, list[str]]) -> None:
    response = push(signing, {**signing.request(), **changes})
    assert response.status_code in (201, 400, 401)


@NOISE
@given(st.dictionaries(st.sampled_from((*NAMES, "iss", "aud", "exp", "nbf", "iat", "sub")), JSON, max_size=4))
def test_in_a_request_object(signing: Provider, changes: dict[str, Any]) -> None:
    text = sign(json.loads(json.dumps({**claims(signing), **changes})))
    response = signing.browser.get("/authorize", query_string={"client_id": "rp", "request": text})
    assert signing.follow(response).status_code in (200, 303, 400)
