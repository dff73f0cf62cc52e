"""QR codes as SVG pictures."""

from __future__ import annotations

import base64


def data_url(text: str) -> str:
    """A `data:` address of the code, which the page's policy admits for pictures only."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    picture = qrcode.make(text, image_factory=SvgPathImage, error_correction=qrcode.constants.ERROR_CORRECT_M)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.to_string()).decode("ascii")
