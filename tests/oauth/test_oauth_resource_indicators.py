"""Resource indicators (RFC 8707): at the authorization and token endpoints, and what a token for another is worth."""

from __future__ import annotations

from typing import Any

import pytest
from asking_tokens import API, OTHER_API, ask

from idp.oauth import resources
from idp.oauth.errors import InvalidTargetError
from idp.oauth.models import Client, Grant
from tests.oauth.conftest import ISSUER, Provider, parameters_of

USERINFO = f"{ISSUER}/userinfo"
OFFLINE = "openid identity offline_access"
FOREIGN = "https://foreign.vn-mock.example/"


@pytest.fixture
def served(bare: Provider) -> Provider:
    bare.secret = bare.register(resources=(API, OTHER_API, USERINFO)).client_secret or ""
    return bare


def audience(provider: Provider, token: str) -> Any:
    return ask(provider.app, "/introspect", ("rp", provider.secret), {"token": token}).get_json()["aud"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "records",
        "/records",
        "//api.vn-mock.example/records",
        f"{API}#part",
        f"{API}#",
        "https:",
        "https://[::1",
        "https://api.vn-mock.example/a b",
        "https://api.vn-mock.example/ý",
        "https://api.vn-mock.example/\x00",
        "https://api.vn-mock.example/" + "x" * 500,
    ],
)
def test_what_is_no_indicator(value: str) -> None:
    """RFC 8707 2: an absolute URI, and no fragment; refused even where somebody registered it."""
    assert not resources.is_indicator(value)
    with pytest.raises(InvalidTargetError):
        resources.check(Client(resources=[value]), [value])


@pytest.mark.parametrize("value", [API, "https://api.vn-mock.example", "urn:vn-mock:records", f"{API}?of=2026"])
def test_what_is_one(value: str) -> None:
    """Any scheme; a query is only advised against."""
    assert resources.check(Client(resources=[value]), [value, value]) == (value,)


@pytest.mark.parametrize(
    "wanted", [[FOREIGN], [API, FOREIGN], [f"{API}/"], [API.upper()], [f"{API}#x"], ["records"], ["ý\ud7ff"]]
)
def test_an_authorization_for_another_resource_is_refused(served: Provider, wanted: list[str]) -> None:
    """RFC 8707 2 and 2.1: invalid_target, to the redirect URI; compared letter by letter."""
    answer = parameters_of(served.authorize(resource=wanted))  # type: ignore[arg-type]
    assert (answer["error"], answer["state"]) == ("invalid_target", "s-1")
    assert FOREIGN not in answer["error_description"]


def test_a_client_without_resources_may_name_none(provider: Provider) -> None:
    """Not even ours, which it has a token for when it says nothing."""
    for wanted in (API, USERINFO):
        assert parameters_of(provider.authorize(resource=wanted))["error"] == "invalid_target"


@pytest.mark.parametrize("wanted", [FOREIGN, OTHER_API, [API, OTHER_API], USERINFO, f"{API}#x", "x" * 9000])
def test_a_token_for_more_than_was_granted_is_refused(served: Provider, wanted: Any) -> None:
    """RFC 8707 2.2: invalid_target; neither the code nor the refresh token is used up by the mistake."""
    code = served.code(scope=OFFLINE, resource=API)
    refused = served.redeem(code, resource=wanted)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_target")
    tokens = served.redeem(code).get_json()
    refused = served.refresh(tokens["refresh_token"], resource=wanted)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_target")
    assert served.refresh(tokens["refresh_token"]).status_code == 200


def test_without_a_resource_no_other_can_be_had_later(served: Provider) -> None:
    """What was asked of the person was a token for UserInfo."""
    code = served.code()
    assert served.redeem(code, resource=API).get_json()["error"] == "invalid_target"
    assert audience(served, served.redeem(code, resource=USERINFO).get_json()["access_token"]) == USERINFO


def test_a_token_for_another_resource_is_nothing_at_userinfo(served: Provider) -> None:
    """RFC 8707 3, RFC 6750 3.1: invalid_token, by its audience."""
    response = served.userinfo(served.tokens(resource=API)["access_token"])
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_token")
    assert "Nguyễn" not in response.text


def test_a_registration_that_was_taken_back(served: Provider) -> None:
    """A resource that the client may not have tokens for any more is in no new one."""
    code = served.code(scope=OFFLINE, resource=[API, OTHER_API])  # type: ignore[arg-type]
    tokens = served.redeem(code).get_json()
    _register(served, [OTHER_API])
    later = served.refresh(tokens["refresh_token"]).get_json()
    assert audience(served, later["access_token"]) == OTHER_API
    _register(served, [])
    assert served.refresh(later["refresh_token"]).get_json()["error"] == "invalid_target"


def _register(provider: Provider, values: list[str]) -> None:
    with provider.db.begin() as session:
        client = session.get(Client, "rp")
        assert client is not None
        client.resources = values


@pytest.mark.parametrize(
    ("wanted", "granted"),
    [
        (None, USERINFO),
        (API, API),
        ([API], API),
        ([API, OTHER_API], [API, OTHER_API]),
        ([API, API], API),
        ([API, ""], API),
        ("", USERINFO),
        ([OTHER_API, USERINFO], [OTHER_API, USERINFO]),
    ],
)
def test_a_token_is_for_what_was_asked(served: Provider, wanted: Any, granted: Any) -> None:
    """RFC 8707 2 and 2.1: one, several, none; empty is as if left out (RFC 6749 3.1)."""
    token = served.tokens(resource=wanted)["access_token"]
    assert audience(served, token) == granted
    assert (served.userinfo(token).status_code == 200) == (USERINFO in granted)


def test_it_is_kept_with_the_grant(served: Provider) -> None:
    """Whatever the token request narrows it to."""
    served.redeem(served.code(resource=[API, OTHER_API]), resource=API)  # type: ignore[arg-type]
    with served.db.read() as session:
        assert session.query(Grant).one().resource == [API, OTHER_API]


def test_one_refresh_token_gets_a_token_for_each(served: Provider) -> None:
    """RFC 8707 2.2: one resource at a time, each narrower than the grant; the refresh token stays whole."""
    code = served.code(scope=OFFLINE, resource=[API, OTHER_API, USERINFO])  # type: ignore[arg-type]
    tokens = served.redeem(code, resource=API).get_json()
    assert audience(served, tokens["access_token"]) == API
    for wanted in (OTHER_API, USERINFO, API):
        tokens = served.refresh(tokens["refresh_token"], resource=wanted).get_json()
        assert audience(served, tokens["access_token"]) == wanted
    tokens = served.refresh(tokens["refresh_token"], resource=[API, USERINFO]).get_json()  # type: ignore[arg-type]
    assert audience(served, tokens["access_token"]) == [API, USERINFO]


def test_other_parameters_may_still_not_be_repeated(served: Provider) -> None:
    """RFC 6749 3.1 and 3.2."""
    assert parameters_of(served.authorize(nonce=["a", "b"]))["error"] == "invalid_request"  # type: ignore[arg-type]
    refused = served.redeem(served.code(), code_verifier=["a", "b"])  # type: ignore[arg-type]
    assert refused.get_json()["error"] == "invalid_request"
