"""A script at the wallet's door is told what is missing, by RFC 9470; a browser's page is led to it."""

from __future__ import annotations

import pytest
from wallet_browser import Pages, holder
from wallet_place import Place, wallet_place
from werkzeug.test import TestResponse

place = wallet_place

JSON = {"Accept": "application/json"}
PATHS = ("/wallet", "/wallet/history", "/wallet/documents/x", "/wallet/documents/x/download")


def refused(response: TestResponse) -> str:
    assert response.status_code == 401
    assert response.get_json()["error"] == "insufficient_user_authentication"
    assert response.headers["Cache-Control"] == "no-store"
    header: str = response.headers["WWW-Authenticate"]
    assert header.startswith('Bearer realm="mock-vneid wallet", error="insufficient_user_authentication"')
    return header


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accept", ["application/json", "application/dc+sd-jwt", "application/json, text/html;q=0.5"])
def test_nobody_is_signed_in(place: Place, path: str, accept: str) -> None:
    """RFC 9470 3: the level that would do, and where to go for it; no redirect that a script would follow."""
    response = place.browser(None).get(path, headers={"Accept": accept})
    assert 'acr_values="urn:vn-mock:loa:1"' in refused(response)
    assert response.get_json()["next"] == path


@pytest.mark.parametrize("path", PATHS)
def test_the_wallet_is_closed(place: Place, path: str) -> None:
    """RFC 9470 3: the passcode, given at most five minutes ago."""
    response = place.browser().get(path, headers=JSON)
    assert 'max_age="300"' in refused(response)
    assert response.get_json()["next"].startswith("/wallet/unlock?next=")


def test_five_minutes_later_it_is_closed_again(place: Place) -> None:
    """The challenge comes back when the passcode is too old."""
    document, pages = place.issue(), holder(place)
    path = f"/wallet/documents/{document.id}/download"
    accept = {"Accept": "application/dc+sd-jwt"}
    assert pages.client.get(path, headers=accept).text == document.sd_jwt
    place.later(minutes=5)
    assert 'max_age="300"' in refused(pages.client.get(path, headers=accept))


@pytest.mark.parametrize(("level", "active", "error"), [(1, True, "level_too_low"), (2, False, "locked")])
def test_what_no_step_up_mends(place: Place, level: int, active: bool, error: str) -> None:
    """A level 1 or locked account is refused, not challenged: signing in again would not help."""
    place.holders.level, place.holders.active = level, active
    response = place.browser().get("/wallet", headers=JSON)
    assert response.status_code == 403
    assert response.get_json()["error"] == f"wallet_{error}"
    assert "WWW-Authenticate" not in response.headers


@pytest.mark.parametrize("accept", ["", "*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_a_page_is_led_there(place: Place, accept: str) -> None:
    """A browser is redirected, to the sign-in and then to the passcode."""
    headers = {"Accept": accept} if accept else {}
    assert place.browser(None).get("/wallet", headers=headers).location.startswith("/sign-in?")
    assert place.browser().get("/wallet", headers=headers).location.startswith("/wallet/unlock?")
    assert Pages(place.browser()).unlock().status_code == 303
