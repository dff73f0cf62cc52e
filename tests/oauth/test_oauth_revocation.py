"""Revocation endpoint (RFC 7009): by the client a token was issued to, felt at once, and told in the audit record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from asking_tokens import ask
from werkzeug.test import TestResponse

from idp.oauth.models import Grant
from tests.oauth.conftest import Provider

OFFLINE = "openid identity offline_access"


def revoke(provider: Provider, token: str, client: str = "rp", **fields: Any) -> TestResponse:
    secret = provider.secret if client == "rp" else fields.pop("secret")
    return ask(provider.app, "/revoke", (client, secret), {"token": token, **fields})


def works(provider: Provider, tokens: dict[str, Any]) -> bool:
    return provider.userinfo(tokens["access_token"]).status_code == 200


@pytest.mark.parametrize("client", [None, ("rp", "wrong"), ("nobody", "x")])
def test_nobody_revokes_unknown(provider: Provider, client: tuple[str, str] | None) -> None:
    """RFC 7009 2.1: the client's credentials are checked first; nothing ends."""
    tokens = provider.tokens()
    response = ask(provider.app, "/revoke", client, {"token": tokens["access_token"]})
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")
    assert works(provider, tokens)


def test_a_confidential_client_does_not_only_name_itself(provider: Provider) -> None:
    """By `client_id` alone it is a public client, which it is not registered as."""
    tokens = provider.tokens()
    response = ask(provider.app, "/revoke", None, {"token": tokens["access_token"], "client_id": "rp"})
    assert response.status_code == 401
    assert works(provider, tokens)


@pytest.mark.parametrize(
    "fields", [{"token": None}, {"token": ""}, {"token": ["a", "b"]}, {"token_type_hint": ["a", "b"]}]
)
def test_requests_that_are_wrong(provider: Provider, fields: dict[str, Any]) -> None:
    """RFC 7009 2.2.1 with RFC 6749 3.2 and 5.2."""
    response = ask(provider.app, "/revoke", ("rp", provider.secret), {"token": "x", **fields})
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


def test_only_a_posted_form(provider: Provider) -> None:
    """RFC 7009 2.1: POST; not by the address, nor by JSON; no JSONP (2.3)."""
    tokens = provider.tokens()
    visitor = provider.app.test_client()
    query = {"token": tokens["access_token"], "callback": "package.myCallback"}
    assert visitor.get("/revoke", query_string=query).status_code == 405
    assert visitor.post("/revoke", json=query).get_json()["error"] == "invalid_request"
    assert works(provider, tokens)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_anothers_token_is_refused(provider: Provider, kind: str) -> None:
    """RFC 7009 2.1: issued to another client, the request is refused and the client told so; nothing ends."""
    other = provider.register(client_id="other").client_secret
    tokens = provider.tokens(scope=OFFLINE)
    response = revoke(provider, tokens[kind], "other", secret=other)
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_grant")
    assert works(provider, tokens)
    assert provider.refresh(tokens["refresh_token"]).status_code == 200
    assert "oauth.token_revoked" not in provider.audit.names()


def test_what_can_not_be_revoked(provider: Provider) -> None:
    """RFC 7009 2.2.1: unsupported_token_type for a code and for an ID Token, which stay what they are."""
    code = provider.code()
    assert revoke(provider, code).get_json()["error"] == "unsupported_token_type"
    tokens = provider.redeem(code).get_json()
    assert revoke(provider, tokens["id_token"]).get_json()["error"] == "unsupported_token_type"
    assert works(provider, tokens)


@pytest.mark.parametrize("token", ["unknown", "a.b.c", "ý\x00", "x" * 9000])
def test_an_unknown_token_is_no_error(provider: Provider, token: str) -> None:
    """RFC 7009 2.2: the client can do nothing about it, and what it wants is so."""
    response = revoke(provider, token)
    assert (response.status_code, response.get_json()) == (200, {})
    assert response.headers["Cache-Control"] == "no-store"
    assert provider.audit.names().count("oauth.token_revoked") == 0


def test_an_access_token_ends_alone(provider: Provider) -> None:
    """RFC 7009 2.1: the refresh token, and what is got by it, live on."""
    tokens = provider.tokens(scope=OFFLINE)
    assert revoke(provider, tokens["access_token"]).status_code == 200
    assert not works(provider, tokens)
    assert works(provider, provider.refresh(tokens["refresh_token"]).get_json())


def test_a_refresh_token_ends_its_grant(provider: Provider) -> None:
    """RFC 7009 2.1: with all access tokens of it; another grant of the same client lives on."""
    other = provider.tokens()
    first = provider.tokens(scope=OFFLINE)
    second = provider.refresh(first["refresh_token"]).get_json()
    assert revoke(provider, second["refresh_token"]).status_code == 200
    assert not works(provider, first)
    assert not works(provider, second)
    assert provider.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert works(provider, other)


def test_an_old_refresh_token_ends_it_too(provider: Provider) -> None:
    """The client has done with the family, whichever of it it kept."""
    first = provider.tokens(scope=OFFLINE)
    second = provider.refresh(first["refresh_token"]).get_json()
    assert revoke(provider, first["refresh_token"]).status_code == 200
    assert not works(provider, second)


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "unheard_of", "ý"])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_hint_changes_nothing(provider: Provider, kind: str, hint: str) -> None:
    """RFC 7009 2.1 and 2.2: with a wrong one the search MUST go on; an unknown one is ignored."""
    tokens = provider.tokens(scope=OFFLINE)
    assert revoke(provider, tokens[kind], token_type_hint=hint).status_code == 200
    assert not works(provider, tokens)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_it_is_recorded_once(provider: Provider, kind: str) -> None:
    """Who, of whose, which grant and which kind; a second time nothing happens, and nothing is recorded."""
    tokens = provider.tokens(scope=OFFLINE)
    for _ in range(2):
        assert revoke(provider, tokens[kind]).status_code == 200
    with provider.db.read() as session:
        grant = session.query(Grant).one().id
    recorded = [event for event in provider.audit.events if event[0] == "oauth.token_revoked"]
    assert recorded == [("oauth.token_revoked", "subject-lan", "rp", {"grant": grant, "kind": kind})]


def test_many_at_once(provider: Provider) -> None:
    """Each is answered with success, and one of them did it."""
    tokens = provider.tokens(scope=OFFLINE)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: revoke(provider, tokens["refresh_token"]).status_code, range(8)))
    assert answers == [200] * 8
    assert provider.audit.names().count("oauth.token_revoked") == 1


def test_an_expired_token_is_no_error(provider: Provider) -> None:
    """It has ended already."""
    tokens = provider.tokens()
    provider.clock.instant += timedelta(minutes=10)
    assert revoke(provider, tokens["access_token"]).status_code == 200


def test_a_locked_persons_token_can_be_given_back(provider: Provider) -> None:
    """A lock is lifted some day; what was given back by then stays back."""
    tokens = provider.tokens()
    provider.subjects.locked.add("subject-lan")
    assert revoke(provider, tokens["access_token"]).status_code == 200
    provider.subjects.locked.clear()
    assert not works(provider, tokens)


def test_a_public_client_names_itself(bare: Provider) -> None:
    """RFC 7009 2.1 and 5: by its client_id, for its own tokens only; from a script on its own origin (2.3)."""
    bare.register(token_endpoint_auth_method="none")
    bare.register(
        client_id="other", token_endpoint_auth_method="none", redirect_uris=("https://o.vn-mock.example/cb",)
    )
    tokens = bare.redeem(bare.code(), client_id="rp").get_json()
    stranger = ask(bare.app, "/revoke", None, {"token": tokens["access_token"], "client_id": "other"})
    assert stranger.get_json()["error"] == "invalid_grant"
    assert works(bare, tokens)
    origin = "https://rp.vn-mock.example"
    own = ask(bare.app, "/revoke", None, {"token": tokens["access_token"], "client_id": "rp"}, Origin=origin)
    assert own.status_code == 200
    assert own.headers["Access-Control-Allow-Origin"] == origin
    assert not works(bare, tokens)
