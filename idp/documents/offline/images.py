"""Reading an offline code off a picture, with zxing-cpp and Pillow: the optional extra `pictures`."""

from __future__ import annotations

import io

#: Pixels: a telephone's picture has twelve million and more.
MAX_PIXELS = 64_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")


class NoReader(Exception):
    """This installation cannot read pictures."""


class NoCode(Exception):
    """No QR code can be made out, or more than one."""


def is_picture(data: bytes) -> bool:
    """By its first bytes, whatever its name says."""
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def text_of(data: bytes) -> str:
    """The text of the one QR code on it. Raises NoReader, NoCode."""
    try:
        import zxingcpp
        from PIL import Image
    except ImportError as error:
        raise NoReader from error
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:  # known before anything is unpacked
                raise NoCode("too many pixels")
            grey = picture.convert("L")
    except NoCode:
        raise
    except Exception as error:  # Pillow's readers raise whatever they meet
        raise NoCode("not a picture") from error
    found = zxingcpp.read_barcodes(grey)
    texts = {str(one.text) for one in found if one.format == zxingcpp.BarcodeFormat.QRCode}
    if len(texts) != 1:
        raise NoCode("no code, or more than one")
    return texts.pop()
