"""QR codes as SVG pictures."""

from __future__ import annotations

import base64


def data_url(text: str) -> str:
    """A `data:` address of the code, which the page's policy admits for pictures only."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    picture = qrcode.make(text, image_factory=SvgPathImage, error_correction=qrcode.constants.ERROR_CORRECT_M)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.to_string()).decode("ascii")


def offline_data_url(text: str) -> str:
    """The same for an offline code: alphanumeric as a whole, in the version and level that its length asks for."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    from idp.documents.offline.limits import fit

    place = fit(text)
    level = {"M": qrcode.constants.ERROR_CORRECT_M, "L": qrcode.constants.ERROR_CORRECT_L}[place.level]
    picture = qrcode.QRCode(version=None, error_correction=level, image_factory=SvgPathImage, border=4)
    picture.add_data(text, optimize=0)  # one segment, which Base45 makes alphanumeric
    picture.make(fit=True)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.make_image().to_string()).decode("ascii")


def png_data_url(data: bytes) -> str:
    """A picture in PNG as an address."""
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")
