"""Fetching the request object, and telling the client what is wrong with it exactly when that is safe (5.10, 8.5)."""

from __future__ import annotations

from typing import Any

import pytest
from presentation_place import Browser, Place
from relying_party import CREDENTIAL, ENCRYPTION, SIGNING, Verifier

from idp.outbound import Outbound

STRANGER = type(SIGNING).generate_key("P-256", {"use": "sig", "kid": "s1"}, private=True)


def nobody_is_answered(place: Place, browser: Browser, code: str) -> None:
    """A page that names the reason; recorded, and nothing sent anywhere."""
    assert browser.status == 400
    assert browser.shows("presentation-stopped")
    assert f'data-testid="error-code">{code}<' in browser.page
    assert not browser.shows("presentation-back")
    assert place.verifier.answers.received == []
    assert place.history() == []
    last = place.audit.entries[-1]
    assert (last["event"], last["details"]["reason"]) == ("presentation.not_authentic", code)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ({"request_status": 404}, "unknown"),
        ({"request_status": 400}, "unknown"),
        ({"request_status": 500}, "unknown"),
        ({"request_status": 201}, "unknown"),
        ({"request_status": 302}, "redirected"),
        ({"request_status": 307}, "redirected"),
        ({"request_type": "application/jwt"}, "wrong_content_type"),
        ({"request_type": "text/html"}, "wrong_content_type"),
        ({"text": "é" * 10}, "malformed"),
        ({"text": "no JWS"}, "malformed"),
        ({"text": ""}, "malformed"),
        ({"text": "a" * (256 * 1024 + 1)}, "too_large"),
    ],
)
def test_what_comes_back_is_no_request(place: Place, behaviour: dict[str, Any], code: str) -> None:
    """5.10.1: the content type; 5.10.2: any HTTP error ends it; 14.8: a redirect is an error."""
    for name, value in behaviour.items():
        setattr(place.verifier.answers, name, value)
    nobody_is_answered(place, place.browser().open(), code)
    assert len(place.verifier.answers.fetched) == 1


def test_a_client_that_does_not_answer(place: Place) -> None:
    """Its server is gone: nothing listens at the registered address."""
    gone = "http://127.0.0.1:1"
    place.registry.parties["demo-portal"] = place.verifier.party(request_uris=(f"{gone}/request/",))
    browser = place.browser().open(place.verifier.link(request_uri=f"{gone}/request/{'r' * 22}"))
    nobody_is_answered(place, browser, "unreachable")


def test_a_client_that_takes_too_long(place: Place) -> None:
    """The call is hung up."""
    object.__setattr__(place.services, "outbound", Outbound(allow_loopback=True, total_seconds=0.05))
    place.verifier.answers.request_delay = 0.3
    nobody_is_answered(place, place.browser().open(), "timeout")


@pytest.mark.parametrize(
    ("header", "claims", "code"),
    [
        ({"typ": "JWT"}, {}, "typ"),
        ({"kid": "e1"}, {}, "signature"),
        ({}, {"client_id": "other"}, "client_id"),
        ({}, {"aud": "https://self-issued.me/v2"}, "aud"),
        ({}, {"wallet_nonce": "w" * 43}, "wallet_nonce"),
        ({}, {"exp": 1}, "expired"),
        ({}, {"nbf": 9_999_999_999}, "not_yet_valid"),
        ({}, {"response_uri": "https://evil.example/response"}, "response_uri"),
        ({}, {"response_mode": "fragment"}, "response_mode"),
        ({}, {"state": "a b"}, "state"),
    ],
)
def test_what_is_not_authentic_is_not_answered(
    place: Place, header: dict[str, Any], claims: dict[str, Any], code: str
) -> None:
    """Nor is any error posted where the request says (8.5): it may be somebody else's address."""
    place.verifier.answers.header, place.verifier.answers.claims = header, claims
    nobody_is_answered(place, place.browser().open(), code)


def test_another_key_is_not_answered(place: Place) -> None:
    """However well the rest agrees."""
    place.verifier.answers.key = STRANGER
    nobody_is_answered(place, place.browser().open(), "signature")


def test_after_a_failure_the_page_may_be_loaded_again(place: Place) -> None:
    """Nothing was kept of the first try; the second has a nonce of its own."""
    place.issue()
    place.verifier.answers.request_status = 500
    browser = place.browser().open()
    place.verifier.answers.request_status = 200
    assert browser.get().shows("consent-approve")
    first, second = place.verifier.answers.fetched
    assert first["wallet_nonce"] != second["wallet_nonce"]


def test_a_request_that_was_kept_is_not_fetched_again(place: Place) -> None:
    """What she sees cannot change under her hands."""
    place.issue()
    browser = place.browser().open()
    place.verifier.answers.claims = {"response_uri": "https://evil.example/response"}
    assert browser.get().shows("consent-approve")
    browser.approve()
    assert browser.status == 303
    assert len(place.verifier.answers.fetched) == len(place.verifier.answers.received) == 1


# --- errors that may be told ---------------------------------------------------------------------------
WRONG = (
    ({"client_metadata": {}}, "invalid_client"),
    ({"transaction_data": ["e30"]}, "invalid_transaction_data"),
    ({"response_type": "code"}, "unsupported_response_type"),
    ({"redirect_uri": "https://portal.example/cb"}, "invalid_request"),
    ({"scope": "openid"}, "invalid_scope"),
    ({"nonce": "short"}, "invalid_request"),
    ({"dcql_query": {"credentials": []}}, "invalid_request"),
    ({"dcql_query": {"credentials": [{**CREDENTIAL, "format": "mso_mdoc"}]}}, "vp_formats_not_supported"),
)


@pytest.mark.parametrize(("claims", "code"), WRONG)
def test_the_client_is_told_what_is_wrong(place: Place, claims: dict[str, Any], code: str) -> None:
    """8.5: posted once with `state`, before anybody signs in; the browser is led on by the page (8.2)."""
    place.verifier.answers.claims = claims
    browser = place.browser(subject=None).open()
    assert browser.status == 400
    assert browser.shows("presentation-wrong-request")
    assert f'data-testid="error-code">{code}<' in browser.page
    assert f'href="{place.verifier.url}/return?response_code=fresh"' in browser.page
    (told,) = place.verifier.answers.received
    assert (told.pop("error"), told.pop("state")) == (code, "state-1")
    assert set(told) == {"error_description"}
    assert place.events() == ["presentation.denied"]
    again = browser.get()
    assert again.shows("presentation-wrong-request")
    assert len(place.verifier.answers.received) == 1


def test_without_state_none_is_sent(place: Place) -> None:
    """RFC 6749 4.1.2.1: it is returned where it was given."""
    place.verifier.answers.claims = {"state": None, "nonce": "short"}
    place.browser().open()
    assert set(place.verifier.answers.received[0]) == {"error", "error_description"}


def test_an_error_is_encrypted_where_the_answer_would_be(place: Place) -> None:
    """8.3.1."""
    place.verifier.answers.claims = {"response_mode": "direct_post.jwt", "nonce": "short"}
    place.browser().open()
    assert set(place.verifier.answers.received[0]) == {"response"}
    told = place.verifier.opened()
    assert (told["error"], told["state"]) == ("invalid_request", "state-1")


def test_an_error_that_cannot_be_encrypted_goes_plainly(place: Place) -> None:
    """8.3.1: the client registered no key to encrypt to."""
    keys = {"keys": [SIGNING.as_dict(private=False)]}
    place.registry.parties["demo-portal"] = place.verifier.party(jwks=keys)
    place.verifier.answers.claims = {"response_mode": "direct_post.jwt"}
    place.browser().open()
    assert place.verifier.answers.received[0]["error"] == "invalid_request"
    assert ENCRYPTION.kid not in str(place.verifier.answers.received)


def test_a_client_that_cannot_be_told(place: Place) -> None:
    """The page says the same; loading it again tries once more."""
    place.verifier.answers.claims, place.verifier.answers.status = {"nonce": "short"}, 500
    browser = place.browser().open()
    assert browser.shows("presentation-wrong-request")
    assert not browser.shows("presentation-back")
    place.verifier.answers.status = 200
    assert browser.get().shows("presentation-back")
    assert [one["error"] for one in place.verifier.answers.received] == ["invalid_request"] * 2


@pytest.mark.parametrize("redirect", ["https://evil.example/x", "javascript:alert(1)", "//evil.example", None])
def test_the_page_leads_to_no_foreign_place(place: Place, verifier: Verifier, redirect: str | None) -> None:
    """Only to an origin that the client registered."""
    verifier.answers.claims, verifier.answers.redirect = {"nonce": "short"}, redirect
    browser = place.browser().open()
    assert len(verifier.answers.received) == 1
    assert not browser.shows("presentation-back")
