"""Reading a QR code off the screen, as a telephone does."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image
from playwright.sync_api import Page

LOOKS, EVERY = 20, 250  # a busy machine may not have drawn it yet; milliseconds


def read_qr(page: Page) -> str:
    """The text of the one QR code that the page shows."""
    for _ in range(LOOKS):
        picture = Image.open(io.BytesIO(page.locator(".qr").screenshot()))
        found = zxingcpp.read_barcodes(picture)
        if len(found) == 1:
            return str(found[0].text)
        page.wait_for_timeout(EVERY)
    raise AssertionError("no QR code that can be read, or more than one")
