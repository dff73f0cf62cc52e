"""Introspection endpoint (RFC 7662): who may ask, about which tokens, and what a dead one is said to be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asking_tokens import API, OTHER_API, ask
from werkzeug.test import TestResponse

from idp.oauth.models import Client, Grant
from idp.oauth.ports import ActingFor
from idp.oauth.token_response import TokenContext, token_response
from tests.oauth.conftest import ALL_SCOPES, ISSUER, Provider, payload_of
from tests.oauth.test_oauth_acting import tokens as acting_tokens

INACTIVE = {"active": False}
OFFLINE = "openid identity offline_access"


@pytest.fixture
def served(bare: Provider) -> Provider:
    """A client `rp` that has tokens for two resources, and clients that are such resources or are not."""
    userinfo = f"{ISSUER}/userinfo"
    bare.secret = bare.register(resources=(API, OTHER_API, userinfo)).client_secret or ""
    bare.secrets = {  # type: ignore[attr-defined]
        name: bare.register(client_id=name, resources=resources).client_secret
        for name, resources in {"api": (API,), "other": (OTHER_API,), "stranger": (userinfo,)}.items()
    }
    return bare


def introspect(provider: Provider, token: str, client: str = "rp", **fields: Any) -> TestResponse:
    secret = provider.secret if client == "rp" else provider.secrets[client]  # type: ignore[attr-defined]
    return ask(provider.app, "/introspect", (client, secret), {"token": token, **fields})


def told(provider: Provider, token: str, client: str = "rp", **fields: Any) -> dict[str, Any]:
    response = introspect(provider, token, client, **fields)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.get_json()
    return body


@pytest.mark.parametrize("client", [None, ("rp", "wrong"), ("nobody", "x"), ("", "")])
def test_nobody_asks_unknown(served: Provider, client: tuple[str, str] | None) -> None:
    """RFC 7662 2.1 and 2.3: the caller MUST authenticate; 401, and nothing of the token."""
    token = served.tokens()["access_token"]
    response = ask(served.app, "/introspect", client, {"token": token})
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"].startswith("Basic realm=")  # RFC 9110 15.5.2
    assert response.headers["Cache-Control"] == "no-store"


def test_a_public_client_may_not_ask(bare: Provider) -> None:
    """It has nothing to authenticate with, not even for its own token."""
    bare.register(token_endpoint_auth_method="none")
    token = bare.redeem(bare.code(), client_id="rp").get_json()["access_token"]
    response = ask(bare.app, "/introspect", None, {"token": token, "client_id": "rp"})
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")


def test_an_access_token_is_no_credential_here(served: Provider) -> None:
    """RFC 7662 2.1 would allow one; we give none for it."""
    token = served.tokens()["access_token"]
    response = ask(served.app, "/introspect", None, {"token": token}, Authorization=f"Bearer {token}")
    assert response.status_code == 401


@pytest.mark.parametrize(
    "fields", [{"token": None}, {"token": ""}, {"token": ["a", "b"]}, {"token_type_hint": ["a", "b"]}]
)
def test_requests_that_are_wrong(served: Provider, fields: dict[str, Any]) -> None:
    """RFC 6749 3.1 and 3.2: missing, empty or repeated."""
    response = ask(served.app, "/introspect", ("rp", served.secret), {"token": "x", **fields})
    assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request")


def test_only_a_posted_form(served: Provider) -> None:
    """RFC 7662 2.1: not by GET, where the token would be in logs; not as JSON; not in the address."""
    token = served.tokens()["access_token"]
    visitor = served.app.test_client()
    assert visitor.get("/introspect", query_string={"token": token}).status_code == 405
    assert visitor.post("/introspect", json={"token": token}).get_json()["error"] == "invalid_request"
    response = ask(served.app, f"/introspect?token={token}", ("rp", served.secret), {})
    assert response.get_json()["error"] == "invalid_request"


@pytest.mark.parametrize("token", ["unknown", "a.b.c", "ý\x00", "x" * 9000, "..", "eyJhbGciOiJub25lIn0.e30."])
def test_an_unknown_token_is_inactive(served: Provider, token: str) -> None:
    """RFC 7662 2.2: no error, and no other member."""
    assert told(served, token) == INACTIVE


def test_others_tokens_are_inactive(served: Provider) -> None:
    """RFC 7662 2.2 and 4: whoever the token is neither of nor for is told what a dead one is told of."""
    tokens = served.tokens(scope=OFFLINE, resource=API)
    for client in ("other", "stranger"):
        assert told(served, tokens["access_token"], client) == INACTIVE
    for client in ("api", "other", "stranger"):
        assert told(served, tokens["refresh_token"], client) == INACTIVE


def test_userinfo_makes_nobody_a_reader(served: Provider) -> None:
    """A client that may ask for UserInfo by name reads no other's token for it."""
    named = served.tokens(resource=f"{ISSUER}/userinfo")["access_token"]
    unnamed = served.tokens()["access_token"]
    for token in (named, unnamed):
        assert told(served, token, "stranger") == INACTIVE
        assert told(served, token)["active"] is True


def test_an_expired_token_is_inactive(served: Provider) -> None:
    """Ten minutes for an access token, thirty days for a refresh token."""
    tokens = served.tokens(scope=OFFLINE)
    served.clock.instant += timedelta(minutes=10)
    assert told(served, tokens["access_token"]) == INACTIVE
    assert told(served, tokens["refresh_token"])["active"] is True
    served.clock.instant += timedelta(days=30)
    assert told(served, tokens["refresh_token"]) == INACTIVE


def test_a_locked_account_makes_them_inactive(served: Provider) -> None:
    """From the moment it is locked, and not after."""
    tokens = served.tokens(scope=OFFLINE)
    served.subjects.locked.add("subject-lan")
    assert [told(served, tokens[kind]) for kind in ("access_token", "refresh_token")] == [INACTIVE, INACTIVE]


def test_a_revoked_grant_makes_them_inactive(served: Provider) -> None:
    """Here by a code that came twice."""
    code = served.code(scope=OFFLINE)
    tokens = served.redeem(code).get_json()
    assert served.redeem(code).status_code == 400
    assert [told(served, tokens[kind]) for kind in ("access_token", "refresh_token")] == [INACTIVE, INACTIVE]


def test_a_disabled_client_has_no_active_tokens(served: Provider) -> None:
    """Nor may it ask."""
    tokens = served.tokens(resource=API)
    with served.db.begin() as session:
        client = session.get(Client, "rp")
        assert client is not None
        client.disabled_at = served.clock.now()
    assert told(served, tokens["access_token"], "api") == INACTIVE
    assert introspect(served, tokens["access_token"]).status_code == 401


def test_a_used_refresh_token_is_inactive(served: Provider) -> None:
    """And to ask about one is not to use it: neither the old nor the new family member comes to harm."""
    first = served.tokens(scope=OFFLINE)["refresh_token"]
    assert told(served, first)["active"] is True
    second = served.refresh(first).get_json()["refresh_token"]
    assert told(served, first) == INACTIVE
    assert told(served, second)["active"] is True
    assert served.refresh(second).status_code == 200


def test_a_code_and_an_id_token_are_no_tokens_here(served: Provider) -> None:
    """They carry rights nowhere."""
    code = served.code()
    assert told(served, code) == INACTIVE
    assert told(served, served.redeem(code).get_json()["id_token"]) == INACTIVE


def test_what_is_told_of_an_access_token(served: Provider) -> None:
    """RFC 7662 2.2, RFC 9470 6.2; the `sub` of the ID Token; no `username`, and nothing else of the person."""
    tokens = served.tokens()
    now, claims = int(served.clock.now().timestamp()), payload_of(tokens["id_token"])
    assert told(served, tokens["access_token"]) == {
        "active": True,
        "iss": ISSUER,
        "sub": claims["sub"],
        "client_id": "rp",
        "scope": "identity openid profile",
        "token_type": "Bearer",
        "iat": now,
        "exp": now + 600,
        "aud": f"{ISSUER}/userinfo",
        "acr": claims["acr"],
        "auth_time": claims["auth_time"],
    }
    response = introspect(served, tokens["access_token"])
    assert (response.mimetype, response.headers["Cache-Control"]) == ("application/json", "no-store")


def test_a_resource_is_told_of_its_tokens(served: Provider) -> None:
    """The same as the token's own client, under the same `sub`."""
    token = served.tokens(resource=[API, OTHER_API])["access_token"]  # type: ignore[arg-type]
    of_client = told(served, token)
    assert of_client["aud"] == [API, OTHER_API]
    assert told(served, token, "api") == told(served, token, "other") == of_client


def test_what_is_told_of_a_refresh_token(served: Provider) -> None:
    """To its own client; no token type, since it is presented nowhere but here (RFC 6749 1.5)."""
    tokens = served.tokens(scope=OFFLINE)
    found = told(served, tokens["refresh_token"])
    assert found["exp"] - found["iat"] == 30 * 24 * 3600
    assert (found["scope"], found["client_id"]) == ("identity offline_access openid", "rp")
    assert not {"token_type", "aud"} & set(found)


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "unheard_of", "ý"])
def test_a_hint_changes_nothing(served: Provider, hint: str) -> None:
    """RFC 7662 2.1: with a wrong hint the search MUST go on."""
    tokens = served.tokens(scope=OFFLINE)
    for kind in ("access_token", "refresh_token"):
        assert told(served, tokens[kind], token_type_hint=hint)["active"] is True


def test_a_narrowed_token_has_its_own_scope(served: Provider) -> None:
    """Not the grant's."""
    refreshed = served.refresh(served.tokens(scope=OFFLINE)["refresh_token"], scope="openid").get_json()
    assert told(served, refreshed["access_token"])["scope"] == "openid"


def test_no_script_reads_it(served: Provider) -> None:
    """It is for servers: no origin is let in."""
    served.register(client_id="spa", token_endpoint_auth_method="none")
    response = ask(served.app, "/introspect", None, {"token": "x"}, Origin="https://rp.vn-mock.example")
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("cnf", "token_type"), [({"jkt": "k" * 43}, "DPoP"), ({"x5t#S256": "c" * 43}, "Bearer"), (None, "Bearer")]
)
def test_a_bound_token_says_to_what(served: Provider, cnf: dict[str, str] | None, token_type: str) -> None:
    """RFC 9449 6.2 and 7.1, RFC 8705 3.2: the resource sees whose proof to ask for."""
    served.code()
    with served.db.begin() as session:
        context = TokenContext(served.services, session, served.clock.now(), cnf=cnf)
        client, grant = session.query(Client).filter_by(client_id="rp").one(), session.query(Grant).one()
        token = token_response(context, client, grant, None, nonce=None)["access_token"]
        client.access_token_format = "jwt"
        as_jwt = token_response(context, client, grant, None, nonce=None)["access_token"]
    assert payload_of(as_jwt).get("cnf") == cnf
    for each in (token, as_jwt):
        found = told(served, each)
        assert (found.get("cnf"), found["token_type"]) == (cnf, token_type)


def test_whom_it_was_granted_for(served: Provider) -> None:
    """A resource is told of the organisation and of who acts, as the client is, for both kinds of token; not of
    an organisation that she may not act for any more."""
    company = ActingFor("subject-company", "0650000777", "Công ty TNHH Mô Phỏng", "legal_representative")
    served.subjects.mandates["subject-lan"] = [company]
    for own in (False, True):
        body = acting_tokens(served, "self" if own else company.number, scope=ALL_SCOPES)
        for token in (body["access_token"], body["refresh_token"]):
            answer = told(served, token)
            assert ("acting_for" in answer, "act" in answer) == (not own, not own)
            if not own:
                assert answer["acting_for"]["organisation_number"] == company.number
                assert answer["act"]["role"] == company.role
    body = acting_tokens(served, company.number)
    served.subjects.mandates["subject-lan"] = []
    assert told(served, body["access_token"]) == {"active": False}
