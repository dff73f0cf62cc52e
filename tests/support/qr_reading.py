"""Reading a QR code off the screen, as a telephone does."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image
from playwright.sync_api import Page


def read_qr(page: Page) -> str:
    """The text of the one QR code that the page shows."""
    picture = Image.open(io.BytesIO(page.locator(".qr").screenshot()))
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, "no QR code that can be read, or more than one"
    return str(found[0].text)
