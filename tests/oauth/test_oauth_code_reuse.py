"""A code is used once; a second use revokes what the first one got (RFC 6749 4.1.2, RFC 9700 4.14)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.oauth.conftest import Provider


def test_a_second_use_revokes_the_tokens(provider: Provider) -> None:
    """Deny the request and revoke all tokens issued on that code."""
    code = provider.code(scope="openid offline_access")
    tokens = provider.redeem(code).get_json()
    assert provider.userinfo(tokens["access_token"]).status_code == 200
    assert provider.redeem(code).get_json()["error"] == "invalid_grant"
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert provider.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert "oauth.code_reused" in provider.audit.names()


def test_a_second_use_by_another_client_revokes_nothing(provider: Provider) -> None:
    """Only the client it was issued to could have used it: a stranger cannot end its tokens."""
    other = provider.register(client_id="other")
    code = provider.code()
    tokens = provider.redeem(code).get_json()
    stranger = provider.token(auth=("other", other.client_secret or ""), grant_type="authorization_code", code=code)
    assert stranger.get_json()["error"] == "invalid_grant"
    assert provider.userinfo(tokens["access_token"]).status_code == 200


def test_other_grants_stay(provider: Provider) -> None:
    """What is revoked is that grant, not the client's others."""
    other = provider.tokens()
    code = provider.code()
    assert provider.redeem(code).status_code == 200
    assert provider.redeem(code).status_code == 400
    assert provider.userinfo(other["access_token"]).status_code == 200


def test_sixteen_at_once_give_one_token_set_which_is_then_revoked(provider: Provider) -> None:
    """Single use is atomic on every database."""
    code = provider.code(scope="openid offline_access")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: provider.redeem(code), range(16)))
    good = [answer for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert {answer.get_json()["error"] for answer in answers if answer.status_code != 200} == {"invalid_grant"}
    assert provider.userinfo(good[0].get_json()["access_token"]).status_code == 401
    assert provider.refresh(good[0].get_json()["refresh_token"]).status_code == 400
