"""FAPI 2.0 Security Profile: a client that is held to it, and what it may not do (5.3.2.1, 5.4.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from certificates import self_signed
from dpop_sender import DPoPSender
from fapi_client import ES256, JWKS, KEYS, TOKEN, Client
from sqlalchemy import select
from werkzeug.test import TestResponse

from idp.clock import FixedClock
from idp.config import Config
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth import fapi, mutual_tls, store, tokens
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.models import AccessToken
from tests.oauth.conftest import ISSUER, REDIRECT, VERIFIER, Provider, compose

HEADER, OWN = "Client-Cert", self_signed()
GOOD: dict[str, Any] = {
    "profile": "fapi2_security",
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": JWKS,
    "id_token_signed_response_alg": "ES256",
}


@pytest.fixture
def held(db: Database, clock: FixedClock, provider_keys: Path, catalogue: Catalogue) -> Provider:
    """A provider behind a proxy that passes certificates on, and `rp` held to the profile."""
    config = Config(issuer=ISSUER, trusted_proxies=("127.0.0.1",), client_certificate_header=HEADER)
    made = compose(db, clock, provider_keys, catalogue, config)
    made.register(**GOOD)
    return made


# --- registration ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("profile", ["fapi2_security", "fapi2_message_signing"])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "client_secret_post"}, "token_endpoint_auth_method"),
        ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg"),
        ({"token_endpoint_auth_signing_alg": "RS256"}, "token_endpoint_auth_signing_alg"),
        ({"userinfo_signed_response_alg": "RS256"}, "userinfo_signed_response_alg"),
        ({"request_object_signing_alg": "none"}, "request_object_signing_alg"),
        ({"authorization_signed_response_alg": "HS256"}, "authorization_signed_response_alg"),
        ({"introspection_signed_response_alg": "RS256"}, "introspection_signed_response_alg"),
        ({"require_pkce": False}, "require_pkce"),
        ({"lenient": ("anything",)}, "lenient"),
        ({"redirect_uris": ("http://localhost:8080/cb",)}, "redirect_uris"),
        ({"jwks": None}, "jwks"),
    ],
    ids=str,
)
def test_what_may_not_be_registered(bare: Provider, profile: str, changes: dict[str, Any], field: str) -> None:
    """5.3.2.1 (3, 6), 5.3.2.2 (5, 8), 5.4.1 (1)."""
    with pytest.raises(ClientMetadataError) as refused:
        bare.register(**{**GOOD, "profile": profile, **changes})
    assert refused.value.field == field


def test_what_may_be_registered(bare: Provider) -> None:
    """Each method of the profile; plain loopback for a native application; everybody else as before."""
    bare.register(**GOOD)
    bare.register(**{**GOOD, "client_id": "a", "token_endpoint_auth_method": mutual_tls.SELF_SIGNED})
    bare.register(
        **{**GOOD, "client_id": "b", "jwks": None, "token_endpoint_auth_method": mutual_tls.PKI},
        tls_client_auth_san_dns="rp.vn-mock.example",
    )
    bare.register(
        **{**GOOD, "client_id": "c", "application_type": "native", "redirect_uris": ("http://127.0.0.1/cb",)}
    )
    bare.register(**{**GOOD, "client_id": "d", "profile": "oidc", "id_token_signed_response_alg": "RS256"})
    with bare.db.read() as session:
        assert [one.client_id for one in store.clients(session) if fapi.holds(one)] == ["a", "b", "c", "rp"]


# --- client authentication ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("alg", list(KEYS))
def test_algorithms_of_assertions(held: Provider, alg: str) -> None:
    """5.4.1 (1): PS256, ES256, EdDSA with Ed25519; RS256 is refused though the key is the client's."""
    client = Client(held)
    assert client.authenticates(client.assertion(alg)) == (alg != "RS256")


@pytest.mark.parametrize(
    "aud",
    [[ISSUER], [ISSUER, "https://other.example"], TOKEN, [TOKEN], f"{ISSUER}/", f"{ISSUER}/par", "", None],
    ids=str,
)
def test_the_audience_is_the_issuer_as_a_text(held: Provider, aud: object) -> None:
    """5.3.2.1 (8): no list, no endpoint."""
    client = Client(held)
    assert not client.authenticates(client.assertion(aud=aud))
    assert client.authenticates(client.assertion(aud=ISSUER))


@pytest.mark.parametrize("name", ["iat", "nbf"])
@pytest.mark.parametrize(("seconds", "good"), [(0, True), (10, True), (61, False), (3600, False)])
def test_clocks(held: Provider, name: str, seconds: int, good: bool) -> None:
    """5.3.2.1 (13): 10 seconds ahead are let pass, 60 are not."""
    client = Client(held)
    later = int(held.clock.now().timestamp()) + seconds
    assert client.authenticates(client.assertion(**{name: later, "exp": later + 60})) == good


def test_a_client_whose_method_is_not_of_the_profile_any_more(held: Provider) -> None:
    """5.3.2.1 (6): also where its row came to say otherwise."""
    code = Client(held).code()
    with held.db.begin() as session:
        client = store.registered_client(session, "rp")
        assert client is not None
        client.token_endpoint_auth_method = "none"
    proof = Client(held).proof()
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "client_id": "rp",
    }
    answer = held.app.test_client().post("/token", data={**body, "code_verifier": VERIFIER}, headers={"DPoP": proof})
    assert answer.get_json()["error"] == "invalid_client"


# --- sender-constrained tokens --------------------------------------------------------------------------------------
def test_no_token_without_a_proof_or_a_certificate(held: Provider) -> None:
    """5.3.2.1 (4): and the code is still good."""
    client = Client(held)
    code = client.code()
    refused = client.redeem(code)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    assert client.redeem(code, DPoP=client.proof()).get_json()["token_type"] == "DPoP"


def test_a_certificate_will_do(held: Provider) -> None:
    """5.3.2.1 (5): mutual TLS or DPoP, without being registered for either."""
    client = Client(held)
    body = client.redeem(client.code(), Client_Cert=OWN.rfc9440).get_json()
    assert body["token_type"] == "Bearer"
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    assert held.app.test_client().get("/userinfo", headers=bearer).status_code == 401
    assert held.app.test_client().get("/userinfo", headers={**bearer, HEADER: OWN.rfc9440}).status_code == 200


def test_the_nonce_is_demanded(held: Provider) -> None:
    """5.3.2.1 (11): we use the mechanism for these clients, at the token endpoint and at UserInfo."""
    client = Client(held)
    code = client.code()
    refused = client.redeem(code, DPoP=client.proof(nonce=None))
    assert (refused.status_code, refused.get_json()["error"]) == (400, "use_dpop_nonce")
    token = client.redeem(code, DPoP=client.proof(nonce=refused.headers["DPoP-Nonce"])).get_json()["access_token"]
    now = held.clock.now()

    def userinfo(**nonce: str) -> TestResponse:
        proof = ES256.proof("GET", f"{ISSUER}/userinfo", now, access_token=token, **nonce)
        return held.app.test_client().get("/userinfo", headers={"Authorization": f"DPoP {token}", "DPoP": proof})

    asked = userinfo()
    assert (asked.status_code, asked.get_json()["error"]) == (401, "use_dpop_nonce")
    assert userinfo(nonce=asked.headers["DPoP-Nonce"]).status_code == 200


@pytest.mark.parametrize(("alg", "good"), [("ES256", True), ("PS256", True), ("Ed25519", True), ("RS256", False)])
def test_algorithms_of_proofs(held: Provider, alg: str, good: bool) -> None:
    """5.4.1 (1)."""
    client = Client(held)
    answer = client.redeem(DPoP=client.proof(DPoPSender(alg))).get_json()["error"]
    assert answer == ("invalid_grant" if good else "invalid_dpop_proof")


def test_codes_live_for_a_minute() -> None:
    """5.3.2.1 (12)."""
    assert timedelta(seconds=60) >= tokens.CODE_LIFETIME


# --- refresh without rotation ---------------------------------------------------------------------------------------
def test_the_refresh_token_stays(held: Provider) -> None:
    """5.3.2.1 (10): no rotation; the same one comes back, and each access token is bound."""
    client = Client(held)
    first = client.tokens()
    for _ in range(3):
        again = client.refresh(first["refresh_token"], DPoP=client.proof()).get_json()
        assert again["refresh_token"] == first["refresh_token"]
        assert again["access_token"] != first["access_token"]
        assert again["token_type"] == "DPoP"
    assert "oauth.refresh_token_reused" not in held.audit.names()


def test_a_stolen_refresh_token_is_of_no_use(held: Provider) -> None:
    """Only its client can use it, and none without a proof of its own."""
    client = Client(held)
    token = client.tokens()["refresh_token"]
    assert client.refresh(token).get_json()["error"] == "invalid_request"
    held.register(**{**GOOD, "client_id": "thief"})
    stolen = client.post(
        {"grant_type": "refresh_token", "refresh_token": token},
        client.assertion(iss="thief", sub="thief"),
        DPoP=client.proof(DPoPSender()),
    )
    assert stolen.get_json()["error"] == "invalid_grant"
    body = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "rp"}
    nobody = held.app.test_client().post("/token", data=body, headers={"DPoP": client.proof()})
    assert nobody.get_json()["error"] == "invalid_client"


def test_the_client_itself_may_have_a_new_key(held: Provider) -> None:
    """RFC 9449 5: its refresh token is bound by its authentication; the new access token is by the new key alone."""
    client, renewed = Client(held), DPoPSender()
    first = client.tokens()
    answer = client.refresh(first["refresh_token"], DPoP=client.proof(renewed))
    assert answer.status_code == 200
    with held.db.read() as session:
        bound = {(row.cnf or {}).get("jkt") for row in session.scalars(select(AccessToken))}
    assert len(bound) == 2
    assert renewed.jkt in bound
    assert client.refresh(first["refresh_token"], DPoP=client.proof()).status_code == 200  # the old key, too


def test_it_ends_when_it_is_not_used_and_lives_while_it_is(held: Provider) -> None:
    """RFC 9700 4.14.2: idle time counts from the last use, the grant's own end stays."""
    client = Client(held)
    token = client.tokens()["refresh_token"]
    for _ in range(2):
        held.clock.instant += tokens.REFRESH_TOKEN_LIFETIME - timedelta(hours=1)
        assert client.refresh(token, DPoP=client.proof()).status_code == 200
    held.clock.instant += tokens.REFRESH_TOKEN_LIFETIME
    assert client.refresh(token, DPoP=client.proof()).get_json()["error"] == "invalid_grant"


def test_sixteen_refreshes_at_once_all_succeed(held: Provider) -> None:
    """What is not rotated is not reused: nobody is thrown out by a second request."""
    client = Client(held)
    token = client.tokens()["refresh_token"]
    made = [(client.assertion(), client.proof()) for _ in range(16)]

    def ask(pair: tuple[str, str]) -> TestResponse:
        return client.post({"grant_type": "refresh_token", "refresh_token": token}, pair[0], DPoP=pair[1])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, made))
    assert [answer.status_code for answer in answers] == [200] * 16
    assert len({answer.get_json()["access_token"] for answer in answers}) == 16


def test_a_code_used_twice_still_ends_everything(held: Provider) -> None:
    """5.3.2.2 (9)."""
    client = Client(held)
    code = client.code(scope="openid offline_access")
    token = client.redeem(code, DPoP=client.proof()).get_json()["refresh_token"]
    assert client.redeem(code, DPoP=client.proof()).get_json()["error"] == "invalid_grant"
    assert client.refresh(token, DPoP=client.proof()).get_json()["error"] == "invalid_grant"


def test_everybody_else_keeps_rotation(provider: Provider) -> None:
    """RFC 9700 4.14.2."""
    first = provider.tokens(scope="openid offline_access")["refresh_token"]
    assert provider.refresh(first).get_json()["refresh_token"] != first
    assert provider.refresh(first).get_json()["error"] == "invalid_grant"
