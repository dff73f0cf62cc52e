"""Refresh tokens: rotation, reuse detection, binding, narrowing (RFC 6749 6, RFC 9700 4.14.2, Core 11 and 12)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.oauth.conftest import Provider, payload_of

OFFLINE = "openid identity offline_access"


def test_only_offline_access_gives_one(provider: Provider) -> None:
    """Core 11: for access while the person is away, and consented to as such."""
    assert "refresh_token" not in provider.tokens(scope="openid")
    assert 'data-testid="consent-offline"' in provider.authorize(scope=OFFLINE).text
    assert "refresh_token" in provider.tokens(scope=OFFLINE)


def test_a_refresh_rotates(provider: Provider) -> None:
    """A new access token, a new refresh token, a new ID Token."""
    first = provider.tokens(scope=OFFLINE)
    second = provider.refresh(first["refresh_token"]).get_json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert second["scope"] == first["scope"]
    assert provider.userinfo(second["access_token"]).status_code == 200
    assert provider.refresh(second["refresh_token"]).status_code == 200


def test_the_new_id_token_is_of_the_same_sign_in(provider: Provider) -> None:
    """Core 12.2: iss, sub, aud and auth_time as before; iat new; no nonce."""
    first = provider.tokens(scope=OFFLINE)
    provider.clock.instant += timedelta(hours=1)
    before = payload_of(first["id_token"])
    after = payload_of(provider.refresh(first["refresh_token"]).get_json()["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "acr", "amr", "sid"):
        assert after[name] == before[name]
    assert after["iat"] == before["iat"] + 3600
    assert before["nonce"] == "n-1"
    assert "nonce" not in after


def test_an_old_one_ends_the_whole_family(provider: Provider) -> None:
    """RFC 9700 4.14.2: one of two holders is a thief, so both lose."""
    first = provider.tokens(scope=OFFLINE)
    second = provider.refresh(first["refresh_token"]).get_json()
    assert provider.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert provider.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert provider.userinfo(second["access_token"]).status_code == 401
    assert "oauth.refresh_token_reused" in provider.audit.names()


def test_sixteen_at_once_give_one_token_set_which_is_then_revoked(provider: Provider) -> None:
    """Rotation is atomic on every database."""
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: provider.refresh(token), range(16)))
    good = [answer.get_json() for answer in answers if answer.status_code == 200]
    assert len(good) == 1
    assert provider.refresh(good[0]["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert provider.userinfo(good[0]["access_token"]).status_code == 401


def test_it_is_bound_to_its_client(provider: Provider) -> None:
    """RFC 6749 6. A stranger's attempt neither succeeds nor ends the family."""
    other = provider.register(client_id="other")
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    stranger = ("other", other.client_secret or "")
    for _ in range(2):
        response = provider.token(auth=stranger, grant_type="refresh_token", refresh_token=token)
        assert response.get_json()["error"] == "invalid_grant"
    assert provider.refresh(token).status_code == 200


@pytest.mark.parametrize("value", [None, "", "unknown", "ý\x00"])
def test_wrong_tokens(provider: Provider, value: str | None) -> None:
    """invalid_request where it is missing, invalid_grant where it is not one of ours."""
    response = provider.token(grant_type="refresh_token", refresh_token=value)
    assert response.get_json()["error"] == ("invalid_grant" if value else "invalid_request")


def test_it_ends_when_it_is_not_used(provider: Provider) -> None:
    """After 30 days."""
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    provider.clock.instant += timedelta(days=30)
    assert provider.refresh(token).get_json()["error"] == "invalid_grant"


def test_the_family_ends_however_often_it_is_used(provider: Provider) -> None:
    """After 180 days, which is what the consent page said."""
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    for _ in range(8):
        provider.clock.instant += timedelta(days=20)
        token = provider.refresh(token).get_json()["refresh_token"]
    provider.clock.instant += timedelta(days=20)
    assert provider.refresh(token).get_json()["error"] == "invalid_grant"


def test_an_access_token_may_be_narrower(provider: Provider) -> None:
    """RFC 6749 6: a scope within the original; the next refresh has the whole again."""
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    narrow = provider.refresh(token, scope="openid openid").get_json()
    assert narrow["scope"] == "openid"
    assert "personal_id_number" not in payload_of(narrow["id_token"])
    assert set(provider.userinfo(narrow["access_token"]).get_json()) == {"sub"}
    whole = provider.refresh(narrow["refresh_token"]).get_json()
    assert whole["scope"].split() == sorted(OFFLINE.split())


def test_without_openid_there_is_no_id_token(provider: Provider) -> None:
    """And UserInfo answers insufficient_scope (RFC 6750 3.1)."""
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    narrow = provider.refresh(token, scope="identity").get_json()
    assert "id_token" not in narrow
    refused = provider.userinfo(narrow["access_token"])
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert 'scope="openid"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("scope", ["openid email", "unknown", "OPENID"])
def test_a_wider_scope_is_refused(provider: Provider, scope: str) -> None:
    """RFC 6749 6: MUST NOT include any scope not originally granted; the token is not used up."""
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    assert provider.refresh(token, scope=scope).get_json()["error"] == "invalid_scope"
    assert provider.refresh(token).status_code == 200


def test_a_locked_account_is_not_refreshed(provider: Provider) -> None:
    """While it is locked; the token is not used up by the attempt."""
    token = provider.tokens(scope=OFFLINE)["refresh_token"]
    provider.subjects.locked.add("subject-lan")
    assert provider.refresh(token).get_json()["error"] == "invalid_grant"
    provider.subjects.locked.clear()
    assert provider.refresh(token).status_code == 200


def test_a_public_client_rotates_too(bare: Provider) -> None:
    """RFC 9700 2.2.2: rotation is what protects a public client's refresh token."""
    bare.register(token_endpoint_auth_method="none", application_type="native")
    body = bare.redeem(bare.code(scope=OFFLINE), client_id="rp").get_json()
    second = bare.refresh(body["refresh_token"], client_id="rp")
    assert second.status_code == 200
    assert bare.refresh(body["refresh_token"], client_id="rp").get_json()["error"] == "invalid_grant"
