"""Response modes (Multiple Response Types 2.1, Form Post 1.0, OpenID Connect Core 3.1.2.5 and 3.1.2.6)."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.oauth.conftest import ISSUER, REDIRECT, Provider, hidden_fields, parameters_of


def fragment_of(response: TestResponse) -> dict[str, str]:
    assert response.status_code == 303, response.text
    parts = urlsplit(response.location)
    assert not parts.query
    return {name: values[0] for name, values in parse_qs(parts.fragment, strict_parsing=True).items()}


def form_of(response: TestResponse) -> tuple[str, dict[str, str]]:
    """Where the form goes, and what it carries."""
    assert response.status_code == 200, response.text
    found = re.search(r'<form method="post" action="([^"]+)"[^>]*data-form-post', response.text)
    assert found, response.text
    return html.unescape(found[1]), {name: html.unescape(value) for name, value in hidden_fields(response).items()}


@pytest.mark.parametrize(
    "mode", ["web_message", "QUERY", "query ", "form_post.", "fragment,query", "jwt.jwt", "\x00"]
)
def test_an_unknown_mode_is_told_on_a_page(provider: Provider, mode: str) -> None:
    """Core 3.1.2.6: HTTP 400 without error response parameters, since nobody knows how to return them."""
    response = provider.authorize(response_mode=mode)
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "response_modes_supported" in response.text


def test_a_repeated_mode_is_told_on_a_page(provider: Provider) -> None:
    """RFC 6749 3.1; which of the two was meant cannot be known."""
    query = urlencode([*provider.request(response_mode="query").items(), ("response_mode", "fragment")])
    assert provider.browser.get(f"/authorize?{query}").status_code == 400


def test_a_form_is_not_posted_to_a_private_scheme(bare: Provider) -> None:
    """A browser can post to a web address alone."""
    address = "vn.example.app:/cb"
    bare.register(application_type="native", token_endpoint_auth_method="none", redirect_uris=(address,))
    assert bare.authorize(redirect_uri=address, response_mode="form_post").status_code == 400
    assert bare.answer(redirect_uri=address, response_mode="query")["code"]


def test_a_mode_left_empty_is_the_default(provider: Provider) -> None:
    """RFC 6749 3.1: a parameter without a value counts as omitted; the default of response_type=code is query."""
    assert set(provider.answer(response_mode="")) == {"code", "state", "iss"}
    assert set(provider.answer(response_mode="query")) == {"code", "state", "iss"}


def test_fragment(provider: Provider) -> None:
    """Multiple Response Types 2.1: the parameters are the fragment, and nothing is in the query."""
    response = provider.decide(provider.authorize(response_mode="fragment"))
    answer = fragment_of(response)
    assert set(answer) == {"code", "state", "iss"}
    assert provider.redeem(answer["code"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "profile"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
        ({"code_challenge": None}, "invalid_request"),
        ({"request": "x"}, "invalid_request_object"),
        ({"request_uri": "https://rp.vn-mock.example/r"}, "invalid_request_uri"),
    ],
)
def test_errors_go_the_way_that_was_asked(provider: Provider, changes: dict[str, str | None], error: str) -> None:
    """Core 3.1.2.6: in the response mode of the request, with state and issuer."""
    answer = fragment_of(provider.authorize(response_mode="fragment", **changes))
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "s-1", ISSUER)
    action, fields = form_of(provider.authorize(response_mode="form_post", **changes))
    assert action == REDIRECT
    assert (fields["error"], fields["state"], fields["iss"]) == (error, "s-1", ISSUER)


def test_form_post(provider: Provider) -> None:
    """Form Post 2: POST to the redirection URI, the parameters and nothing else; 'MUST instruct not to store'."""
    response = provider.decide(provider.authorize(response_mode="form_post", state="ý \"<&'>"))
    action, fields = form_of(response)
    assert action == REDIRECT
    assert set(fields) == {"code", "state", "iss"}
    assert (fields["state"], fields["iss"]) == ("ý \"<&'>", ISSUER)
    assert response.headers["Cache-Control"] == "no-store"
    assert provider.redeem(fields["code"]).status_code == 200


def test_the_form_works_without_a_script_and_allows_none_of_its_own(provider: Provider) -> None:
    """A button without a name, a script file of ours, and form-action for the client's origin alone."""
    response = provider.decide(provider.authorize(response_mode="form_post"))
    policy = response.headers["Content-Security-Policy"]
    assert "form-action 'self' https://rp.vn-mock.example;" in f"{policy};"
    assert "script-src 'self'" in policy
    button = re.search(r"<button[^>]*form-post-submit[^>]*>", response.text)
    assert button
    assert "name=" not in button[0]
    assert "js/form-post.js" in response.text
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=", response.text)
    assert response.headers["Referrer-Policy"] == "origin"


def test_refusing_goes_the_same_way(provider: Provider) -> None:
    """access_denied, in the form."""
    page = provider.authorize(response_mode="form_post")
    _, fields = form_of(provider.decide(page, "refuse"))
    assert fields["error"] == "access_denied"


def test_the_form_is_shown_once(provider: Provider) -> None:
    """A request is answered once, however the answer travels."""
    page = provider.authorize(response_mode="form_post")
    request_id = hidden_fields(page)["request"]
    form_of(provider.decide(page))
    assert provider.browser.get(f"/authorize/continue?request={request_id}").status_code == 400


@pytest.mark.parametrize("name", ["state", "nonce", "scope", "login_hint"])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\tb", "a\x7fb"])
def test_no_parameter_holds_a_line_end(provider: Provider, name: str, value: str) -> None:
    """RFC 6749 A: none may; and a form would send another one back than it was given."""
    assert provider.answer(**{name: value})["error"] == "invalid_request"


def test_line_ends_between_the_tokens_of_claims_are_json(provider: Provider) -> None:
    """RFC 8259 2."""
    assert "code" in provider.answer(claims='{\n\t"id_token": {\r\n "auth_time": {"essential": true}}}')


@pytest.mark.parametrize("query", ["state=%ff%fe", "x=%00", "nonce=%c3%28", "%ff=%ff", "scope=openid%ff"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_bytes_that_are_no_text_are_no_failure(provider: Provider, query: str, method: str) -> None:
    """Never an error of ours."""
    sent = f"{urlencode(provider.request(state=None, nonce=None, scope=None))}&{query}&scope=openid"
    if method == "get":
        response = provider.browser.get(f"/authorize?{sent}")
    else:
        response = provider.browser.post("/authorize", data=sent, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 303


def test_a_huge_request_is_no_failure(provider: Provider) -> None:
    """A parameter that is too long is told to the client; too many of them are not read."""
    assert parameters_of(provider.browser.post("/authorize", data=provider.request(login_hint="x" * 100_000)))
    provider.app.config["MAX_CONTENT_LENGTH"] = 1000
    assert provider.browser.post("/authorize", data=provider.request(login_hint="x" * 2000)).status_code == 413
