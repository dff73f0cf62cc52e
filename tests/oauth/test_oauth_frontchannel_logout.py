"""Front-Channel Logout 1.0, the provider's side: a page with a frame for each service of the ended session."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.oauth.conftest import ISSUER, SIGNED_OUT, Provider, hidden_fields, payload_of

FRAME = "https://rp.vn-mock.example/frontchannel?tenant=1"


def signed_in(bare: Provider, **changes: Any) -> dict[str, Any]:
    bare.secret = bare.register(**{"frontchannel_logout_uri": FRAME, **changes}).client_secret or ""
    return bare.tokens()


def end(bare: Provider, found: dict[str, Any]) -> Any:
    query = {"id_token_hint": found["id_token"], "post_logout_redirect_uri": SIGNED_OUT, "state": "s"}
    return bare.browser.get("/end-session", query_string=query)


def frames(page: Any) -> list[str]:
    return [html.unescape(uri) for uri in re.findall(r'<iframe src="([^"]+)"', page.text)]


def test_without_an_address_nothing_is_framed(bare: Provider) -> None:
    """The browser goes on at once."""
    answer = end(bare, signed_in(bare, frontchannel_logout_uri=None))
    assert (answer.status_code, answer.location) == (303, f"{SIGNED_OUT}?state=s")


def test_the_frame_names_issuer_and_session(bare: Provider) -> None:
    """Section 2: iss and sid, which is that of the ID Token, added to the registered address."""
    found = signed_in(bare)
    (uri,) = frames(end(bare, found))
    assert uri.startswith(FRAME)
    assert parse_qs(urlsplit(uri).query) == {
        "tenant": ["1"], "iss": [ISSUER], "sid": [payload_of(found["id_token"])["sid"]],
    }  # fmt: skip


def test_only_the_services_may_be_framed(bare: Provider) -> None:
    """And the page leads on to the registered address with the state, by a link that needs no script."""
    page = end(bare, signed_in(bare))
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src https://rp.vn-mock.example;" in policy
    assert "script-src 'self';" in policy
    assert f'href="{SIGNED_OUT}?state=s"' in page.text
    assert "MOCK" in page.text
    assert "Dịch vụ thử" in page.text


def test_no_other_page_frames_anything(bare: Provider) -> None:
    """The page that asks whether to sign out."""
    signed_in(bare)
    assert "frame-src" not in bare.browser.get("/end-session").headers["Content-Security-Policy"]


def test_the_session_is_over_before_the_frames_load(bare: Provider) -> None:
    """Whatever the services do, she is signed out here."""
    end(bare, signed_in(bare))
    assert bare.browser.get("/end-session").status_code == 200
    assert "signed-out" in bare.browser.get("/end-session").text


def test_after_a_confirmed_sign_out_too(bare: Provider) -> None:
    """Section 2 of RP-Initiated Logout: the person's own answer."""
    signed_in(bare)
    asked = bare.browser.get("/end-session")
    page = bare.browser.post("/end-session/confirm", data={**hidden_fields(asked), "decision": "sign-out"})
    assert len(frames(page)) == 1


def test_another_browser_is_shown_nothing(bare: Provider) -> None:
    """Which services somebody used is told to the browser alone that was signed in there."""
    signed_in(bare)
    stranger = bare.app.test_client()
    assert stranger.get("/end-session/services").location == "/"
    for guess in ("f" * 32, "%00", "x" * 3000):
        stranger.set_cookie("__Host-mock_vneid_ended", guess, domain="localhost", secure=True)
        assert stranger.get("/end-session/services", base_url="https://localhost").location == "/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_takes_no_parameters(bare: Provider, method: str) -> None:
    """It leads to the front page, wherever a link wants it to."""
    answer = getattr(bare.browser, method)("/end-session/services?go_on=https://evil.example")
    assert answer.status_code == (303 if method == "get" else 405)
    assert answer.headers.get("Location", "/") == "/"
