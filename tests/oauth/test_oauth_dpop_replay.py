"""A DPoP proof is good once (RFC 9449 11.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from dpop_sender import DPoPSender

from idp.oauth import dpop, store
from idp.oauth.models import UsedProof
from tests.oauth.conftest import Provider
from tests.oauth.dpop_requests import (
    assert_proof_refused,
    at_token,
    at_userinfo,
    redeem,
    refresh,
    tokens,
    userinfo,
)


def test_a_proof_is_good_once(provider: Provider) -> None:
    """11.1: and not for another request either."""
    proof = at_token(provider)
    found = redeem(provider, proof).get_json()
    assert_proof_refused(redeem(provider, proof))
    assert_proof_refused(refresh(provider, proof, found["refresh_token"]))


def test_a_proof_is_known_for_as_long_as_it_would_be_taken(provider: Provider) -> None:
    """11.1: the time window in which it would be accepted."""
    proof = at_token(provider, iat=int(provider.clock.now().timestamp()) + 30)
    assert redeem(provider, proof).status_code == 200
    provider.clock.instant += dpop.FRESH + 2 * dpop.SKEW
    with provider.db.begin() as session:
        store.delete_expired(session, provider.clock.now())
    assert_proof_refused(redeem(provider, proof))


def test_what_is_over_is_forgotten(provider: Provider) -> None:
    """The record of proofs does not grow for ever, also where nobody restarts the server."""
    for _ in range(3):
        tokens(provider)
    provider.clock.instant += 2 * dpop.FRESH
    for number in range(60):
        redeem(provider, at_token(provider, jti=f"j-{number}"), code="c")
    with provider.db.read() as session:
        ends = [proof.expires_at for proof in session.query(UsedProof)]
    assert 0 < len(ends) <= 60
    assert min(ends) > provider.clock.now()


def test_another_keys_jti_is_not_used_up(provider: Provider) -> None:
    """Whoever saw a jti cannot spoil it for its client."""
    other = DPoPSender()
    redeem(provider, at_token(provider, other, jti="shared"), code="c")
    assert redeem(provider, at_token(provider, jti="shared")).status_code == 200


def test_one_of_sixteen_at_once_gets_through(provider: Provider) -> None:
    """The primary key decides, at the token endpoint and at UserInfo."""
    code, proof = provider.code(scope="openid offline_access"), at_token(provider)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: redeem(provider, proof, code), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 15
    assert {answer.get_json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_dpop_proof"}
    token = next(answer.get_json()["access_token"] for answer in answers if answer.status_code == 200)
    once = at_userinfo(provider, token)
    with ThreadPoolExecutor(16) as pool:
        seen = list(pool.map(lambda _: userinfo(provider, token, once).status_code, range(16)))
    assert sorted(seen) == [200] + [401] * 15
