"""A document as a signed PDF: chosen in the browser, checked by the command, refused once edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from gallery import Gallery
from journey import LAN, open_wallet, press, see
from live import Demo
from playwright.sync_api import Page, expect
from screens import on_phone, on_sqlite

pytestmark = pytest.mark.browser


@on_sqlite
@on_phone
def test_downloaded_checked_edited(live: Demo, page: Page, gallery: Gallery, tmp_path: Path) -> None:
    """She ticks one field; the file verifies by the lists of the key folder alone; one letter changed does not."""
    open_wallet(page, live, LAN)
    press(page, "document-health-book-open")
    press(page, "document-pdf")
    see(page, "pdf-bearer")
    page.get_by_test_id("pdf-field-birthdate").check()
    gallery.take(page, "68-pdf")
    with page.expect_download() as download:
        press(page, "pdf-submit")
    assert download.value.suggested_filename.endswith(".pdf")
    file = download.value.path()
    good = live.command("verify", str(file), "--person", LAN.number, "--lang", "en")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "time-stamped" in good.stdout
    assert "Sex" not in good.stdout
    edited = tmp_path / "edited.pdf"
    edited.write_bytes(file.read_bytes().replace(b"/Title", b"/Titel", 1))
    bad = live.command("verify", str(edited), "--lang", "en")
    assert bad.returncode == 1
    assert "the PDF was edited after it was signed" in bad.stdout
    page.goto(f"{live.issuer}/wallet/history")
    expect(page.get_by_test_id("history-entry").first).to_contain_text("Tệp PDF có chữ ký")
