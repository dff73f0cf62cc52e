"""The app on the phone in a real browser: bound, closed, opened again, told of others, removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gallery import Gallery
from journey import DUNG, HAN, HUNG, MINH, QUYNH, SOFIA, TAM, THAO, TUAN, fill, press, see
from live import Demo
from phone_journey import bind, give_code, open_app
from playwright.sync_api import BrowserContext, Page, expect
from screens import PHONE, Screen, name, on_phone, on_sqlite

pytestmark = pytest.mark.browser
Contexts = Callable[[Screen], BrowserContext]
KEY = """async () => {
  const open = indexedDB.open('mock-vneid-phone');
  const db = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const get = db.transaction('device').objectStore('device').get('this');
  const { privateKey } = await new Promise((resolve) => { get.onsuccess = () => resolve(get.result); });
  const exported = await crypto.subtle.exportKey('jwk', privateKey).then(() => 'exported', () => 'refused');
  return [privateKey.extractable, privateKey.type, exported];
}"""


@on_phone
def test_bind_close_and_open_again(live: Demo, page: Page, gallery: Gallery) -> None:
    """On both databases; a wrong passcode is said beside the field, the right one opens."""
    bind(page, live, TAM)
    gallery.take(page, "phone-01-home")
    assert page.evaluate(KEY) == [False, "private", "refused"]
    press(page, "app-close")
    see(page, "app-open")
    gallery.take(page, "phone-02-door")
    fill(page, "app-passcode", "000000")
    press(page, "app-open-submit")
    expect(page.get_by_test_id("app-error")).to_contain_text("Mật mã không đúng")
    open_app(page, TAM)
    see(page, "app-home-device")
    press(page, "app-documents")
    see(page, "unlock-passcode")
    page.goto(f"{live.issuer}/app")
    press(page, "app-activity")
    expect(page.get_by_test_id("activity-entries")).to_contain_text("Liên kết thiết bị")
    gallery.take(page, "phone-03-activity")


@on_sqlite
@on_phone
def test_the_old_phone_learns_of_the_new_and_removes_it(
    live: Demo, page: Page, open_context: Contexts, gallery: Gallery
) -> None:
    """Then the new one is out at once, and its key is forgotten."""
    bind(page, live, QUYNH, "Máy cũ")
    new = open_context(PHONE).new_page()
    bind(new, live, QUYNH, "Máy lạ")
    page.reload()
    expect(page.get_by_test_id("app-notices")).to_contain_text("Máy lạ")
    gallery.take(page, "phone-04-told")
    press(page, "app-notices-devices")
    gallery.take(page, "phone-05-devices")
    strange = page.locator("[data-testid^='device-']").filter(has=page.locator("h2", has_text="Máy lạ"))
    strange.locator("[data-testid^='device-remove-']").click()
    expect(page.get_by_text("Máy lạ")).to_have_count(0)
    new.reload()
    see(new, "app-removed")
    see(new, "app-bind")


@on_sqlite
@on_phone
def test_removing_the_phone_in_hand(live: Demo, page: Page) -> None:
    """Key and session go."""
    bind(page, live, HAN)
    press(page, "app-devices")
    press(page, "device-remove-1")
    see(page, "app-bind")
    expect(page.get_by_test_id("app-open")).to_be_hidden()


@on_sqlite
@on_phone
def test_a_face_that_does_not_match(live: Demo, page: Page, gallery: Gallery) -> None:
    """The page says that it is simulated, and that nothing was bound."""
    page.goto(f"{live.issuer}/app/bind?lang=en")
    fill(page, "bind-number", SOFIA.number)
    fill(page, "bind-password", SOFIA.password)
    gallery.take(page, "phone-06-bind")
    press(page, "bind-submit")
    gallery.take(page, "phone-07-code")
    give_code(page)
    expect(page.get_by_test_id("bind-face-mock")).to_contain_text("SIMULATED")
    press(page, "bind-face-differs")
    see(page, "bind-face-refused")
    gallery.take(page, "phone-08-face")


@on_sqlite
@on_phone
def test_the_app_can_be_installed(live: Demo, page: Page) -> None:
    """Chromium finds nothing wrong with the manifest."""
    page.goto(f"{live.issuer}/app")
    session = page.context.new_cdp_session(page)
    assert session.send("Page.getAppManifest")["errors"] == []
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in found if error["errorId"] != "in-incognito"] == []


@on_sqlite
@on_phone
def test_a_passkey_instead_of_the_passcode(live: Demo, page: Page) -> None:
    """On the bound device a fresh sign-in with a passkey opens the app; the passkey is registered from the app."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    bind(page, live, TUAN)
    press(page, "app-passkeys")
    page.goto(f"{live.issuer}/account/passkeys/new")
    press(page, "passkey-make")
    see(page, "passkey-added")
    page.goto(f"{live.issuer}/app")
    press(page, "app-close")
    press(page, "app-passkey")
    press(page, "sign-in-passkey")
    see(page, "app-home-device")


PAGES = ("/app", "/app/scan", "/app/devices", "/app/activity", "/app/bind", "/app/done/approved", "/app/done/not_me")


@on_sqlite
def test_axe_finds_nothing(live: Demo, page: Page, screen: Screen, axe_source: str) -> None:
    """Every page of the app, open, at both widths and in both languages (WCAG 2.2 AA)."""
    bind(page, live, {"phone-vi": DUNG, "desktop-vi": HUNG, "phone-en": THAO, "desktop-en": MINH}[name(screen)])
    for path in PAGES:
        page.goto(f"{live.issuer}{path}?lang={screen.language}")
        page.wait_for_load_state("load")  # styles too, or colours are not yet what they are
        found = page.evaluate(axe_source + "; axe.run()")
        assert [violation["id"] for violation in found["violations"]] == [], path
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), path
