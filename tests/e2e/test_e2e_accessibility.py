"""Every page of both applications, in each language: usable by everybody, marked as a mock, held by its policy."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from foreign_wallet import answer, asked, edited
from gallery import Gallery
from inspection import Inspector
from journey import (
    HAN,
    HOA,
    HUNG,
    LAN,
    LAWYER,
    LICENCE,
    LONG,
    MINH,
    QUYNH,
    TUAN,
    Citizen,
    apply,
    choose_procedure,
    download_document,
    fill,
    give_password,
    give_second_factor,
    hand_over,
    open_desk,
    open_portal,
    open_wallet,
    press,
    see,
    share_where_asked,
    sign_in,
    sign_out,
    unlock,
    wallet_address,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page
from screens import DESKTOP_ENGLISH, PHONE, Screen, name, on_sqlite
from sheet_journey import print_and_check
from showing_journey import show_a_document

#: Each page once a language and once a width; the inspector tries the widths of the others in both languages.
each_language = pytest.mark.parametrize("screen", [PHONE, DESKTOP_ENGLISH], indirect=True, ids=name)
pytestmark = [pytest.mark.browser, pytest.mark.node, on_sqlite, each_language]
DOCUMENTS = {
    LAN: ("identity-document", "health-book", "health-encounter", "judicial-record-2", "health-insurance"),
    TUAN: ("health-book", "judicial-record-1", "health-insurance"),
}


@pytest.fixture
def inspector(page: Page, screen: Screen, gallery: Gallery, axe_source: str) -> Inspector:
    return Inspector(page, screen, gallery, axe_source)


def test_the_portal(live: Demo, page: Page, screen: Screen, inspector: Inspector) -> None:
    """The public pages, a citizen's own, and the clerk's."""
    look = inspector.look
    open_portal(page, live, screen.language)
    look("portal-catalogue")
    page.goto(f"{live.portal}/?q=nothing-like-it")
    look("portal-catalogue-empty")
    page.goto(f"{live.portal}/procedures/{LAWYER}?at=2025-06-30")
    look("portal-procedure-then")
    page.goto(f"{live.portal}/nowhere")
    look("portal-404")
    apply(page, live, LAWYER, QUYNH, screen.language)
    look("portal-apply")
    press(page, "apply-this-device")
    press(page, "consent-refuse")
    see(page, "start-again")
    look("portal-declined")
    press(page, "start-again")
    press(page, "apply-other-device")
    see(page, "waiting")
    look("portal-other-device")
    page.goto(page.url.replace("/other-device", "/result"))
    look("portal-waiting")
    press(page, "nav-procedures")
    choose_procedure(page, LICENCE)
    look("portal-procedure")
    press(page, "apply")
    press(page, "apply-this-device")
    hand_over(page, QUYNH)
    see(page, "papers-replaced")
    look("portal-receipt")
    press(page, "my-dossiers")
    look("portal-dossiers")
    show_a_document(page, look)
    sign_out(page)
    look("portal-signed-out")
    page.goto(f"{live.portal}/clerk")
    look("clerk-sign-in")
    fill(page, "clerk-password", "not-it")
    press(page, "clerk-enter")
    look("clerk-sign-in-wrong")
    open_desk(page, live, screen.language)
    look("clerk-desk")
    press(page, "clerk-dossier-1")
    press(page, "check-now")
    page.locator("details.fold > summary").first.click()
    look("clerk-dossier")
    inspector.check(20)


def test_the_portal_refusing(live: Demo, page: Page, screen: Screen, inspector: Inspector) -> None:
    """A level too low, a document that was changed, and no dossier yet."""
    open_portal(page, live, screen.language)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    sign_in(page, HOA)
    share_where_asked(page, "level-too-low")
    inspector.look("portal-level-too-low")
    press(page, "nav-dossiers")
    inspector.look("portal-dossiers-empty")
    page.context.clear_cookies()
    open_wallet(page, live, HUNG, screen.language)
    file = download_document(page, "health-book")
    page.context.clear_cookies()
    apply(page, live, LICENCE, HUNG, screen.language)
    press(page, "apply-other-device")
    answer(live, asked(wallet_address(page)), edited(file, "payload"))
    see(page, "refused-todo")
    inspector.look("portal-refused")
    page.goto(f"{live.portal}/show-document/ask?type=urn:vn-mock:health-book:1")
    press(page, "show-other-device")
    answer(live, asked(wallet_address(page)), edited(file, "payload"))
    see(page, "refused-todo")
    inspector.look("portal-show-refused")
    inspector.check(4)


def test_the_provider(live: Demo, page: Page, screen: Screen, inspector: Inspector) -> None:
    """Front page, sign-in with its problems, consent, and the end of a session."""
    look = inspector.look
    page.goto(f"{live.issuer}/?lang={screen.language}")
    look("provider-home")
    press(page, "home-personas")
    look("provider-personas")
    press(page, "demo-phone-link")
    look("provider-phones")
    page.goto(f"{live.issuer}/nowhere")
    look("provider-404")
    page.goto(f"{live.issuer}/authorize?client_id=unknown")
    look("provider-unknown-client")
    page.goto(_consent_address(live))
    look("sign-in")
    give_password(page, Citizen("", ""))
    look("sign-in-incomplete")
    give_password(page, Citizen(HAN.number, "not-it"))
    see(page, "sign-in-refused")
    look("sign-in-refused")
    give_password(page, LONG)
    see(page, "sign-in-stopped")
    look("sign-in-stopped")
    page.goto(_consent_address(live))
    give_password(page, HAN)
    see(page, "second-factor-passcode")
    look("second-factor-passcode")
    give_second_factor(page, Citizen(HAN.number, passcode="000000"))
    look("second-factor-refused")
    press(page, "second-factor-other")
    look("second-factor-code")
    press(page, "second-factor-other")
    give_second_factor(page, HAN)
    see(page, "consent-who")
    look("consent")
    page.goto(_consent_address(live, prompt="select_account"))
    see(page, "account-present")
    look("choose-account")
    page.goto(f"{live.issuer}/end-session")
    look("confirm-sign-out")
    press(page, "sign-out-confirm")
    see(page, "signed-out")
    look("provider-signed-out")
    inspector.check(16)


def _consent_address(live: Demo, prompt: str = "consent") -> str:
    """What the demo's public client asks, two factors and her consent each time."""
    asked = {
        "client_id": "demo-spa", "response_type": "code", "scope": "openid profile identity offline_access",
        "redirect_uri": "http://127.0.0.1:9/callback", "state": "s" * 22, "nonce": "n" * 22, "prompt": prompt,
        "code_challenge": "c" * 43, "code_challenge_method": "S256",
        "claims": '{"id_token":{"acr":{"essential":true,"values":["urn:vn-mock:loa:2"]}}}',
    }  # fmt: skip
    return f"{live.issuer}/authorize?{urlencode(asked)}"


def test_the_wallet(live: Demo, page: Page, screen: Screen, inspector: Inspector) -> None:
    """Unlocking, each document, showing one, the history."""
    look = inspector.look
    page.goto(f"{live.issuer}/wallet?lang={screen.language}")
    give_password(page, LAN)
    see(page, "unlock-passcode")
    look("wallet-unlock")
    unlock(page, Citizen(LAN.number, passcode="000000"))
    look("wallet-unlock-wrong")
    unlock(page, LAN)
    see(page, "wallet-documents")
    look("wallet")
    _look_at_documents(page, look, LAN)
    press(page, "wallet-history")
    look("wallet-history")
    press(page, "history-back")
    page.get_by_test_id("document-judicial-record-2-open").first.click()
    press(page, "document-show")
    look("wallet-show")
    press(page, "show-submit")
    see(page, "code-seconds")
    look("wallet-show-code")
    print_and_check(page, live, screen, look)
    _another(page, live, screen, TUAN)
    look("wallet-not-in-force")
    _look_at_documents(page, look, TUAN)
    _another(page, live, screen, MINH)
    look("wallet-empty")
    inspector.check(13 + len(DOCUMENTS[LAN]) + len(DOCUMENTS[TUAN]))


def _another(page: Page, live: Demo, screen: Screen, citizen: Citizen) -> None:
    page.context.clear_cookies()
    open_wallet(page, live, citizen, screen.language)
    see(page, "wallet-history")


def _look_at_documents(page: Page, look: Callable[[str], None], citizen: Citizen) -> None:
    for kind in DOCUMENTS[citizen]:
        page.get_by_test_id(f"document-{kind}-open").first.click()
        page.get_by_test_id("document-technical").locator("summary").first.click()
        look(f"wallet-{kind}-{citizen.number[-4:]}")
        press(page, "document-back")


def test_presenting(
    live: Demo, page: Page, screen: Screen, inspector: Inspector, open_context: Callable[[Screen], BrowserContext]
) -> None:
    """The wallet asked by the portal, from this device and from another; and the clerk's side of the counter."""
    look = inspector.look
    desk = open_context(screen).new_page()
    apply(desk, live, LAWYER, LAN, screen.language)
    press(desk, "apply-other-device")
    page.goto(f"{live.issuer}/?lang={screen.language}")
    page.goto(wallet_address(desk))
    see(page, "confirm-warning")
    look("presentation-confirm")
    press(page, "confirm-yes")
    give_password(page, LAN)
    see(page, "consent-passcode")
    look("presentation-consent")
    hand_over(page, Citizen(LAN.number, passcode="000000"))
    look("presentation-consent-wrong")
    hand_over(page, LAN)
    see(page, "presentation-answered-given")
    look("presentation-answered")
    page.goto(f"{live.issuer}/wallet/presentation/unknown")
    look("presentation-gone")
    page.context.clear_cookies()
    apply(page, live, LICENCE, TUAN, screen.language)
    press(page, "apply-this-device")
    see(page, "presentation-no-documents")
    look("presentation-no-documents")
    _counter(live, page, screen, look, desk)
    inspector.check(9)


def _counter(live: Demo, page: Page, screen: Screen, look: Callable[[str], None], holder: Page) -> None:
    holder.context.clear_cookies()
    open_wallet(holder, live, LAN, screen.language)
    press(holder, "document-health-book-open")
    press(holder, "document-show")
    for box in holder.locator("fieldset.choices input").all():
        box.check()
    press(holder, "show-submit")
    holder.get_by_test_id("code-address-fold").locator("summary").click()
    address = holder.get_by_test_id("code-address").inner_text()
    page.goto(address)
    look("counter-take")
    press(page, "counter-take")
    see(page, "verdict")
    page.get_by_test_id("counter-technical").locator("summary").click()
    look("counter-verdict")
    page.context.clear_cookies()
    page.goto(f"{address}?lang={screen.language}")
    look("counter-too-late")
