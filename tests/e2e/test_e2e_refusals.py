"""What is refused in a browser, and that each refusal says why, says what to do, and files nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from foreign_wallet import answer, asked, edited
from gallery import Gallery
from journey import (
    HAN,
    HOA,
    HOSPITAL,
    HUNG,
    LAN,
    LAWYER,
    LICENCE,
    MINH,
    TAM,
    TUAN,
    apply,
    choose_procedure,
    download_document,
    give_password,
    hand_over,
    open_portal,
    open_wallet,
    press,
    see,
    share_where_asked,
    sign_in,
    text_of,
    unlock,
    wallet_address,
)
from live import Demo
from playwright.sync_api import BrowserContext, Page, expect
from screens import PHONE, Screen, on_desktop, on_phone, on_sqlite

pytestmark = [pytest.mark.browser, on_sqlite]
#: Each file has its own demo; here nobody may have a dossier: HUNG, HOA, MINH, TAM and TUAN file none.


@on_phone
def test_she_does_not_let_the_portal_know_her(live: Demo, page: Page, gallery: Gallery) -> None:
    """No at the provider: the portal learns only that she refused, and nobody is signed in there."""
    open_portal(page, live)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    sign_in(page, HAN)
    press(page, "consent-refuse")
    see(page, "error-page")
    assert page.url.startswith(live.portal)
    expect(page.get_by_test_id("error-code")).to_have_text("access_denied")
    expect(page.get_by_test_id("error-todo")).not_to_be_empty()
    expect(page.get_by_test_id("signed-in-name")).to_have_count(0)
    assert HAN.number not in page.content()
    gallery.take(page, "40-consent-refused")


@on_phone
def test_she_keeps_her_document(live: Demo, page: Page, gallery: Gallery) -> None:
    """No at the wallet: nothing was sent, no dossier was made, and the wallet remembers that she refused."""
    apply(page, live, LICENCE, HUNG)
    press(page, "apply-this-device")
    press(page, "consent-refuse")
    _is_told(live, page, "warning")
    see(page, "start-again")
    gallery.take(page, "41-declined")
    _has_no_dossier(page)
    page.goto(f"{live.issuer}/wallet/history")
    unlock(page, HUNG)
    expect(page.get_by_test_id("history-entry")).to_have_count(1)
    expect(page.get_by_test_id("history-outcome")).to_have_text("Đã từ chối")
    gallery.take(page, "42-history-refused")


@on_phone
def test_level_1_is_not_enough(live: Demo, page: Page, gallery: Gallery) -> None:
    """Two factors do not make a level 1 account level 2: the portal looks at both."""
    open_portal(page, live)
    choose_procedure(page, LICENCE)
    press(page, "apply")
    sign_in(page, HOA)
    share_where_asked(page, "level-too-low")
    assert page.url.startswith(live.portal)
    expect(page.get_by_test_id("apply-this-device")).to_have_count(0)
    gallery.take(page, "43-level-too-low")
    _has_no_dossier(page)


@on_desktop
def test_somebody_elses_document(
    live: Demo, page: Page, open_context: Callable[[Screen], BrowserContext], gallery: Gallery
) -> None:
    """Genuine, key-bound, for this very request, and Lan's: it does not help Minh, who has none of his own."""
    apply(page, live, LICENCE, MINH)
    press(page, "apply-other-device")
    address = wallet_address(page)
    phone = open_context(PHONE).new_page()
    phone.goto(address)
    press(phone, "confirm-yes")
    give_password(phone, LAN)
    hand_over(phone, LAN)
    see(phone, "presentation-answered-given")
    _is_told(live, page, "refused")
    expect(page.get_by_test_id("answer-4")).to_have_class("answer answer-refused")
    assert LAN.number not in page.content()
    gallery.take(page, "44-somebody-elses")
    _has_no_dossier(page)


@on_desktop
def test_one_character_changed(live: Demo, page: Page, gallery: Gallery) -> None:
    """Her own document, handed over by a wallet that changed one character of it."""
    open_wallet(page, live, HUNG)
    file = download_document(page, "health-book")
    page.context.clear_cookies()
    apply(page, live, LICENCE, HUNG)
    press(page, "apply-other-device")
    answer(live, asked(wallet_address(page)), edited(file, "payload"))
    _is_told(live, page, "refused")
    _says_code(page, "signature_invalid")
    gallery.take(page, "45-changed")
    _has_no_dossier(page)


@on_phone
def test_a_copied_file_is_not_a_presentation(live: Demo, page: Page) -> None:
    """Unchanged and in force, but whoever hands it over does not hold its key: anybody could have copied the file."""
    open_wallet(page, live, TAM)
    file = download_document(page, "health-book")
    page.context.clear_cookies()
    apply(page, live, LICENCE, TAM)
    press(page, "apply-other-device")
    answer(live, asked(wallet_address(page)), file)
    _is_told(live, page, "refused")
    _says_code(page, "key_binding_missing")
    _has_no_dossier(page)


@on_phone
def test_too_old_for_the_procedure(live: Demo, page: Page, gallery: Gallery) -> None:
    """Genuine, in force and hers, but fourteen months old where six are allowed."""
    apply(page, live, LAWYER, TAM)
    press(page, "apply-this-device")
    hand_over(page, TAM)
    _is_told(live, page, "refused")
    _says_code(page, "too_old")
    gallery.take(page, "46-too-old")
    _has_no_dossier(page)


@on_phone
@pytest.mark.parametrize(
    ("procedure", "state"), [(HOSPITAL, "Hết hạn"), (LICENCE, "Đã bị thu hồi"), (LAWYER, "Tạm dừng")]
)
def test_not_in_force(live: Demo, page: Page, gallery: Gallery, procedure: str, state: str) -> None:
    """The wallet says which document is no longer good and sends nothing; the portal does not learn why."""
    apply(page, live, procedure, TUAN)
    press(page, "apply-this-device")
    see(page, "presentation-no-documents")
    assert state in text_of(page, "missing-state")
    gallery.take(page, f"47-not-in-force-{procedure[:10]}")
    press(page, "presentation-decline")
    _is_told(live, page, "warning")
    _has_no_dossier(page)


@on_phone
def test_the_command_tells_the_reasons_apart(live: Demo, page: Page) -> None:
    """With the network off: expired, revoked, suspended, and changed by one character wherever it is."""
    open_wallet(page, live, TUAN)
    files = {}
    for kind in ("health-insurance", "health-book", "judicial-record-1"):
        files[kind] = download_document(page, kind)
        press(page, "document-back")
    assert _verdict(live, files["health-insurance"]) == (1, "expired")
    assert _verdict(live, files["health-book"]) == (1, "revoked")
    assert _verdict(live, files["judicial-record-1"]) == (1, "suspended")
    codes = [_verdict(live, edited(files["health-book"], part)) for part in ("payload", "signature", "disclosure")]
    assert codes == [(1, "signature_invalid"), (1, "signature_invalid"), (1, "unreferenced_disclosure")]


def _verdict(live: Demo, document: str) -> tuple[int, str]:
    done = live.command("verify", "-", "--json", stdin=document)
    return done.returncode, json.loads(done.stdout)["code"]


def _is_told(live: Demo, page: Page, kind: str) -> None:
    """Back at the portal, one sentence first: what happened."""
    expect(page.get_by_test_id("verdict")).to_have_class(f"verdict verdict-{kind}")
    assert page.url.startswith(live.portal)
    expect(page.get_by_test_id("papers-replaced")).to_have_count(0)


def _says_code(page: Page, code: str) -> None:
    see(page, "refused-todo")
    page.get_by_test_id("technical").locator("summary").click()
    expect(page.get_by_test_id("technical")).to_contain_text(code)


def _has_no_dossier(page: Page) -> None:
    press(page, "nav-dossiers")
    see(page, "to-catalogue")
    expect(page.get_by_test_id("dossier-1")).to_have_count(0)
