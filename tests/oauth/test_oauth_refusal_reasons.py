"""What a developer is told of a refusal: the true reason, in the answer where it may say so, else in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from idp.outbound import NoAnswer, OutboundError, Reply
from tests.oauth.conftest import REDIRECT, SIGNED_OUT, Provider, basic, compose
from tests.oauth.test_oauth_refusal_log import lines

REGISTERED = "https://rp.vn-mock.example/request.jwt"


class Fetching:
    """The client's server, as the provider finds it."""

    def __init__(self) -> None:
        self.answer: Reply | OutboundError = NoAnswer("unreachable")

    def get(self, _url: str, **_options: object) -> Reply:
        if isinstance(self.answer, OutboundError):
            raise self.answer
        return self.answer


def test_a_request_uri_that_leads_nowhere(
    db: Any, clock: Any, provider_keys: Any, catalogue: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """On a page too, since the request names no address: the log has the reason, and the page leads to it."""
    fetching = Fetching()
    provider = compose(db, clock, provider_keys, catalogue, outbound=fetching)
    provider.register(request_uris=(REGISTERED,), request_object_signing_alg="ES256", jwks=KEYS)
    cases: list[tuple[str, Reply | OutboundError, str]] = [
        (f"{REGISTERED}?x", fetching.answer, "The request_uri is not registered for this client"),
        (REGISTERED, NoAnswer("unreachable"), "the request_uri cannot be fetched (unreachable)"),
        (REGISTERED, Reply(500, "text/html", b""), "the server of the request_uri answers 500"),
        (
            f"{REGISTERED}#x",
            Reply(200, "x", b"a.b.c"),
            "what is at the request_uri has another hash than its fragment",
        ),
        (REGISTERED, Reply(200, "x", b"\xff"), "what is at the request_uri is no JWT"),
    ]
    for uri, fetching.answer, check in cases:
        for more in ({}, {"redirect_uri": REDIRECT}):
            answer = provider.browser.get("/authorize", query_string={"client_id": "rp", "request_uri": uri, **more})
            (line,) = lines(caplog)
            assert f" invalid_request_uri client=rp: {check}" in line
            assert answer.status_code == (303 if more else 400)
            assert more or line.rpartition("reference ")[2] in answer.text


KEYS = {
    "keys": [
        {
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    ]
}  # fmt: skip


def test_a_pushed_request_that_is_over(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Unknown, expired, used."""
    header = {"Authorization": basic("rp", provider.secret)}

    def pushed() -> str:
        pushing = provider.app.test_client().post("/par", data=provider.request(), headers=header)
        return str(pushing.get_json()["request_uri"])

    used, late = pushed(), pushed()
    page = provider.follow(provider.browser.get("/authorize", query_string={"client_id": "rp", "request_uri": used}))
    provider.decide(page)
    lines(caplog)
    provider.clock.instant += timedelta(minutes=5)
    for uri, word in ((used, "was used before"), (late, "has expired"), (f"{late}x", "is unknown")):
        page = provider.browser.get("/authorize", query_string={"client_id": "rp", "request_uri": uri})
        (line,) = lines(caplog)
        assert page.status_code == 400
        assert f"invalid_request_uri client=rp: The request_uri {word}" in line


@pytest.mark.parametrize(
    ("query", "check"),
    [
        (
            {"post_logout_redirect_uri": SIGNED_OUT, "state": "q"},
            "a post_logout_redirect_uri, and nothing that says whose: send id_token_hint or client_id",
        ),
        ({"id_token_hint": "a.b.c.d.e"}, "the id_token_hint is encrypted"),
    ],
)
def test_a_logout_request(
    provider: Provider, caplog: pytest.LogCaptureFixture, query: Mapping[str, str], check: str
) -> None:
    """RP-Initiated Logout 2 and 3; the page says it too."""
    page = provider.app.test_client().get("/end-session", query_string=query)
    assert page.status_code == 400
    assert lines(caplog)[0].partition("client=-: ")[2].startswith(check)
    assert "id_token_hint" in page.text


def test_the_token_endpoint_says_what_does_not_fit(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """RFC 6749 5.2, RFC 7636 4.6."""
    code = provider.code(scope="openid offline_access")
    cases = [
        (
            provider.redeem(code, code_verifier="w" * 43),
            "invalid_grant",
            "code_verifier does not fit the code_challenge",
        ),
        (provider.redeem(code, code_verifier=None), "invalid_request", "parameter code_verifier is missing"),
        (provider.redeem(code, code_verifier="v"), "invalid_request", "code_verifier must be 43 to 128"),
        (provider.redeem(code, redirect_uri=REDIRECT + "/"), "invalid_grant", "another than in the authorization"),
    ]
    refresh = str(provider.redeem(code).get_json()["refresh_token"])
    cases.append((provider.refresh(refresh, scope="openid email"), "invalid_scope", "wider than what was granted"))
    for answer, error, words in cases:
        assert answer.get_json()["error"] == error
        assert words in answer.get_json()["error_description"]
    told = lines(caplog)
    assert told[-1].endswith("the scope is wider than what was granted, by email")
    assert told[-2].endswith(f"the redirect_uri differs from {REDIRECT} (of the authorization request) in: path")


def test_a_failed_client_says_where_to_look(provider: Provider) -> None:
    """RFC 6749 5.2: no more than that."""
    answer = provider.token(auth=("rp", "wrong"), grant_type="authorization_code", code="c").get_json()
    assert answer["error_description"] == (
        "Client authentication failed; use the method the client is registered with. "
        "The provider's log says which check failed."
    )


def test_a_pushed_redirect_uri(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """The part that differs, as at the authorization endpoint."""
    header = {"Authorization": basic("rp", provider.secret)}
    answer = provider.app.test_client().post(
        "/par", data=provider.request(redirect_uri=f"{REDIRECT}/"), headers=header
    )
    assert answer.status_code == 400
    assert lines(caplog)[0].endswith(f"the redirect_uri differs from {REDIRECT} (registered) in: path")


def test_an_encrypted_hint_and_an_unknown_parameter(provider: Provider) -> None:
    """Core 3.1.2.1: it is to be decrypted first. Of an unknown parameter the name is not repeated."""
    told = provider.answer(id_token_hint="a.b.c.d.e")
    assert told["error_description"] == "The id_token_hint is encrypted: decrypt it first (Core 3.1.2.1)."
    twice = provider.browser.get(f"/authorize?{urlencode(provider.request())}&foo=1&foo=2")
    assert "A+parameter+that+this+endpoint+does+not+know+is+sent+more+than+once" in twice.location


def test_userinfo_names_the_client_of_a_known_token(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """Presented without the certificate that it is bound to, and under another scheme without a proof."""
    token = provider.tokens(scope="openid")["access_token"]
    lines(caplog)
    headers = {"Authorization": f"DPoP {token}"}
    assert provider.app.test_client().get("/userinfo", headers=headers).status_code == 401
    assert lines(caplog) == ["refused: userinfo 401 invalid_dpop_proof client=rp: The DPoP proof is missing."]
    with provider.db.begin() as session:
        from idp.oauth.models import AccessToken

        for row in session.query(AccessToken):
            row.cnf = {"x5t#S256": "x"}
    lines(caplog)
    assert provider.userinfo(token).status_code == 401
    assert lines(caplog)[0] == (
        "refused: userinfo 401 invalid_token client=rp: The access token is bound to another certificate."
    )
