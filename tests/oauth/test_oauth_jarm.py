"""Signed authorization responses (JARM): always signed, in every carrier, errors too; encrypted where registered."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from altered_client import alter
from joserfc import jwe, jwt
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from idp.oauth import store
from tests.oauth.conftest import ISSUER, REDIRECT, Provider, parameters_of
from tests.oauth.signed_requests import ENCRYPTION, JWKS
from tests.oauth.test_oauth_response_modes import form_of, fragment_of


def opened(provider: Provider, token: str, alg: str = "RS256") -> dict[str, Any]:
    """The claims, as a client reads them that knows our published keys."""
    keys = KeySet.import_key_set(provider.app.test_client().get("/jwks").get_json())
    found = jwt.decode(token, keys, algorithms=[alg])
    assert found.header["alg"] == alg
    return found.claims


def response_of(answer: TestResponse) -> str:
    found = parameters_of(answer)
    assert set(found) == {"response"}
    return found["response"]


def test_a_client_without_the_key_to_encrypt_to_is_never_answered_in_clear(bare: Provider) -> None:
    """2.2: the response is encrypted, or not given: the person is told on a page."""
    bare.register()
    alter(bare.db, authorization_encrypted_response_alg="RSA-OAEP-256")
    assert bare.authorize(response_mode="jwt").status_code == 400
    assert "code" in bare.answer(response_mode="query")


def test_a_client_whose_algorithm_has_no_key_is_told_on_a_page(bare: Provider) -> None:
    """3: the registered algorithm, and no other in its place."""
    bare.register()
    alter(bare.db, authorization_signed_response_alg="ES512")
    assert bare.authorize(response_mode="jwt").status_code == 400


def test_a_key_that_is_gone_when_the_answer_is_due(bare: Provider) -> None:
    """The person has decided meanwhile: still nothing goes in clear."""
    bare.register(authorization_encrypted_response_alg="ECDH-ES", jwks=JWKS)
    page = bare.authorize(response_mode="jwt")
    with bare.db.begin() as session:
        client = store.client(session, "rp")
        assert client is not None
        client.jwks = None
    answer = bare.decide(page)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize("mode", ["jwt", "query.jwt"])
def test_the_response_is_one_signed_parameter(provider: Provider, mode: str) -> None:
    """2.1, 2.3.1, 2.3.4; RFC 9207: the iss is in the JWT. 3: RS256 where the client registered nothing."""
    answer = provider.decide(provider.authorize(response_mode=mode, state="ý"))
    claims = opened(provider, response_of(answer))
    now = provider.clock.now().timestamp()
    assert (claims["iss"], claims["aud"], claims["state"]) == (ISSUER, "rp", "ý")
    assert now < claims["exp"] <= now + 600
    assert set(claims) == {"iss", "aud", "exp", "code", "state"}
    assert provider.redeem(claims["code"]).status_code == 200


def test_in_the_fragment(provider: Provider) -> None:
    """2.3.2."""
    answer = fragment_of(provider.decide(provider.authorize(response_mode="fragment.jwt")))
    assert set(answer) == {"response"}
    assert opened(provider, answer["response"])["code"]


def test_in_a_form(provider: Provider) -> None:
    """2.3.3."""
    action, fields = form_of(provider.decide(provider.authorize(response_mode="form_post.jwt")))
    assert action == REDIRECT
    assert set(fields) == {"response"}
    assert opened(provider, fields["response"])["code"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"scope": "profile"}, "invalid_scope"), ({"prompt": "none"}, "login_required"), ({"nonce": "\x00"}, None)],
)
def test_errors_are_signed_too(provider: Provider, changes: dict[str, str], error: str | None) -> None:
    """2.1: 'even in case of an error response'."""
    claims = opened(provider, response_of(provider.authorize(response_mode="jwt", **changes)))
    assert claims["error"] == (error or "invalid_request")
    assert (claims["iss"], claims["aud"], claims["state"]) == (ISSUER, "rp", "s-1")
    assert claims["error_description"].isascii()
    assert "code" not in claims


def test_no_state_no_state(provider: Provider) -> None:
    """Only what the client sent."""
    answer = provider.decide(provider.authorize(response_mode="jwt", state=None))
    assert "state" not in opened(provider, response_of(answer))


def test_by_the_registered_algorithm(bare: Provider) -> None:
    """3: authorization_signed_response_alg."""
    bare.register(authorization_signed_response_alg="ES256")
    answer = bare.decide(bare.authorize(response_mode="jwt"))
    assert opened(bare, response_of(answer), "ES256")["code"]


@pytest.mark.parametrize("enc", [None, "A256GCM"])
def test_signed_then_encrypted(bare: Provider, enc: str | None) -> None:
    """2.2: a nested JWT; 3: A128CBC-HS256 where only the alg is registered."""
    bare.register(authorization_encrypted_response_alg="ECDH-ES", authorization_encrypted_response_enc=enc, jwks=JWKS)
    token = response_of(bare.decide(bare.authorize(response_mode="query.jwt")))
    found = jwe.decrypt_compact(token, ENCRYPTION, algorithms=["ECDH-ES", "A128CBC-HS256", "A256GCM"])
    assert (found.headers()["enc"], found.headers()["cty"]) == (enc or "A128CBC-HS256", "JWT")
    assert found.plaintext is not None
    assert opened(bare, found.plaintext.decode())["code"]


def test_a_redirect_uri_with_a_query_keeps_it(bare: Provider) -> None:
    """RFC 6749 3.1.2: the query component is retained."""
    address = f"{REDIRECT}?tenant=a"
    bare.secret = bare.register(redirect_uris=(address,)).client_secret or ""
    answer = bare.decide(bare.authorize(redirect_uri=address, response_mode="jwt"))
    query = parse_qs(urlsplit(answer.location).query)
    assert query["tenant"] == ["a"]
    assert opened(bare, query["response"][0])["code"]
