"""From the wallet to paper, and from paper to the counter: printed, photographed, scanned, looked up."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from degraded import photographs
from gallery import Gallery
from journey import LAN, open_desk, open_wallet, press, press_summary, see, text_of
from live import Demo
from phone_journey import CAMERA, hold_before_camera
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from screens import DESKTOP, Screen, on_phone, on_sqlite

pytestmark = pytest.mark.browser
Contexts = Callable[[Screen], BrowserContext]


def read(picture: Image.Image) -> str:
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, "no code that can be read"
    return str(found[0].text)


@on_sqlite
@on_phone
def test_printed_photographed_and_checked(
    live: Demo, page: Page, open_context: Contexts, artifacts: Path, gallery: Gallery, tmp_path: Path
) -> None:
    """Made on a telephone; read off its screen, off the printed page and off bad photographs of it; checked at the
    counter by camera and by picture, looked up by the five facts; the receipt holds and says nothing of her."""
    text, sheet_code, printed = _print(live, page, gallery)
    paper = Image.open(io.BytesIO(printed))
    assert read(paper) == text
    taken = dict(photographs(paper))
    for name, picture in taken.items():
        assert read(picture) == text, name
    desk = open_context(DESKTOP).new_page()
    at_desk = Gallery(artifacts, DESKTOP)
    _look_up(live, desk, sheet_code, at_desk)
    receipt = _at_the_counter(live, desk, taken, at_desk, gallery, tmp_path)
    _check_receipt(live, receipt, text, tmp_path)
    _one_time_code(live, page, desk)


def png(picture: Image.Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def _print(live: Demo, page: Page, gallery: Gallery) -> tuple[str, str, bytes]:
    open_wallet(page, live, LAN)
    press(page, "document-identity-document-open")
    press(page, "document-print")
    see(page, "print-holds")
    gallery.take(page, "90-print-form")
    press(page, "print-make")
    see(page, "sheet-qr")
    gallery.take(page, "90-sheet")
    on_screen = Image.open(io.BytesIO(page.get_by_test_id("sheet-qr").screenshot()))
    assert on_screen.width <= 390
    press_summary(page, "sheet-text-fold")
    text = str(page.get_by_test_id("sheet-text").inner_text())
    assert read(on_screen) == text
    sheet_code = text_of(page, "sheet-code")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    expect(page.locator(".site-nav, .actions").first).to_be_hidden()
    printed = page.screenshot(full_page=True)
    gallery.take(page, "91-sheet-printed")
    return text, sheet_code, printed


def _look_up(live: Demo, desk: Page, sheet_code: str, at_desk: Gallery) -> None:
    facts = {
        "check-sheet-code": sheet_code.lower(),
        "check-full-name": "nguyễn thị mai lan",
        "check-birthdate": "1990-03-14",
        "check-number": LAN.number,
    }
    for wrong in (True, False):
        desk.goto(f"{live.issuer}/check")
        for name, value in facts.items():
            desk.get_by_test_id(name).fill(value)
        desk.get_by_test_id("check-sex").select_option("male" if wrong else "female")
        press(desk, "check-submit")
        expect(desk.get_by_test_id("check-result")).to_contain_text("Không khớp" if wrong else "đang có hiệu lực")
        at_desk.take(desk, f"92-check-{'no-match' if wrong else 'found'}")


def _at_the_counter(
    live: Demo, desk: Page, taken: dict[str, Image.Image], at_desk: Gallery, small: Gallery, folder: Path
) -> Path:
    open_desk(desk, live)
    desk.add_init_script(CAMERA)
    press(desk, "clerk-counter")
    see(desk, "counter-start")
    at_desk.take(desk, "93-counter")
    hold_before_camera(desk, png(taken["grainy and out of focus"]))
    press(desk, "counter-start")
    _see_good(desk)
    at_desk.take(desk, "94-counter-verdict")
    press(desk, "counter-next")
    files = {"name": "paper.png", "mimeType": "image/png", "buffer": png(taken["askew"])}
    desk.get_by_test_id("counter-file").set_input_files(files)  # type: ignore[arg-type]
    _see_good(desk)
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(f"{live.portal}/clerk/counter?lang=en")
    small.take(desk, "95-counter-phone")
    desk.get_by_test_id("counter-file").set_input_files(files)  # type: ignore[arg-type]
    _see_good(desk)
    small.take(desk, "95-counter-verdict-phone")
    with desk.expect_download() as download:
        press(desk, "receipt-save")
    kept = folder / "receipt"
    download.value.save_as(kept)
    return kept


def _see_good(desk: Page) -> None:
    see(desk, "verdict")
    assert "verdict-valid" in (desk.get_by_test_id("verdict").get_attribute("class") or "")
    see(desk, "not-proven")
    see(desk, "counter-portrait")
    assert LAN.number not in desk.content()


def _check_receipt(live: Demo, receipt: Path, text: str, folder: Path) -> None:
    document, other = folder / "code.txt", folder / "other.txt"
    document.write_text(text, encoding="ascii")
    other.write_text(text[:-3] + "ABC", encoding="ascii")
    good = live.command("verify", "--receipt", str(receipt), str(document), "--json")
    assert good.returncode == 0, good.stdout
    told = json.loads(good.stdout)
    assert (told["document_matches"], told["receipt"]["verdict"]) == (True, "good")
    assert "Lan" not in good.stdout
    assert live.command("verify", "--receipt", str(receipt), str(other)).returncode == 1
    assert live.command("verify", str(document)).returncode == 0


def _one_time_code(live: Demo, page: Page, desk: Page) -> None:
    """The same camera takes the wallet's own code, and leads to where the clerk takes what she shows."""
    page.emulate_media(media="screen")
    page.goto(f"{live.issuer}/wallet")
    press(page, "document-identity-document-open")
    press(page, "document-show")
    press(page, "show-submit")
    see(page, "code-seconds")
    shown = page.locator(".qr").screenshot()
    desk.goto(f"{live.portal}/clerk/counter")
    files = {"name": "shown.png", "mimeType": "image/png", "buffer": shown}
    desk.get_by_test_id("counter-file").set_input_files(files)  # type: ignore[arg-type]
    see(desk, "counter-take")
    assert desk.url.startswith(f"{live.issuer}/counter/")
