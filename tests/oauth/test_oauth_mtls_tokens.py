"""Tokens that are bound to a certificate (RFC 8705 3, 4 and 7.1)."""

from __future__ import annotations

from certificates import Holder
from dpop_sender import DPoPSender
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, Provider
from tests.oauth.mtls_requests import (
    ANOTHER,
    BOUND,
    CLIENT,
    HEADER,
    OTHER,
    OWN,
    by_authority,
    by_key_set,
    mtls,
    post,
    redeem,
    userinfo,
)
from tests.oauth.test_oauth_private_key_jwt import JWKS, TYPE, assertion, claims

__all__ = ["mtls"]


def test_a_bound_token_is_good_with_its_certificate_only(mtls: Provider) -> None:
    """3: 401 invalid_token for everybody else; the token type stays Bearer."""
    body = redeem(by_authority(mtls), CLIENT).get_json()
    assert body["token_type"] == "Bearer"
    token = body["access_token"]
    assert userinfo(mtls, token, CLIENT).status_code == 200
    for other in (None, OTHER, OWN):
        refused = userinfo(mtls, token, other)
        assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")
        assert refused.headers["WWW-Authenticate"].startswith('Bearer realm="mock-vneid", error="invalid_token"')


def test_a_client_with_a_key_may_have_its_tokens_bound_to_a_certificate(mtls: Provider) -> None:
    """3: how the client authenticates and what its tokens are bound to are two things; none shown, none issued."""
    mtls.register(token_endpoint_auth_method="private_key_jwt", jwks=JWKS, **BOUND)
    code = mtls.code(scope="openid offline_access")

    def ask(certificate: Holder | None, jti: str) -> TestResponse:
        proof = {"client_assertion_type": TYPE, "client_assertion": assertion(claims(mtls, jti=jti))}
        return redeem(mtls, certificate, code, **proof)

    assert ask(None, "a").get_json()["error"] == "invalid_request"
    token = ask(OWN, "b").get_json()["access_token"]
    assert userinfo(mtls, token, OWN).status_code == 200
    assert userinfo(mtls, token, CLIENT).status_code == 401


def test_a_public_clients_refresh_token_is_bound_too(mtls: Provider) -> None:
    """4: the same certificate each time. It need not be one that anybody knows."""
    mtls.register(token_endpoint_auth_method="none", application_type="native", **BOUND)
    first = redeem(mtls, OWN).get_json()["refresh_token"]
    for other in (None, ANOTHER):
        refused = post(mtls, other, grant_type="refresh_token", refresh_token=first, client_id="rp")
        assert refused.get_json()["error"] in ("invalid_grant", "invalid_request")
    assert post(mtls, OWN, grant_type="refresh_token", refresh_token=first, client_id="rp").status_code == 200


def test_a_confidential_client_may_have_a_new_certificate(mtls: Provider) -> None:
    """7.1: its refresh tokens are bound by its authentication."""
    first = redeem(by_key_set(mtls, OWN, ANOTHER), OWN).get_json()["refresh_token"]
    renewed = post(mtls, ANOTHER, grant_type="refresh_token", refresh_token=first, client_id="rp").get_json()
    assert userinfo(mtls, renewed["access_token"], ANOTHER).status_code == 200
    assert userinfo(mtls, renewed["access_token"], OWN).status_code == 401


def test_without_the_wish_a_token_is_not_bound(mtls: Provider) -> None:
    """3.4: the default is false."""
    by_authority(mtls, tls_client_certificate_bound_access_tokens=False)
    token = redeem(mtls, CLIENT).get_json()["access_token"]
    assert userinfo(mtls, token, None).status_code == 200


def test_bound_to_a_key_and_to_a_certificate(mtls: Provider) -> None:
    """Both are needed then."""
    by_authority(mtls, dpop_bound_access_tokens=True)
    sender, now = DPoPSender(), mtls.clock.now()
    body = redeem(mtls, CLIENT, headers={"DPoP": sender.proof("POST", f"{ISSUER}/token", now)}).get_json()
    assert body["token_type"] == "DPoP"
    token = body["access_token"]

    def ask(certificate: Holder | None, proof: bool) -> int:
        made = sender.proof("GET", f"{ISSUER}/userinfo", now, access_token=token)
        headers = {"Authorization": f"{'DPoP' if proof else 'Bearer'} {token}", **({"DPoP": made} if proof else {})}
        shown = {HEADER: certificate.rfc9440} if certificate else {}
        return mtls.app.test_client().get("/userinfo", headers={**headers, **shown}).status_code

    assert [ask(CLIENT, False), ask(None, True), ask(OTHER, True), ask(CLIENT, True)] == [401, 401, 401, 200]
