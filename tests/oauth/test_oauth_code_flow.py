"""The authorization code flow from end to end (OpenID Connect Core 3.1)."""

from __future__ import annotations

from joserfc import jwt

from tests.oauth.conftest import ISSUER


def test_flow(provider) -> None:
    answer = provider.answer()
    assert answer["state"] == "s-1"
    assert answer["iss"] == ISSUER
    body = provider.redeem(answer["code"]).get_json()
    claims = jwt.decode(body["id_token"], provider.services.keys.verification_keys(), algorithms=["ES256"]).claims
    print(claims)
    info = provider.userinfo(body["access_token"])
    print(info.get_json())
    assert info.get_json()["sub"] == claims["sub"]
