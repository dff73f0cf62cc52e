"""Passkeys in a real browser with a virtual authenticator: added, used in every place, refused, removed."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from gallery import Gallery
from journey import HOA, LAN, MINH, QUYNH, THAO, TUAN, give_password, give_second_factor, press, see
from live import Demo
from passkey_journey import VirtualAuthenticator, add_passkey, sign_in_by_passkey
from playwright.sync_api import Browser, Page, expect
from screens import Screen, on_desktop, on_sqlite
from step_up_client import REQUEST, THREE, essential

pytestmark = pytest.mark.browser


def signed_in(page: Page) -> bool:
    return page.get_by_test_id("signed-in-name").count() == 1


def clean(page: Page, axe_source: str) -> None:
    """No rule of the accessibility engine is broken."""
    page.wait_for_load_state("load")  # styles too, or colours are not yet what they are
    found = page.evaluate(axe_source + "; axe.run()")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def remove_all(page: Page, demo: Demo) -> None:
    """Signed in with two factors."""
    page.goto(f"{demo.issuer}/account/passkeys")
    while page.get_by_test_id("passkey-remove-1").count():
        press(page, "passkey-remove-1")
        expect(page.get_by_test_id("passkey-add")).to_be_visible()


def test_from_adding_to_removing(live: Demo, page: Page, screen: Screen, axe_source: str, gallery: Gallery) -> None:
    """Added with two factors, used in place of number and password, removed, and good for nothing after."""
    key = VirtualAuthenticator(page)
    add_passkey(page, live, LAN, language=screen.language)
    gallery.take(page, "passkeys")
    clean(page, axe_source)
    press(page, "sign-out")
    page.goto(f"{live.issuer}/sign-in")
    see(page, "sign-in-passkey")
    clean(page, axe_source)
    press(page, "sign-in-passkey")
    expect(page).to_have_url(f"{live.issuer}/")
    assert signed_in(page)
    assert key.credentials()[0]["signCount"] >= 2
    remove_all(page, live)
    press(page, "sign-out")
    sign_in_by_passkey(page, live)
    see(page, "passkey-refused")
    clean(page, axe_source)
    assert not signed_in(page)


@on_sqlite
@on_desktop
def test_step_up_to_level_3(live: Demo, page: Page) -> None:
    """Password and passcode are proven: the service that asks for level 3 gets it by the passkey alone."""
    VirtualAuthenticator(page)
    add_passkey(page, live, MINH)
    page.route("http://127.0.0.1/callback*", lambda route: route.fulfill(body="the client"))
    page.goto(f"{live.issuer}/authorize?{urlencode({**REQUEST, 'claims': essential(THREE)})}")
    expect(page.get_by_test_id("way-passkey")).to_be_visible()
    expect(page.get_by_test_id("sign-in-password")).to_have_count(0)
    press(page, "sign-in-passkey")
    press(page, "consent-approve")
    page.wait_for_url("http://127.0.0.1/callback?*")
    assert "code=" in page.url
    page.goto(live.issuer)
    remove_all(page, live)


@on_sqlite
@on_desktop
def test_the_portal_by_passkey(live: Demo, page: Page) -> None:
    """A procedure of another party's portal, without number, password or passcode."""
    VirtualAuthenticator(page)
    add_passkey(page, live, QUYNH)
    press(page, "sign-out")
    page.goto(f"{live.portal}/?lang=vi")
    press(page, "procedure-doi-giay-phep-lai-xe")
    press(page, "apply")
    press(page, "sign-in-passkey")
    press(page, "consent-approve")
    see(page, "applicant")
    page.goto(live.issuer)
    remove_all(page, live)


@on_sqlite
@on_desktop
def test_a_user_who_is_not_verified(live: Demo, page: Page) -> None:
    """Somebody holds the device and cannot unlock it: the browser gives nothing, and the page says what to do."""
    key = VirtualAuthenticator(page)
    add_passkey(page, live, THAO)
    press(page, "sign-out")
    key.verify_user(False)
    sign_in_by_passkey(page, live)
    see(page, "passkey-error")
    assert not signed_in(page)


@on_sqlite
@on_desktop
def test_a_clone(live: Demo, page: Page) -> None:
    """A copy of the key whose counter is behind is refused."""
    key = VirtualAuthenticator(page)
    add_passkey(page, live, TUAN)
    (copied,) = key.credentials()
    press(page, "sign-out")
    sign_in_by_passkey(page, live)
    expect(page).to_have_url(f"{live.issuer}/")
    press(page, "sign-out")
    key.clear()
    key.put(copied)
    sign_in_by_passkey(page, live)
    see(page, "passkey-refused")
    assert not signed_in(page)


@on_sqlite
@on_desktop
def test_no_passkey_on_this_device(live: Demo, page: Page) -> None:
    """The browser finds none, the person may go on by password."""
    VirtualAuthenticator(page)
    sign_in_by_passkey(page, live)
    see(page, "passkey-error")
    give_password(page, LAN)
    expect(page).to_have_url(f"{live.issuer}/")


@on_sqlite
@on_desktop
@pytest.mark.parametrize("synced", [True, False])
def test_where_the_key_is(live: Demo, page: Page, synced: bool) -> None:
    """The list says whether the key may be on other devices too; one device is not asked for a second passkey."""
    VirtualAuthenticator(page, defaultBackupEligibility=synced, defaultBackupState=synced)
    add_passkey(page, live, HOA)
    words = "Đồng bộ giữa các thiết bị" if synced else "Chỉ trên một thiết bị"
    expect(page.get_by_test_id("passkey-1")).to_contain_text(words)
    press(page, "passkey-add")
    press(page, "passkey-make")
    see(page, "passkey-error")
    remove_all(page, live)


@on_sqlite
@on_desktop
def test_a_browser_without_passkeys(live: Demo, page: Page) -> None:
    """No button on the sign-in page, and words in place of it where a passkey would be made."""
    page.add_init_script("delete globalThis.PublicKeyCredential")
    page.goto(f"{live.issuer}/sign-in")
    see(page, "sign-in-submit")
    expect(page.get_by_test_id("sign-in-passkey")).to_be_hidden()
    page.goto(f"{live.issuer}/account/passkeys/new")
    give_password(page, LAN)
    give_second_factor(page, LAN)
    see(page, "passkey-unusable")


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    yield context.new_page()
    context.close()


@on_sqlite
def test_without_scripts(live: Demo, scriptless: Page) -> None:
    """No button that does nothing: the password is there, and the page for a new passkey says what it needs."""
    scriptless.goto(f"{live.issuer}/sign-in")
    expect(scriptless.get_by_test_id("sign-in-passkey")).to_be_hidden()
    scriptless.goto(f"{live.issuer}/account/passkeys/new")
    give_password(scriptless, LAN)
    give_second_factor(scriptless, LAN)
    see(scriptless, "passkey-needs-script")
