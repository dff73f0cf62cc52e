"""A token that is bound to a DPoP key, at UserInfo (RFC 9449 7)."""

from __future__ import annotations

import pytest
from dpop_sender import DPoPSender

from tests.oauth.conftest import Provider
from tests.oauth.dpop_requests import (
    ES256,
    TOKEN,
    USERINFO,
    assert_proof_refused,
    at_token,
    at_userinfo,
    redeem,
    tokens,
    userinfo,
)


def test_by_get_and_by_post(provider: Provider) -> None:
    """7.1: token and proof, each in its header."""
    token = tokens(provider)["access_token"]
    assert userinfo(provider, token, at_userinfo(provider, token)).get_json()["sub"]
    assert userinfo(provider, token, at_userinfo(provider, token), "dpop").status_code == 200
    proof = ES256.proof("POST", USERINFO, provider.clock.now(), access_token=token)
    headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
    assert provider.app.test_client().post("/userinfo", headers=headers).status_code == 200


def test_a_bound_token_is_no_bearer_token(provider: Provider) -> None:
    """7.2: MUST reject, in the header and in the form, with a proof and without."""
    token = tokens(provider)["access_token"]
    for proof in (None, at_userinfo(provider, token)):
        refused = userinfo(provider, token, proof, "Bearer")
        assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")
        assert refused.headers["WWW-Authenticate"].startswith("Bearer ")
        assert "DPoP algs=" in refused.headers["WWW-Authenticate"]
    posted = provider.app.test_client().post("/userinfo", data={"access_token": token})
    assert (posted.status_code, posted.get_json()["error"]) == (401, "invalid_token")


def test_a_bearer_token_is_not_taken_under_the_scheme(provider: Provider) -> None:
    """Nobody is told that a token is bound which is not."""
    token = provider.tokens()["access_token"]
    refused = userinfo(provider, token, at_userinfo(provider, token))
    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")


def test_without_a_proof(provider: Provider) -> None:
    """7.1: MUST check that one was received; the challenge says which algorithms would do."""
    refused = userinfo(provider, tokens(provider)["access_token"], None)
    assert_proof_refused(refused, 401)
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith('DPoP realm="mock-vneid", error="invalid_dpop_proof"')
    assert 'algs="ES256 ' in challenge


def test_another_key_is_refused(provider: Provider) -> None:
    """7.1: the key that the token is bound to."""
    token = tokens(provider)["access_token"]
    refused = userinfo(provider, token, at_userinfo(provider, token, DPoPSender()))
    assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_token")
    assert refused.headers["WWW-Authenticate"].startswith('DPoP realm="mock-vneid", error="invalid_token"')
    assert "Bearer" not in refused.headers["WWW-Authenticate"]  # 7.2: under the scheme that was used


@pytest.mark.parametrize("ath", [None, "", "x", 5, "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"])
def test_another_tokens_hash_is_refused(provider: Provider, ath: object) -> None:
    """4.3 (12)."""
    token = tokens(provider)["access_token"]
    assert_proof_refused(userinfo(provider, token, at_userinfo(provider, token, ath=ath)), 401)


def test_a_proof_for_another_request_is_refused(provider: Provider) -> None:
    """4.3 (8, 9, 11): method, address, time; one of the token endpoint is of no use either."""
    token, now = tokens(provider)["access_token"], provider.clock.now()
    for proof in (
        ES256.proof("POST", USERINFO, now, access_token=token),
        ES256.proof("GET", TOKEN, now, access_token=token),
        ES256.proof("GET", USERINFO, now),
        at_userinfo(provider, token, iat=int(now.timestamp()) - 91),
        f"{at_userinfo(provider, token)}, {at_userinfo(provider, token)}",
    ):
        assert_proof_refused(userinfo(provider, token, proof), 401)


def test_a_proof_is_good_once_here_too(provider: Provider) -> None:
    """11.1."""
    token = tokens(provider)["access_token"]
    proof = at_userinfo(provider, token)
    assert userinfo(provider, token, proof).status_code == 200
    assert_proof_refused(userinfo(provider, token, proof), 401)


def test_two_schemes_at_once_are_refused(provider: Provider) -> None:
    """7.2: the mechanism cannot be told."""
    token = tokens(provider)["access_token"]
    headers = [
        ("Authorization", f"Bearer {token}"),
        ("Authorization", f"DPoP {token}"),
        ("DPoP", at_userinfo(provider, token)),
    ]
    refused = provider.app.test_client().get("/userinfo", headers=headers)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    both = provider.app.test_client().post(
        "/userinfo",
        data={"access_token": token},
        headers={"Authorization": f"DPoP {token}", "DPoP": at_userinfo(provider, token)},
    )
    assert (both.status_code, both.get_json()["error"]) == (400, "invalid_request")


def test_no_token_gets_both_challenges_without_an_error(provider: Provider) -> None:
    """7.2."""
    challenge = provider.app.test_client().get("/userinfo").headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer realm=")
    assert ', DPoP algs="' in challenge
    assert "error" not in challenge


def test_a_revoked_token_is_refused_with_the_best_proof(provider: Provider) -> None:
    """The proof adds to what a token must be, and replaces nothing."""
    code = provider.code(scope="openid offline_access")
    token = redeem(provider, at_token(provider), code).get_json()["access_token"]
    assert redeem(provider, at_token(provider), code).status_code == 400
    assert userinfo(provider, token, at_userinfo(provider, token)).get_json()["error"] == "invalid_token"
