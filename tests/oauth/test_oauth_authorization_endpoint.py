"""Authorization request validation (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.2, RFC 9207)."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import pytest

from tests.oauth.conftest import ISSUER, REDIRECT, Provider, parameters_of


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "unknown"},
        {"client_id": "rp\x00"},
        {"client_id": "x" * 5000},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": REDIRECT + "/"},
        {"redirect_uri": REDIRECT + "?x=1"},
        {"redirect_uri": "https://rp.vn-mock.exämple/cb"},
        {"redirect_uri": 'https://rp.vn-mock.example/"\\'},
    ],
)
def test_nothing_is_sent_to_a_place_not_proven(provider: Provider, changes: dict[str, str | None]) -> None:
    """RFC 6749 4.1.2.1: MUST NOT automatically redirect; the person is told on a page."""
    response = provider.authorize(**changes)
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert 'data-testid="error-todo"' in response.text
    assert "MÔ PHỎNG" in response.text


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_or_address_is_told_on_a_page(provider: Provider, name: str) -> None:
    """Which of two was meant cannot be known."""
    query = urlencode([*provider.request().items(), (name, provider.request()[name])])
    assert provider.browser.get(f"/authorize?{query}").status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": 'ý"\\'}, "unsupported_response_type"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "OpenID"}, "invalid_scope"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "invalid_request_object"),
        ({"request_uri": "https://rp.vn-mock.example/r"}, "invalid_request_uri"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none create"}, "invalid_request"),
        ({"prompt": "Login"}, "invalid_request"),
        ({"prompt": "reauth"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "1.5"}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"max_age": "9999999999"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"nonce": "n" * 2001}, "invalid_request"),
        ({"nonce": "a\x00b"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "ý" * 43}, "invalid_request"),
        ({"code_challenge": "a" * 128}, "invalid_request"),
    ],
)
def test_every_other_mistake_is_answered_to_the_client(
    provider: Provider, changes: dict[str, str | None], error: str
) -> None:
    """RFC 6749 4.1.2.1 with the state; RFC 9207 2: with the issuer, in errors too."""
    response = provider.authorize(**changes)
    assert response.location.startswith(f"{REDIRECT}?")
    answer = parameters_of(response)
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "s-1", ISSUER)
    assert answer["error_description"].isascii()
    assert set(answer) == {"error", "error_description", "state", "iss"}


def test_an_unregistered_scope_is_refused(bare: Provider) -> None:
    """A known scope must be the client's to ask."""
    bare.register(scope="openid profile", grant_types=("authorization_code",))
    assert bare.answer(scope="openid email")["error"] == "invalid_scope"


def test_a_scope_that_is_not_understood_is_ignored(provider: Provider) -> None:
    """Core 3.1.2.1: scope values not understood SHOULD be ignored; the token response says what was granted."""
    assert provider.tokens(scope="openid https://example/x")["scope"] == "openid"


@pytest.mark.parametrize("name", ["state", "nonce", "scope", "prompt", "x-unknown"])
def test_a_repeated_parameter_is_refused(provider: Provider, name: str) -> None:
    """RFC 6749 3.1: parameters MUST NOT be included more than once. A repeated state is not sent back."""
    query = urlencode([*provider.request().items(), (name, "a"), (name, "b")])
    answer = parameters_of(provider.browser.get(f"/authorize?{query}"))
    assert answer["error"] == "invalid_request"
    assert answer.get("state") == (None if name == "state" else "s-1")


def test_unknown_parameters_are_ignored(provider: Provider) -> None:
    """Core 3.1.2.2: SHOULD ignore unrecognized request parameters; one without a value counts as omitted."""
    assert "code" in provider.answer(display="popup", claims_locales="vi", audience="x", prompt="")


def test_the_answer_has_code_state_and_issuer(provider: Provider) -> None:
    """RFC 6749 4.1.2 and RFC 9207 2."""
    answer = provider.answer(state="ý &=+ \"'")
    assert set(answer) == {"code", "state", "iss"}
    assert answer["state"] == "ý &=+ \"'"
    assert answer["iss"] == ISSUER


def test_no_state_no_state(provider: Provider) -> None:
    """The state is sent back only where it was sent."""
    assert set(provider.answer(state=None)) == {"code", "iss"}


def test_a_posted_request_ends_alike(provider: Provider) -> None:
    """Core 3.1.2.1: GET and POST. The browser withholds its cookies from a post of another site."""
    other_site = provider.app.test_client()
    response = other_site.post("/authorize", data=provider.request())
    assert response.status_code == 303
    assert "Set-Cookie" not in response.headers
    page = provider.follow(response)
    assert "code" in parameters_of(provider.decide(page))


def test_a_posted_request_belongs_to_the_first_browser(provider: Provider) -> None:
    """Nobody else can go on with it."""
    response = provider.app.test_client().post("/authorize", data=provider.request())
    assert provider.follow(response).status_code == 200
    assert provider.app.test_client().get(response.location).status_code == 400


def test_a_request_belongs_to_its_browser(provider: Provider) -> None:
    """A link to somebody else's request leads nowhere."""
    provider.authorize()
    address = provider.page.asked[-1].return_to
    assert provider.browser.get(address).status_code == 200
    assert provider.app.test_client().get(address).status_code == 400
    assert provider.browser.get("/authorize/continue?request=unknown").status_code == 400
    assert provider.browser.get("/authorize/continue").status_code == 400


def test_a_request_ends_with_time(provider: Provider) -> None:
    """After 30 minutes it is over."""
    from datetime import timedelta

    provider.authorize()
    address = provider.page.asked[-1].return_to
    provider.clock.instant += timedelta(minutes=29, seconds=59)
    assert provider.browser.get(address).status_code == 200
    provider.clock.instant += timedelta(seconds=1)
    assert provider.browser.get(address).status_code == 400


def test_the_next_page_has_an_address_of_its_own(provider: Provider) -> None:
    """Where she is known already and sees a page of ours next; and where the request is posted, to bind it."""
    provider.authorize()
    query = urlencode(provider.request(prompt="consent"))
    assert provider.browser.get(f"/authorize?{query}").location.startswith("/authorize/continue?request=")
    stranger = provider.app.test_client()
    assert stranger.get(f"/authorize?{query}").location.startswith("/sign-in?request=")
    assert stranger.post("/authorize", data=provider.request()).location.startswith("/authorize/continue?request=")


def test_a_request_is_answered_once(provider: Provider) -> None:
    """Going back and pressing again gives no second code."""
    page = provider.authorize()
    assert "code" in parameters_of(provider.decide(page))
    fields = {"request": page.text.split('name="request" value="')[1].split('"')[0]}
    assert provider.browser.get(f"/authorize/continue?request={fields['request']}").status_code == 400
    assert "Location" not in provider.decide(page).headers


def test_the_redirect_is_303(provider: Provider) -> None:
    """RFC 9700 4.12: 303, so that no form is repeated to the client; and no page is kept in a cache."""
    response = provider.decide(provider.authorize())
    assert response.status_code == 303
    assert response.headers["Cache-Control"] == "no-store"
    assert urlsplit(response.location).fragment == ""


def test_a_native_client_is_answered_on_its_port(bare: Provider) -> None:
    """RFC 8252 7.3, and the redirect URI of the token request is the one used."""
    bare.register(
        application_type="native", token_endpoint_auth_method="none", redirect_uris=("http://127.0.0.1/cb",)
    )
    used = "http://127.0.0.1:51004/cb"
    response = bare.decide(bare.authorize(redirect_uri=used))
    assert response.location.startswith(f"{used}?")
    code = parameters_of(response)["code"]
    assert bare.redeem(code, redirect_uri="http://127.0.0.1:51005/cb", client_id="rp").status_code == 400
    assert bare.redeem(code, redirect_uri=used, client_id="rp").status_code == 200


def test_ui_locales_choose_the_language(provider: Provider) -> None:
    """Core 3.1.2.1: in order of preference; what is not supported is no error."""
    assert "Agree and continue" in provider.authorize(ui_locales="fr en-GB vi").text
