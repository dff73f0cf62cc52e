"""Challenges of the UserInfo endpoint to a sign-in that is too weak or too old (RFC 9470)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, Provider, payload_of

ONE, TWO, THREE = (f"urn:vn-mock:loa:{number}" for number in (1, 2, 3))
ADDRESS = "openid profile address"


def weak(provider: Provider, **changes: str | None) -> dict[str, Any]:
    """Tokens of a sign-in with a password alone."""
    provider.page.amr = ("pwd",)
    return provider.tokens(**changes)


def challenge(response: TestResponse) -> str:
    assert response.status_code == 401, response.text
    assert response.get_json()["error"] == "insufficient_user_authentication"
    assert response.headers["Cache-Control"] == "no-store"
    header = response.headers["WWW-Authenticate"]
    assert header.startswith(
        'Bearer realm="mock-vneid", error="insufficient_user_authentication", error_description='
    )
    return header


def test_a_scope_that_needs_two_factors(provider: Provider) -> None:
    """RFC 9470 3: 401, the error and the level that would do; nothing of the person."""
    response = provider.userinfo(weak(provider, scope=ADDRESS)["access_token"])
    header = challenge(response)
    assert f'acr_values="{TWO}"' in header
    assert "max_age" not in header
    assert set(response.get_json()) == {"error", "error_description"}


def test_the_challenge_is_answered(provider: Provider) -> None:
    """RFC 9470 4: the client asks with the acr_values of the challenge, and the new token is good enough."""
    challenge(provider.userinfo(weak(provider, scope=ADDRESS)["access_token"]))
    provider.page.amr = ("pwd", "pin")
    stepped_up = provider.tokens(scope=ADDRESS, acr_values=TWO)["access_token"]
    assert provider.page.asked[-1].acr == TWO
    assert "address" in provider.userinfo(stepped_up).get_json()


def test_the_old_token_stays_as_weak_as_it_was(provider: Provider) -> None:
    """RFC 9470 6.1: what a token says of the sign-in never changes; the session's step-up does not lift it."""
    old = weak(provider, scope=ADDRESS)["access_token"]
    provider.page.amr = ("pwd", "pin")
    provider.tokens(scope=ADDRESS, acr_values=TWO)
    challenge(provider.userinfo(old))


def test_a_refreshed_token_is_no_stronger(provider: Provider) -> None:
    """RFC 9470 6.1: renewing a token is not signing in."""
    tokens = weak(provider, scope=f"{ADDRESS} offline_access", prompt="consent")
    renewed = provider.refresh(tokens["refresh_token"]).get_json()["access_token"]
    assert f'acr_values="{TWO}"' in challenge(provider.userinfo(renewed))


def test_a_narrowed_token_is_not_challenged(provider: Provider) -> None:
    """What is not asked for needs nothing."""
    tokens = weak(provider, scope=f"{ADDRESS} offline_access", prompt="consent")
    narrow = provider.refresh(tokens["refresh_token"], scope="openid profile").get_json()["access_token"]
    assert "name" in provider.userinfo(narrow).get_json()


def test_a_claim_by_name_needs_what_its_scope_needs(provider: Provider) -> None:
    """No way round by the claims parameter."""
    asked = json.dumps({"userinfo": {"address": None}})
    challenge(provider.userinfo(weak(provider, scope="openid", claims=asked)["access_token"]))


def test_the_id_token_goes_without(provider: Provider) -> None:
    """Nor by asking for it in the ID Token: at a lower level the claim is not there, at the level it is."""
    asked = json.dumps({"id_token": {"address": None}})
    assert "address" not in payload_of(weak(provider, scope="openid", claims=asked)["id_token"])
    provider.page.amr = ("pwd", "pin")
    strong = provider.tokens(scope="openid", claims=asked, acr_values=TWO)["id_token"]
    assert "address" in payload_of(strong)


def test_less_than_the_client_is_registered_for(bare: Provider) -> None:
    """A request whose acr_values were changed in the browser brings a token that UserInfo refuses (attack 4)."""
    bare.secret = bare.register(default_acr_values=("LoA3", TWO)).client_secret or ""
    token = weak(bare, acr_values=ONE)["access_token"]
    assert f'acr_values="LoA3 {TWO}"' in challenge(bare.userinfo(token))


def test_what_a_rule_finds_too_weak_is_not_offered(bare: Provider) -> None:
    """RFC 9470 3: one of which is required; a registered value below the rule's is raised to it."""
    bare.secret = bare.register(default_acr_values=(THREE, ONE, "LoA1")).client_secret or ""
    assert f'acr_values="{THREE} {TWO}"' in challenge(bare.userinfo(weak(bare, scope=ADDRESS)["access_token"]))


def test_older_than_the_client_is_registered_for(bare: Provider) -> None:
    """RFC 9470 3: max_age, the whole seconds since the person last signed in; the level was enough."""
    bare.secret = bare.register(default_max_age=300).client_secret or ""
    token = bare.tokens()["access_token"]
    bare.clock.instant += timedelta(seconds=300)
    assert bare.userinfo(token).status_code == 200
    bare.clock.instant += timedelta(seconds=1)
    header = challenge(bare.userinfo(token))
    assert 'max_age="300"' in header
    assert "acr_values" not in header
    assert bare.userinfo(bare.tokens(max_age="300")["access_token"]).status_code == 200


def test_both_at_once(bare: Provider) -> None:
    """RFC 9470 3: MAY both occur in the same challenge."""
    bare.secret = bare.register(default_acr_values=(TWO,), default_max_age=60).client_secret or ""
    token = weak(bare, acr_values=ONE)["access_token"]
    bare.clock.instant += timedelta(seconds=61)
    header = challenge(bare.userinfo(token))
    assert f'acr_values="{TWO}"' in header
    assert 'max_age="60"' in header


@pytest.mark.parametrize("token", ["unknown", "x" * 43])
def test_nothing_is_told_to_whoever_has_no_token(provider: Provider, token: str) -> None:
    """RFC 9470 9: the challenge comes after the token is checked, so the requirement does not leak."""
    header = provider.userinfo(token).headers["WWW-Authenticate"]
    assert 'error="invalid_token"' in header
    assert "acr_values" not in header


def test_a_locked_account_comes_first(provider: Provider) -> None:
    """Where stepping up would not help, it is not asked for."""
    token = weak(provider, scope=ADDRESS)["access_token"]
    provider.subjects.locked.add("subject-lan")
    assert 'error="invalid_token"' in provider.userinfo(token).headers["WWW-Authenticate"]


def test_scripts_may_read_the_challenge(provider: Provider) -> None:
    """RFC 9470 4: a client SHOULD parse the header; a browser's script is allowed to see it."""
    provider.register(client_id="spa", token_endpoint_auth_method="none", redirect_uris=("https://spa.example/cb",))
    token = weak(provider, scope=ADDRESS)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Origin": "https://spa.example"}
    response = provider.app.test_client().get("/userinfo", headers=headers)
    challenge(response)
    assert "WWW-Authenticate" in response.headers["Access-Control-Expose-Headers"]


def test_the_levels_are_in_the_metadata(provider: Provider) -> None:
    """RFC 9470 7: acr_values_supported tells that acr_values and max_age are honoured."""
    found = provider.app.test_client().get("/.well-known/oauth-authorization-server").get_json()
    assert found["issuer"] == ISSUER
    assert TWO in found["acr_values_supported"]
