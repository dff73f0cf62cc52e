"""Tokens and codes that are bound to a DPoP key (RFC 9449 5 and 10)."""

from __future__ import annotations

from dpop_sender import DPoPSender

from idp.oauth.models import AuthorizationCode, RefreshToken
from tests.oauth.conftest import Provider
from tests.oauth.dpop_requests import (
    ES256,
    assert_proof_refused,
    at_token,
    at_userinfo,
    redeem,
    refresh,
    tokens,
    userinfo,
)


# --- token endpoint (5) ---------------------------------------------------------------------------------------------
def test_the_token_is_bound(provider: Provider) -> None:
    """5: token_type DPoP."""
    assert tokens(provider)["token_type"] == "DPoP"
    assert provider.tokens()["token_type"] == "Bearer"


def test_a_client_that_always_uses_dpop(bare: Provider) -> None:
    """5.2: MUST reject token requests of such a client that hold no proof."""
    bare.secret = bare.register(dpop_bound_access_tokens=True).client_secret or ""
    code = bare.code(scope="openid offline_access")
    assert_proof_refused(redeem(bare, None, code))
    found = redeem(bare, at_token(bare), code).get_json()
    assert_proof_refused(refresh(bare, None, found["refresh_token"]))


def test_a_refresh_token_of_a_public_client_is_bound(bare: Provider) -> None:
    """5: the same key each time; a stolen one is of no use, and does not end the family."""
    bare.register(token_endpoint_auth_method="none", application_type="native")
    first = tokens(bare)["refresh_token"]
    for proof in (None, at_token(bare, DPoPSender())):
        refused = refresh(bare, proof, first)
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    second = refresh(bare, at_token(bare), first).get_json()
    assert second["token_type"] == "DPoP"
    refused = refresh(bare, at_token(bare, DPoPSender()), second["refresh_token"])
    assert refused.get_json()["error"] == "invalid_grant"
    assert refresh(bare, at_token(bare), second["refresh_token"]).status_code == 200


def test_a_public_clients_old_refresh_token_still_ends_the_family(bare: Provider) -> None:
    """RFC 9700 4.14.2: rotation stays, beside the binding."""
    bare.register(token_endpoint_auth_method="none", application_type="native")
    first = tokens(bare)["refresh_token"]
    second = refresh(bare, at_token(bare), first).get_json()["refresh_token"]
    assert refresh(bare, at_token(bare), first).get_json()["error"] == "invalid_grant"
    assert refresh(bare, at_token(bare), second).get_json()["error"] == "invalid_grant"


def test_a_confidential_client_may_have_a_new_key(provider: Provider) -> None:
    """5: its refresh tokens are bound to it by its authentication, not to the key; the new access token is."""
    found, new = tokens(provider), DPoPSender()
    renewed = refresh(provider, at_token(provider, new), found["refresh_token"]).get_json()
    assert renewed["token_type"] == "DPoP"
    token = renewed["access_token"]
    assert userinfo(provider, token, at_userinfo(provider, token)).status_code == 401
    assert userinfo(provider, token, at_userinfo(provider, token, new)).status_code == 200
    with provider.db.read() as session:
        assert [row.cnf for row in session.query(RefreshToken)] == [None, None]


def test_a_wrong_proof_uses_nothing_up(provider: Provider) -> None:
    """The code is still good for the client that makes a right one."""
    code = provider.code(scope="openid offline_access")
    assert_proof_refused(redeem(provider, at_token(provider, htm="GET"), code))
    assert redeem(provider, at_token(provider), code).status_code == 200


# --- code bound to a key (10) ---------------------------------------------------------------------------------------
def bound_code(provider: Provider, jkt: str) -> str:
    code = provider.code(scope="openid offline_access")
    with provider.db.begin() as session:
        session.query(AuthorizationCode).one().dpop_jkt = jkt
    return code


def test_a_code_that_is_bound_to_a_key(provider: Provider) -> None:
    """10: MUST reject another key, or none; the code stays good for the right one."""
    code = bound_code(provider, ES256.jkt)
    for proof in (None, at_token(provider, DPoPSender())):
        refused = redeem(provider, proof, code)
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    assert redeem(provider, at_token(provider), code).status_code == 200
