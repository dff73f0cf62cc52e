"""The whole journey in a real browser: a procedure, a sign-in, a document from the wallet, no paper."""

from __future__ import annotations

import json

import pytest
from gallery import Gallery
from journey import (
    DUNG,
    LAN,
    LAWYER,
    LICENCE,
    QUYNH,
    SOFIA,
    THAO,
    Citizen,
    apply,
    choose_procedure,
    download_document,
    give_password,
    give_second_factor,
    hand_over,
    open_desk,
    open_portal,
    open_wallet,
    papers_replaced,
    press,
    see,
    sign_out,
    text_of,
)
from live import Demo
from playwright.sync_api import Page, expect
from screens import DESKTOP, DESKTOP_ENGLISH, PHONE, PHONE_ENGLISH, Screen, on_desktop, on_phone, on_sqlite

pytestmark = pytest.mark.browser
#: Consent is remembered, so each screen has a citizen of its own, who signs in nowhere before this.
CITIZENS = {PHONE: LAN, DESKTOP: QUYNH, PHONE_ENGLISH: SOFIA, DESKTOP_ENGLISH: DUNG}
PROCEDURE = {"vi": "Đổi giấy phép lái xe", "en": "Exchange of a driving licence"}
ACCEPTED = {"vi": "đã được tiếp nhận", "en": "accepted"}


def test_a_licence_without_paper(live: Demo, page: Page, screen: Screen, gallery: Gallery) -> None:
    """From the catalogue to the receipt and out again; every paper of the procedure is replaced."""
    citizen = CITIZENS[screen]
    _to_consent(live, page, screen, citizen, gallery)
    press(page, "consent-approve")
    see(page, "applicant")
    gallery.take(page, "04-portal-review")
    press(page, "apply-this-device")
    see(page, "consent-passcode")
    expect(page.get_by_test_id("consent-procedure")).to_have_text(PROCEDURE[screen.language])
    gallery.take(page, "05-wallet-consent")
    hand_over(page, citizen)
    see(page, "papers-replaced")
    gallery.take(page, "06-receipt")
    _check_receipt(page, screen)
    _find_it_again(live, page, screen, gallery)


def _to_consent(live: Demo, page: Page, screen: Screen, citizen: Citizen, gallery: Gallery) -> None:
    open_portal(page, live, screen.language)
    gallery.take(page, "00-portal-catalogue")
    choose_procedure(page, LICENCE)
    gallery.take(page, "01-portal-procedure")
    press(page, "apply")
    gallery.take(page, "02-sign-in")
    give_password(page, citizen)
    see(page, "second-factor-passcode")
    gallery.take(page, "02-second-factor")
    give_second_factor(page, citizen)
    see(page, "consent-who")
    assert page.url.startswith(live.issuer)
    gallery.take(page, "03-consent")


def _check_receipt(page: Page, screen: Screen) -> None:
    assert ACCEPTED[screen.language] in text_of(page, "verdict").lower()
    assert papers_replaced(page) == (4, 4)
    for answer in range(1, 5):
        assert "answer-valid" in (page.get_by_test_id(f"answer-{answer}").first.get_attribute("class") or "")
    assert page.locator("html").get_attribute("lang") == screen.language


def _find_it_again(live: Demo, page: Page, screen: Screen, gallery: Gallery) -> None:
    """Her dossiers, the receipt as it is printed, and the end of the session on both sides."""
    receipt = page.url
    press(page, "my-dossiers")
    gallery.take(page, "07-dossiers")
    press(page, "dossier-1-open")
    expect(page).to_have_url(receipt)
    page.emulate_media(media="print")
    see(page, "papers-replaced")
    expect(page.get_by_test_id("nav-procedures")).to_be_hidden()
    gallery.take(page, "08-receipt-printed")
    page.emulate_media(media="screen")
    sign_out(page)
    gallery.take(page, "09-signed-out")
    page.goto(receipt)
    see(page, "sign-in-number")
    page.goto(f"{live.issuer}/wallet")
    see(page, "sign-in-number")


@on_sqlite
@on_desktop
@pytest.mark.parametrize(("health_book", "replaced"), [(True, 5), (False, 4)])
def test_a_lawyers_certificate(live: Demo, page: Page, gallery: Gallery, health_book: bool, replaced: int) -> None:
    """Criminal record certificate No. 1, and the health book where she likes: it is her choice, and hers alone."""
    apply(page, live, LAWYER, LAN)
    press(page, "apply-this-device")
    see(page, "consent-passcode")
    gallery.take(page, "10-wallet-choice")
    choices = page.locator("fieldset.choices input[type=radio]")
    expect(choices).to_have_count(2)
    assert not any(choices.nth(index).is_checked() for index in range(2))
    choices.nth(0 if health_book else 1).check()
    hand_over(page, LAN)
    see(page, "papers-replaced")
    assert papers_replaced(page) == (replaced, 5)
    gallery.take(page, "11-receipt-lawyer")


@on_sqlite
@on_desktop
def test_what_she_did_not_choose_is_not_sent(live: Demo, page: Page) -> None:
    """Nothing is ticked for her, a wrong passcode sends nothing, and a conviction is for a person to judge."""
    apply(page, live, LAWYER, THAO)
    press(page, "apply-this-device")
    hand_over(page, Citizen(THAO.number, passcode="000000"))
    expect(page.locator("#passcode-error")).to_be_visible()
    hand_over(page, THAO)
    see(page, "papers-replaced")
    assert papers_replaced(page) == (4, 5)
    assert "verdict-warning" in (page.get_by_test_id("verdict").get_attribute("class") or "")
    expect(page.get_by_test_id("document-health_certificate")).to_have_count(0)


@on_desktop
def test_the_clerk_sees_why(live: Demo, page: Page, gallery: Gallery) -> None:
    """The desk shows the verdict, the four answers and the evidence, and checks it again: as filed, and as of now."""
    apply(page, live, LICENCE, SOFIA)
    press(page, "apply-this-device")
    see(page, "consent-passcode")
    hand_over(page, SOFIA)
    see(page, "papers-replaced")
    sign_out(page)
    open_desk(page, live)
    see(page, "clerk-table")
    gallery.take(page, "20-clerk-desk")
    press(page, "clerk-dossier-1")
    see(page, "evidence-health_certificate")
    gallery.take(page, "21-clerk-dossier")
    for button in ("check-now", "check-then"):
        press(page, button)
        see(page, "again-health_certificate")
        again = page.get_by_test_id("again-health_certificate").get_attribute("class") or ""
        assert "verdict-valid" in again
    gallery.take(page, "22-clerk-checked-again")


@on_sqlite
@on_phone
def test_her_file_is_good_with_the_network_off(live: Demo, page: Page, gallery: Gallery) -> None:
    """What she downloads, the verifier's command accepts: as a file, from a pipe, for people and for machines."""
    open_wallet(page, live, LAN)
    see(page, "wallet-documents")
    gallery.take(page, "30-wallet")
    file = download_document(page, "health-book")
    gallery.take(page, "31-document")
    saved = live.data_dir / "so-suc-khoe.sd-jwt"
    saved.write_text(file, encoding="utf-8")
    good = live.command("verify", str(saved), "--person", LAN.number)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "MÔ PHỎNG" in good.stdout
    piped = live.command("verify", "-", "--json", "--person", LAN.number, stdin=file)
    assert piped.returncode == 0, piped.stdout + piped.stderr
    assert json.loads(piped.stdout)["verdict"] == "accepted"
    other = live.command("verify", "-", "--json", "--person", DUNG.number, stdin=file)
    assert other.returncode == 1
    assert json.loads(other.stdout)["code"] == "wrong_person"
