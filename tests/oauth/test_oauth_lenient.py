"""Lenient switches: each rule as it is by default, and as the one client has it that was given the switch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from idp.oauth import lenient, store
from idp.oauth.client_metadata import ClientMetadataError
from tests.oauth.conftest import REDIRECT, Provider, parameters_of, payload_of

PLAIN = "http://rp.lan.vn-mock.example/cb"
LOOPBACK = "http://localhost:8080/cb"


@dataclass
class Loose:
    """How one switch is tried: how the client is registered, and what it does; `passed` reads the answer."""

    registered: dict[str, Any]
    tries: Callable[[Provider], TestResponse]
    passed: Callable[[TestResponse], bool]
    refused: Callable[[TestResponse], bool]


def _page_or_code(answer: TestResponse) -> bool:
    return answer.status_code == 200 or "code" in parameters_of(answer)


def _error(code: str) -> Callable[[TestResponse], bool]:
    return lambda answer: parameters_of(answer).get("error") == code


def _wrong_address(answer: TestResponse) -> bool:
    return answer.status_code == 400 and "invalid_request" in answer.text


def _by_post(provider: Provider) -> TestResponse:
    code = provider.code()
    provider.page.asked.clear()
    fields = {"client_id": "rp", "client_secret": provider.secret, "code": code, "redirect_uri": REDIRECT}
    data = {**fields, "grant_type": "authorization_code", "code_verifier": "v" * 43}
    return provider.app.test_client().post("/token", data=data)


def _redeemed(provider: Provider) -> TestResponse:
    return provider.redeem(provider.code(scope="openid profile"))


TRIES: dict[str, Loose] = {
    "no-pkce": Loose(
        {},
        lambda provider: provider.authorize(code_challenge=None, code_challenge_method=None),
        _page_or_code,
        _error("invalid_request"),
    ),
    "client-secret-either-way": Loose(
        {}, _by_post, lambda answer: answer.status_code == 200, lambda answer: answer.status_code == 401
    ),
    "redirect-uri-any-port": Loose(
        {"redirect_uris": (LOOPBACK,), "post_logout_redirect_uris": ()},
        lambda provider: provider.authorize(redirect_uri="http://localhost:9999/cb"),
        _page_or_code,
        _wrong_address,
    ),
    "claims-in-id-token": Loose(
        {},
        _redeemed,
        lambda answer: "name" in payload_of(answer.get_json()["id_token"]),
        lambda answer: "name" not in payload_of(answer.get_json()["id_token"]),
    ),
    "drop-unregistered-scopes": Loose(
        {"scope": "openid profile"},
        lambda provider: provider.authorize(scope="openid profile email"),
        _page_or_code,
        _error("invalid_scope"),
    ),
}


@pytest.mark.parametrize("switch", TRIES)
def test_strict_by_default(bare: Provider, switch: str) -> None:
    """Without the switch the rule holds, and no answer speaks of switches; another switch does not help."""
    loose = TRIES[switch]
    other = "claims-in-id-token" if switch != "claims-in-id-token" else "drop-unregistered-scopes"
    for switches in ((), (other,)):
        bare.secret = (
            bare.register(**{"client_id": "rp", **loose.registered, "lenient": switches}).client_secret or ""
        )
        answer = loose.tries(bare)
        assert loose.refused(answer), answer.text
        assert lenient.HEADER not in answer.headers
        with bare.db.begin() as session:
            store.remove_client(session, "rp")


@pytest.mark.parametrize("switch", TRIES)
def test_loosened_for_one_client(bare: Provider, switch: str, caplog: pytest.LogCaptureFixture) -> None:
    """It passes, and warns in the log; the header is at the answer that depended on it."""
    loose = TRIES[switch]
    bare.secret = bare.register(**loose.registered, lenient=(switch,)).client_secret or ""
    with caplog.at_level(logging.WARNING):
        answer = loose.tries(bare)
    assert loose.passed(answer), answer.text
    assert f"client rp was let through by the lenient switch {switch}" in caplog.text


@pytest.mark.parametrize(
    ("switch", "changes"),
    [
        ("no-pkce", {"code_challenge": None, "code_challenge_method": None}),
        ("redirect-uri-any-port", {"redirect_uri": "http://localhost:9999/cb"}),
        ("drop-unregistered-scopes", {"scope": "openid profile email"}),
    ],
)
def test_the_authorization_endpoint_tells_it(bare: Provider, switch: str, changes: dict[str, str | None]) -> None:
    """In the very redirect that the request was taken in with; a request that needs nothing is not marked."""
    from urllib.parse import urlencode

    bare.register(**{**TRIES[switch].registered, "lenient": (switch,)})
    asked = bare.browser.get(f"/authorize?{urlencode(bare.request(**changes))}")
    assert asked.headers[lenient.HEADER] == switch
    exact = {"redirect_uri": LOOPBACK} if switch == "redirect-uri-any-port" else {}
    plain = bare.browser.get(f"/authorize?{urlencode(bare.request(scope='openid profile', **exact))}")
    assert plain.status_code == 303
    assert lenient.HEADER not in plain.headers


@pytest.mark.parametrize("switch", ["client-secret-either-way", "claims-in-id-token"])
def test_the_token_endpoint_tells_it(bare: Provider, switch: str) -> None:
    bare.secret = bare.register(lenient=(switch,)).client_secret or ""
    assert TRIES[switch].tries(bare).headers[lenient.HEADER] == switch
    assert lenient.HEADER not in bare.userinfo("nothing").headers


@pytest.mark.parametrize(
    ("switch", "changes", "redeemed"),
    [
        ("no-pkce", {"code_challenge": None, "code_challenge_method": None}, {"code_verifier": None}),
        (
            "redirect-uri-any-port",
            {"redirect_uri": "http://localhost:9999/cb"},
            {"redirect_uri": "http://localhost:9999/cb"},
        ),
        ("drop-unregistered-scopes", {"scope": "openid offline_access email"}, {}),
    ],
)
def test_the_token_endpoint_tells_what_let_the_code_through(
    bare: Provider, switch: str, changes: dict[str, str | None], redeemed: dict[str, str | None]
) -> None:
    """The program sees it there, where only a browser saw the first; refreshed tokens, too, stem from it.

    A code that needed nothing is not marked.
    """
    refreshing = {"grant_types": ("authorization_code", "refresh_token"), "scope": "openid profile offline_access"}
    bare.secret = bare.register(**TRIES[switch].registered | refreshing, lenient=(switch,)).client_secret or ""
    code = bare.code(**{"scope": "openid offline_access", "prompt": "consent", **changes})
    answer = bare.redeem(code, **redeemed)
    assert (answer.status_code, answer.headers.get(lenient.HEADER)) == (200, switch)
    for _ in range(2):
        answer = bare.refresh(answer.get_json()["refresh_token"])
        assert (answer.status_code, answer.headers.get(lenient.HEADER)) == (200, switch)
    exact = {"redirect_uri": LOOPBACK} if switch == "redirect-uri-any-port" else {}
    plain = bare.redeem(bare.code(scope="openid profile", **exact), **exact)
    assert (plain.status_code, plain.headers.get(lenient.HEADER)) == (200, None)


def test_dropped_scopes_are_not_granted(bare: Provider) -> None:
    """Less is granted, never more: the token response says which."""
    bare.secret = bare.register(scope="openid profile", lenient=("drop-unregistered-scopes",)).client_secret or ""
    body = bare.tokens(scope="openid profile email identity")
    assert body["scope"].split() == ["openid", "profile"]
    bare.page.asked.clear()
    without_openid = parameters_of(bare.authorize(scope="email"))
    assert without_openid["error"] == "invalid_scope"


def test_the_secret_must_be_right_either_way(bare: Provider) -> None:
    """And an assertion or no proof at all is not a secret."""
    bare.register(lenient=("client-secret-either-way",))
    bare.secret = "wrong"
    assert _by_post(bare).status_code == 401
    answer = bare.app.test_client().post("/token", data={"client_id": "rp", "grant_type": "authorization_code"})
    assert answer.status_code == 401


def test_plain_http_may_be_registered_by_the_switch_alone(bare: Provider) -> None:
    """And is used with a warning; fragments, wildcards and user names stay refused."""
    with pytest.raises(ClientMetadataError):
        bare.register(redirect_uris=(PLAIN,))
    for uri in (f"{PLAIN}#x", "http://*.vn-mock.example/cb", "http://u@rp.lan.vn-mock.example/cb", "http:///cb"):
        with pytest.raises(ClientMetadataError):
            bare.register(redirect_uris=(uri,), lenient=("http-redirect-uri",))
    bare.register(redirect_uris=(PLAIN,), lenient=("http-redirect-uri",))
    from urllib.parse import urlencode

    asked = bare.browser.get(f"/authorize?{urlencode(bare.request(redirect_uri=PLAIN))}")
    assert (asked.status_code, asked.headers[lenient.HEADER]) == (303, "http-redirect-uri")


def test_an_address_kept_from_before_is_not_used_without_its_switch(bare: Provider) -> None:
    """Whatever row says so: the rule is asked where it is used, too."""
    bare.register(redirect_uris=(PLAIN,), lenient=("http-redirect-uri",))
    with bare.db.begin() as session:
        client = store.registered_client(session, "rp")
        assert client is not None
        client.lenient = []
    assert bare.authorize(redirect_uri=PLAIN).status_code == 400


def test_any_port_means_loopback_alone(bare: Provider) -> None:
    """Another host, path or scheme is another address."""
    bare.register(
        redirect_uris=(LOOPBACK, REDIRECT), sector_identifier="x", post_logout_redirect_uris=(),
        lenient=("redirect-uri-any-port",),
    )  # fmt: skip
    for uri in (
        "http://localhost:9/other", "http://127.0.0.1:9/cb", "https://localhost:9/cb",
        "https://rp.vn-mock.example:8443/cb", "http://localhost:9/cb?x=1", "http://u@localhost:9/cb",
        "http://localhost.evil.example:9/cb",
    ):  # fmt: skip
        assert bare.authorize(redirect_uri=uri).status_code == 400, uri


@pytest.mark.parametrize("switch", lenient.SWITCHES)
def test_never_for_fapi(bare: Provider, switch: str) -> None:
    """Not to be registered, and of no use to a row that has it all the same."""
    with pytest.raises(ClientMetadataError):
        bare.register(profile="fapi2_security", lenient=(switch,))
    bare.register(lenient=(switch,))
    with bare.db.begin() as session:
        client = store.registered_client(session, "rp")
        assert client is not None
        assert lenient.allows(client, switch)
        client.profile = "fapi2_security"
        assert not lenient.allows(client, switch)
        assert lenient.of(client) == ()


def test_every_switch_is_explained_and_tried() -> None:
    """In both languages; and here."""
    assert set(lenient.SWITCHES) == {*TRIES, "http-redirect-uri"}
    for texts in lenient.SWITCHES.values():
        assert texts["vi"] != texts["en"] != ""
