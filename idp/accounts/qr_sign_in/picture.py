"""The QR code as a picture."""

from __future__ import annotations

import base64

MASK = 3  # any of the eight is read alike; trying them all to find the prettiest takes most of the time


def data_url(text: str) -> str:
    """A `data:` address of the code as SVG, which the page's policy admits for pictures."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.image.svg import SvgPathImage
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, image_factory=SvgPathImage, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    return "data:image/svg+xml;base64," + base64.b64encode(code.make_image().to_string()).decode("ascii")
