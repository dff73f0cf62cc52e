"""RP-Initiated Logout 1.0: who is asked, who is sent where, and what ends."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from tests.oauth.conftest import SIGNED_OUT, Provider, hidden_fields


def logout(provider: Provider, **parameters: str) -> TestResponse:
    return provider.browser.get(f"/end-session?{urlencode(parameters)}")


def signed_in(provider: Provider) -> bool:
    asked = len(provider.page.asked)
    provider.authorize()
    return len(provider.page.asked) == asked


def press(provider: Provider, page: TestResponse, decision: str) -> TestResponse:
    return provider.browser.post("/end-session/confirm", data={**hidden_fields(page), "decision": decision})


def test_with_the_id_token_of_this_session(provider: Provider) -> None:
    """Sections 2 and 3: signed out, and back with the state."""
    token = provider.tokens()["id_token"]
    response = logout(provider, id_token_hint=token, post_logout_redirect_uri=SIGNED_OUT, state="ý&1")
    assert response.status_code == 303
    assert response.location == f"{SIGNED_OUT}?state=%C3%BD%261"
    assert not signed_in(provider)
    assert "oauth.signed_out" in provider.audit.names()


def test_an_expired_id_token_will_do(provider: Provider) -> None:
    """Section 2: SHOULD accept, even when the exp time has passed."""
    token = provider.tokens()["id_token"]
    provider.clock.instant += timedelta(minutes=20)
    assert logout(provider, id_token_hint=token, post_logout_redirect_uri=SIGNED_OUT).location == SIGNED_OUT


def test_by_post(provider: Provider) -> None:
    """Section 2: GET and POST; a post of another site carries no cookie, so it is repeated by GET."""
    token = provider.tokens()["id_token"]
    posted = provider.app.test_client().post(
        "/end-session", data={"id_token_hint": token, "post_logout_redirect_uri": SIGNED_OUT, "state": "s"}
    )
    assert posted.status_code == 303
    assert provider.browser.get(posted.location).location == f"{SIGNED_OUT}?state=s"
    assert not signed_in(provider)


def test_without_a_hint_the_person_is_asked(provider: Provider) -> None:
    """Sections 2 and 6: MUST ask; until she answers nothing ends."""
    provider.answer()
    page = logout(provider, client_id="rp", post_logout_redirect_uri=SIGNED_OUT, state="s")
    assert page.status_code == 200
    assert "Dịch vụ thử" in page.text
    assert "form-action 'self' https://rp.vn-mock.example" in page.headers["Content-Security-Policy"]
    assert signed_in(provider)
    assert press(provider, page, "sign-out").location == f"{SIGNED_OUT}?state=s"
    assert not signed_in(provider)


def test_staying(provider: Provider) -> None:
    """She says no."""
    provider.answer()
    page = logout(provider)
    assert press(provider, page, "stay").location == "/"
    assert signed_in(provider)


def test_signing_out_without_a_service(provider: Provider) -> None:
    """Nothing to return to: a page says it is done, in both languages."""
    provider.answer()
    done = provider.follow(press(provider, logout(provider), "sign-out"))
    assert 'data-testid="signed-out"' in done.text
    assert not signed_in(provider)


def test_somebody_elses_hint_asks(provider: Provider) -> None:
    """Section 2: MUST ask if the ID Token does not belong to the current session or person."""
    token = provider.tokens()["id_token"]
    provider.page.subject = "subject-minh"
    provider.browser = provider.app.test_client()
    provider.answer()
    page = logout(provider, id_token_hint=token, post_logout_redirect_uri=SIGNED_OUT)
    assert page.status_code == 200
    assert signed_in(provider)


def test_a_hint_of_an_earlier_session_asks(provider: Provider) -> None:
    """The same person, but another sid."""
    token = provider.tokens()["id_token"]
    provider.browser = provider.app.test_client()
    provider.answer()
    assert logout(provider, id_token_hint=token).status_code == 200
    assert signed_in(provider)


@pytest.mark.parametrize(
    "parameters",
    [
        {"id_token_hint": "x", "client_id": "rp"},
        {"id_token_hint": "OTHER", "client_id": "other"},
        {"client_id": "unknown"},
        {"client_id": "rp", "post_logout_redirect_uri": SIGNED_OUT + "/"},
        {"client_id": "rp", "post_logout_redirect_uri": "https://evil.example/"},
        {"id_token_hint": "OTHER", "post_logout_redirect_uri": "https://rp.vn-mock.example/cb"},
        {"post_logout_redirect_uri": SIGNED_OUT},
    ],
)
def test_a_wrong_request_never_leads_anywhere(provider: Provider, parameters: dict[str, str]) -> None:
    """Sections 2 to 4: no redirection; the person is told, and may still sign out."""
    provider.register(client_id="other", redirect_uris=("https://other.vn-mock.example/cb",))
    token = provider.tokens()["id_token"]
    given = {name: token if value == "OTHER" else value for name, value in parameters.items()}
    page = logout(provider, **given)
    assert page.status_code == 400
    assert 'data-testid="sign-out-problem"' in page.text
    assert signed_in(provider)
    assert press(provider, page, "sign-out").location == "/end-session"
    assert not signed_in(provider)


def test_a_repeated_parameter_leads_nowhere(provider: Provider) -> None:
    """Which of two was meant cannot be known."""
    token = provider.tokens()["id_token"]
    query = urlencode([("id_token_hint", token), *[("post_logout_redirect_uri", SIGNED_OUT)] * 2])
    assert provider.browser.get(f"/end-session?{query}").status_code == 400


def test_nobody_signed_in(provider: Provider) -> None:
    """Section 4: not an error; with a hint the browser goes back, without one it does not."""
    token = provider.tokens()["id_token"]
    provider.browser = provider.app.test_client()
    assert logout(provider, id_token_hint=token, post_logout_redirect_uri=SIGNED_OUT).location == SIGNED_OUT
    assert logout(provider, client_id="rp", post_logout_redirect_uri=SIGNED_OUT).status_code == 200
    assert logout(provider).status_code == 200


def test_confirming_needs_the_form(provider: Provider) -> None:
    """Cross-site request forgery: nobody is signed out by a foreign form."""
    provider.answer()
    response = provider.browser.post("/end-session/confirm", data={"decision": "sign-out"})
    assert response.status_code == 400
    assert signed_in(provider)


def test_the_confirmed_address_is_checked_again(provider: Provider) -> None:
    """A changed hidden field leads nowhere."""
    provider.answer()
    page = logout(provider, client_id="rp", post_logout_redirect_uri=SIGNED_OUT)
    fields = {**hidden_fields(page), "decision": "sign-out", "post_logout_redirect_uri": "https://evil.example/"}
    assert provider.browser.post("/end-session/confirm", data=fields).location == "/end-session"


def test_tokens_of_the_session_end_with_it(provider: Provider) -> None:
    """Except those for access while the person is away."""
    kept = provider.tokens(scope="openid offline_access")
    tokens = provider.tokens(scope="openid")
    logout(provider, id_token_hint=tokens["id_token"])
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert provider.userinfo(kept["access_token"]).status_code == 200
    assert provider.refresh(kept["refresh_token"]).status_code == 200


def test_ui_locales(provider: Provider) -> None:
    """Section 2; and the language link keeps the request."""
    provider.answer()
    page = logout(provider, client_id="rp", ui_locales="en")
    assert "Stay signed in" in page.text
    link = re.search(r'href="([^"]+)"[^>]*data-testid="switch-language"', page.text)
    assert link is not None
    switched = provider.browser.get(link.group(1).replace("&amp;", "&"))
    assert "Ở lại" in switched.text
    assert "Dịch vụ thử" in switched.text


def test_a_bad_request_without_a_session_signed_nobody_out(provider: Provider) -> None:
    """The heading is the error, and no "You are signed out" stands above it."""
    page = provider.browser.get("/end-session?id_token_hint=nonsense&lang=en")
    assert page.status_code == 400
    assert "The service&#39;s request is not valid</h1>" in page.text
    assert "You are signed out" not in page.text
    assert "There is no session left in this browser." in page.text
