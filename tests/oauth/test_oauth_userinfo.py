"""UserInfo endpoint (OpenID Connect Core 5.3, RFC 6750 2 and 3, RFC 9700 4.3.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from tests.oauth.conftest import ALL_SCOPES, LAN, Provider, payload_of


def get(provider: Provider, authorization: str | None, query: str = "") -> TestResponse:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return provider.app.test_client().get(f"/userinfo{query}", headers=headers)


def test_all_scopes_give_all_claims(provider: Provider) -> None:
    """Core 5.4; the same sub as in the ID Token (5.3.2); never cached."""
    tokens = provider.tokens(scope=ALL_SCOPES)
    response = provider.userinfo(tokens["access_token"])
    known = {name: value for name, value in LAN.items() if name != "nationalities"}
    assert response.get_json() == {**known, "sub": payload_of(tokens["id_token"])["sub"]}
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"


def test_openid_alone_gives_sub_alone(provider: Provider) -> None:
    """Nothing comes uninvited."""
    assert set(provider.userinfo(provider.tokens(scope="openid")["access_token"]).get_json()) == {"sub"}


def test_claims_by_name(provider: Provider) -> None:
    """Core 5.5."""
    tokens = provider.tokens(scope="openid", claims='{"userinfo": {"email": {"essential": true}, "x": null}}')
    assert set(provider.userinfo(tokens["access_token"]).get_json()) == {"sub", "email"}


def test_by_post(provider: Provider) -> None:
    """Core 5.3.1: GET and POST; RFC 6750 2.1 and 2.2: in the header or in the form."""
    token = provider.tokens()["access_token"]
    visitor = provider.app.test_client()
    assert visitor.post("/userinfo", headers={"Authorization": f"bearer {token}"}).status_code == 200
    assert visitor.post("/userinfo", data={"access_token": token}).status_code == 200


def test_no_token_gets_a_challenge_without_error(provider: Provider) -> None:
    """RFC 6750 3.1: SHOULD NOT include an error code."""
    response = get(provider, None)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="mock-vneid", DPoP algs="')
    assert "error" not in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "authorization", ["Basic cnA6eA==", "Basic abc", "unknown", 'Digest a="b", c="d"', "Bearerx y"]
)
def test_another_scheme_gets_a_challenge_without_error(provider: Provider, authorization: str) -> None:
    """RFC 6750 3.1: an unsupported authentication method is no token, so there is no error code either."""
    response = get(provider, authorization)
    assert (response.status_code, response.get_json()) == (401, {})
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="mock-vneid", DPoP algs="')
    assert "error" not in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Bearer a b", "DPoP ", "DPoP a b", "Basic x, Bearer y"]
)
def test_a_malformed_header(provider: Provider, authorization: str) -> None:
    """RFC 6750 3.1: invalid_request, 400: no token, more than one, or two headers."""
    response = get(provider, authorization)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")
    assert 'error="invalid_request"' in response.headers["WWW-Authenticate"]


def test_credentials_of_another_scheme_beside_a_token(provider: Provider) -> None:
    """Two ways at once are refused, whatever the other is."""
    token = provider.tokens()["access_token"]
    headers = {"Authorization": "Basic cnA6eA=="}
    both = provider.app.test_client().post("/userinfo", data={"access_token": token}, headers=headers)
    assert (both.status_code, both.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("authorization", ["Bearer unknown", "Bearer ý", 'Bearer "x"', "bearer   unknown"])
def test_wrong_tokens(provider: Provider, authorization: str) -> None:
    """RFC 6750 3.1: invalid_token, 401, with a challenge."""
    response = get(provider, authorization)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert response.get_json()["error"] == "invalid_token"


def test_a_token_in_the_query_is_refused(provider: Provider) -> None:
    """RFC 9700 4.3.2: addresses end up in logs, even where the token is good."""
    token = provider.tokens()["access_token"]
    for response in (
        get(provider, None, f"?access_token={token}"),
        get(provider, f"Bearer {token}", "?access_token="),
    ):
        assert response.status_code == 400
        assert 'error="invalid_request"' in response.headers["WWW-Authenticate"]


def test_two_tokens_are_refused(provider: Provider) -> None:
    """RFC 6750 2: MUST NOT use more than one method."""
    token = provider.tokens()["access_token"]
    visitor = provider.app.test_client()
    twice = visitor.post("/userinfo", data={"access_token": token}, headers={"Authorization": f"Bearer {token}"})
    assert twice.get_json()["error"] == "invalid_request"
    assert visitor.post("/userinfo", data={"access_token": [token, token]}).status_code == 400


def test_an_expired_token(provider: Provider) -> None:
    """After ten minutes."""
    token = provider.tokens()["access_token"]
    provider.clock.instant += timedelta(minutes=10)
    assert provider.userinfo(token).status_code == 401


def test_a_code_or_refresh_token_is_no_access_token(provider: Provider) -> None:
    """Each is found in its own table."""
    code = provider.code(scope="openid offline_access")
    assert provider.userinfo(code).status_code == 401
    assert provider.userinfo(provider.redeem(code).get_json()["refresh_token"]).status_code == 401


def test_a_locked_account_tells_nothing(provider: Provider) -> None:
    """From the moment it is locked."""
    token = provider.tokens()["access_token"]
    provider.subjects.locked.add("subject-lan")
    response = provider.userinfo(token)
    assert response.status_code == 401
    assert "Nguyễn" not in response.text


def test_a_person_who_is_gone_tells_nothing(provider: Provider) -> None:
    """No such subject any more."""
    token = provider.tokens()["access_token"]
    del provider.subjects.people["subject-lan"]
    assert provider.userinfo(token).status_code == 401
