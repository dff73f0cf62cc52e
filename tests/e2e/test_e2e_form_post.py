"""The answer as a form (Form Post Response Mode 1.0) in a real browser: by a script, and by a button without one."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from gallery import Gallery
from journey import LAN, approve_sharing, press, see, sign_in
from live import Demo, free_ports
from playwright.sync_api import Browser, Page
from registering import register
from screens import WIDTHS, Screen, on_phone, on_sqlite

pytestmark = pytest.mark.browser
LEVEL_2 = "urn:vn-mock:loa:2"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636 appendix B


def asked(live: Demo, back: str) -> str:
    made = register(live, back)
    return (
        f"{live.issuer}/authorize?response_type=code&client_id={made.client_id}&redirect_uri={back}&scope=openid"
        f"&state=s-1&response_mode=form_post&acr_values={LEVEL_2}&code_challenge={CHALLENGE}"
        "&code_challenge_method=S256"
    )


@on_phone
def test_the_form_goes_by_itself(live: Demo, page: Page) -> None:
    """No press of a button, and no policy in the way; nothing listens there, the browser's request is looked at."""
    back = f"http://localhost:{free_ports(1)[0]}/callback"
    page.goto(asked(live, back))
    sign_in(page, LAN)
    with page.expect_request(back) as request:
        approve_sharing(page)
    assert request.value.method == "POST"
    sent = parse_qs(request.value.post_data or "")
    assert set(sent) == {"code", "state", "iss"}
    assert (sent["state"], sent["iss"]) == (["s-1"], [live.issuer])
    assert request.value.headers["origin"] == live.issuer
    assert request.value.headers.get("referer", "") in ("", f"{live.issuer}/")


@on_sqlite
def test_without_a_script_she_presses_the_button(
    live: Demo, browser: Browser, screen: Screen, gallery: Gallery
) -> None:
    """The whole way works; the page says where the button leads."""
    back = f"http://localhost:{free_ports(1)[0]}/callback"
    width, height = WIDTHS[screen.width]
    with browser.new_context(
        java_script_enabled=False,
        viewport={"width": width, "height": height},
        locale={"vi": "vi-VN", "en": "en-GB"}[screen.language],
    ) as context:
        page = context.new_page()
        page.goto(f"{asked(live, back)}&ui_locales={screen.language}")
        sign_in(page, LAN)
        approve_sharing(page)
        see(page, "form-post-submit")
        gallery.take(page, "form-post")
        with page.expect_request(back) as request:
            press(page, "form-post-submit")
        assert set(parse_qs(request.value.post_data or "")) == {"code", "state", "iss"}
