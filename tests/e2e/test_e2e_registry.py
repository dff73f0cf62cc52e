"""The registry of clients in a browser: a client is registered, mended, stopped; and every page is for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from gallery import Gallery
from inspection import Inspector
from journey import HOA, fill, give_password, give_second_factor, press, see, text_of
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, DESKTOP_ENGLISH, PHONE, Screen, name, on_sqlite

pytestmark = pytest.mark.browser
OFFICER_PASSWORD = "CanBo-MoPhong-2026"
REDIRECT = "https://benh-vien.vn-mock.example/cb"
Cookies = list[dict[str, object]]
_signed_in: dict[str, Cookies] = {}


def enter(page: Page, demo: Demo) -> None:
    """Sign the registrar in; her code is good once, so that the screens of one demo share her session."""
    if demo.issuer not in _signed_in:
        page.goto(f"{demo.issuer}/officer/sign-in")
        fill(page, "officer-login", "ket-noi")
        fill(page, "officer-password", OFFICER_PASSWORD)
        fill(page, "officer-code", text_of(page, "code-ket-noi"))
        press(page, "officer-submit")
        see(page, "clients")
        _signed_in[demo.issuer] = [dict(cookie) for cookie in page.context.cookies() if "officer" in cookie["name"]]
    page.context.add_cookies(_signed_in[demo.issuer])  # type: ignore[arg-type]


@on_sqlite
def test_from_registering_to_removing(live: Demo, open_context: Callable[[Screen], BrowserContext]) -> None:
    """A mistake is told beside its field; the secret is shown once; a stopped client is told apart in the list."""
    page = open_context(DESKTOP).new_page()
    enter(page, live)
    page.goto(f"{live.issuer}/registry/?lang=vi")
    press(page, "registry-new")
    fill(page, "field-client_name_vi", "Bệnh viện Sông Ba (MÔ PHỎNG)")
    fill(page, "field-redirect_uris", "http://benh-vien.vn-mock.example/cb")
    press(page, "registry-save")
    expect(page.get_by_test_id("registry-wrong")).to_have_text("redirect_uris")
    expect(page.locator("#redirect_uris-error")).to_contain_text("phải dùng https")
    expect(page.get_by_test_id("field-client_name_vi")).to_have_value("Bệnh viện Sông Ba (MÔ PHỎNG)")
    fill(page, "field-redirect_uris", REDIRECT)
    press(page, "registry-save")
    client_id, secret = text_of(page, "client-id"), text_of(page, "client-secret")
    assert re.fullmatch(r"[\w-]{43}", secret)
    press(page, "secret-kept")
    expect(page.locator("body")).not_to_contain_text(secret)
    press(page, "client-edit")
    page.get_by_test_id("group-policy").locator("summary").click()
    page.get_by_test_id("lenient-claims-in-id-token").check()
    press(page, "registry-save")
    see(page, "lenient-claims-in-id-token")
    press(page, "client-disable")
    press(page, "confirm-yes")
    expect(page.get_by_test_id("client-state")).to_contain_text("Đã ngừng")
    press(page, "client-remove")
    press(page, "confirm-yes")
    see(page, "clients")
    expect(page.get_by_test_id(f"client-{client_id}")).to_have_count(0)


@pytest.mark.node
@on_sqlite
@pytest.mark.parametrize("screen", [PHONE, DESKTOP_ENGLISH], indirect=True, ids=name)
def test_every_page_is_for_everybody(
    live: Demo, page: Page, screen: Screen, gallery: Gallery, axe_source: str
) -> None:
    """List, form with a mistake, secret, client, each confirmation, tokens; and who is not admitted by a client."""
    inspector = Inspector(page, screen, gallery, axe_source)
    look = inspector.look
    enter(page, live)
    page.goto(f"{live.issuer}/registry/?lang={screen.language}")
    look("registry")
    page.goto(f"{live.issuer}/registry/?q=nothing-like-it")
    look("registry-empty")
    press(page, "registry-new")
    closed = page.locator("details.fold:not([open]) > summary")
    while closed.count():
        closed.first.click()
    look("registry-new")
    fill(page, "field-client_name_vi", "Bệnh viện (MÔ PHỎNG)")
    fill(page, "field-redirect_uris", "http://benh-vien.vn-mock.example/cb")
    press(page, "registry-save")
    see(page, "registry-refused")
    look("registry-refused")
    fill(page, "field-redirect_uris", REDIRECT)
    page.get_by_test_id("group-policy").locator("summary").click()
    page.get_by_test_id("identity_levels-2").check()
    page.get_by_test_id("lenient-claims-in-id-token").check()
    page.get_by_test_id("lenient-no-pkce").check()
    press(page, "registry-save")
    client_id = text_of(page, "client-id")
    look("registry-secret")
    press(page, "secret-kept")
    page.get_by_test_id("client-json").locator("summary").click()
    look("registry-client")
    for act in ("renew-secret", "disable", "remove"):
        page.goto(f"{live.issuer}/registry/clients/{client_id}/{act}")
        look(f"registry-{act}")
    page.goto(f"{live.issuer}/registry/clients/nobody")
    look("registry-unknown")
    page.goto(f"{live.issuer}/registry/tokens")
    fill(page, "token-label", "Dự án thử")
    press(page, "token-make")
    look("registry-token")
    press(page, "token-kept")
    look("registry-tokens")
    asked = {"client_id": client_id, "response_type": "code", "scope": "openid", "redirect_uri": REDIRECT}
    page.goto(f"{live.issuer}/authorize?{urlencode({**asked, 'prompt': 'login'})}")
    give_password(page, HOA)
    if page.get_by_test_id("not-admitted").count() == 0:
        give_second_factor(page, HOA)
    see(page, "not-admitted")
    look("not-admitted")
    inspector.check(13)
