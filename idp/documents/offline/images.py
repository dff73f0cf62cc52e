"""Reading an offline code off a picture, with zxing-cpp and Pillow: the optional extra `pictures`."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

#: Pixels. A JPEG is unpacked at the size that is needed; others whole, and no screen or scanner has as many.
MAX_JPEG, MAX_OTHER = 64_000_000, 16_000_000
#: What is searched at once. The work grows with the square of what looks like a code's corner: 200 kB of PNG with
#: nothing but small codes kept zxing busy for five minutes.
_AT_ONCE = 1_400_000
#: In search of a small code on a large sheet: of an honest picture all parts take a fifth of this.
_SECONDS = 1.0
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
    except ImportError as error:
        raise NoReader from error
    texts: set[str] = set()
    started = time.thread_time()
    for number, part in enumerate(_parts(_grey(data))):
        if (texts and number == 1) or time.thread_time() - started > _SECONDS:
            break  # found on the whole picture; or one that is made to be searched for long
        texts |= _texts(part, zxingcpp)
    if len(texts) != 1:
        raise NoCode("no code, or more than one")
    return texts.pop()


def _grey(data: bytes) -> Any:
    """Of a size that can be searched. Raises NoReader, NoCode."""
    try:
        from PIL import Image
    except ImportError as error:
        raise NoReader from error
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            pixels = picture.width * picture.height
            if pixels > (MAX_JPEG if picture.format == "JPEG" else MAX_OTHER):  # before anything is unpacked
                raise NoCode("too many pixels")
            picture.draft("L", _within(picture, 4 * _AT_ONCE))
            grey = picture.convert("L")
            grey.thumbnail(_within(grey, 4 * _AT_ONCE))
            return grey
    except NoCode:
        raise
    except Exception as error:  # Pillow's readers raise whatever they meet
        raise NoCode("not a picture") from error


def _parts(grey: Any) -> Iterator[Any]:
    """The whole, made smaller; then the large picture by parts that overlap by half."""
    whole = grey.copy()
    whole.thumbnail(_within(grey, _AT_ONCE))
    yield whole
    if whole.size == grey.size:
        return
    width, height = grey.width // 2, grey.height // 2
    for row in range(3):
        for column in range(3):
            left, top = column * width // 2, row * height // 2
            yield grey.crop((left, top, left + width, top + height))


def _within(picture: Any, pixels: int) -> tuple[int, int]:
    """The size of the same form with at most so many pixels."""
    share = min(1.0, (pixels / (picture.width * picture.height)) ** 0.5)
    return max(1, int(picture.width * share)), max(1, int(picture.height * share))


def _texts(part: Any, zxingcpp: Any) -> set[str]:
    """Of a code, and of another one beside it. One at a time: all of them at once may be thousands."""
    from PIL import ImageDraw

    texts: set[str] = set()
    for _ in range(2):
        found = zxingcpp.read_barcode(part, formats=zxingcpp.BarcodeFormat.QRCode)
        if found is None:
            break
        texts.add(str(found.text))
        place = found.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        ImageDraw.Draw(part).polygon([(corner.x, corner.y) for corner in corners], fill=255)
    return texts
