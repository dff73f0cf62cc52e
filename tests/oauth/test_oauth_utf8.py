"""Parameters are UTF-8 (RFC 6749 Appendix B, 4.1.2: the exact value): others are refused, never changed."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.oauth.conftest import REDIRECT, Provider, basic, parameters_of

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_at_the_authorization_endpoint(provider: Provider, method: str) -> None:
    """Told to the client where its address is proven; a state that cannot be returned as it was is not."""
    for name in ("state", "nonce", "foo"):
        query = f"{urlencode(provider.request(**{name: None}))}&{name}=%ff%fe"
        where = {"query_string": query} if method == "GET" else {"data": query, "content_type": FORM}
        answer = parameters_of(provider.browser.open("/authorize", method=method, **where))  # type: ignore[arg-type]
        assert answer["error"] == "invalid_request", name
        assert answer["error_description"].endswith("is not UTF-8 (RFC 6749 Appendix B)."), name
        assert answer.get("state") == (None if name == "state" else "s-1")
    assert provider.page.asked == []


def test_an_address_that_is_not_utf8_is_no_registered_one(bare: Provider) -> None:
    """Not even where what it would be changed to is registered."""
    bare.register(redirect_uris=(f"{REDIRECT}?x=%FF",))
    query = urlencode(bare.request(redirect_uri=None))
    page = bare.browser.get(f"/authorize?{query}&redirect_uri={REDIRECT}%3Fx%3D%ff")
    assert page.status_code == 400
    assert bare.authorize(redirect_uri=f"{REDIRECT}?x=%FF").status_code == 200


def test_letters_of_every_kind_come_back_as_they_went(provider: Provider) -> None:
    """Vietnamese, a percent sign, a plus sign, and what looks like an escape."""
    for state in ("trạng thái", "%ff", "a+b", "\U0001f600"):
        assert provider.answer(state=state)["state"] == state


@pytest.mark.parametrize("path", ["/token", "/par", "/introspect", "/revoke"])
def test_a_form_that_is_not_utf8(provider: Provider, path: str) -> None:
    """Raw or escaped: the body is named, not a parameter that was sent."""
    for body in (b"grant_type=\xff", b"grant_type=authorization_code&token=%ff", b"gr\xe0nt=1"):
        answer = provider.app.test_client().post(
            path, data=body, content_type=FORM, headers={"Authorization": basic("rp", provider.secret)}
        )
        assert answer.status_code == 400
        assert answer.get_json()["error"] == "invalid_request"
        assert "UTF-8" in answer.get_json()["error_description"]


def test_a_logout_request(provider: Provider) -> None:
    """RP-Initiated Logout 2: state is passed back as it was, or not at all."""
    for method in ("GET", "POST"):
        where = {"query_string": "client_id=rp&state=%ff"} if method == "GET" else {"data": "state=%ff"}
        page = provider.follow(provider.browser.open("/end-session", method=method, content_type=FORM, **where))
        assert page.status_code == 400
        assert "UTF-8" in page.text
