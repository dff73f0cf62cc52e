"""Pictures of codes: small ones on large photographs are read, and none keeps the reader busy for long.

One of 200 kB, with nothing on it but small codes, kept zxing-cpp busy for five minutes.
"""

from __future__ import annotations

import io
import time

import pytest
from offline_world import Codes
from PIL import Image

from idp.documents.faults import qr_picture
from idp.documents.offline import images, readers
from idp.documents.offline.images import MAX_OTHER, NoCode

TEXT = Codes().text()
CODE = Image.open(io.BytesIO(qr_picture.png(TEXT))).convert("L")
CORNER = ("1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111")


def saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def sheet(side: int, place: tuple[int, int], size: int, *more: tuple[Image.Image, tuple[int, int]]) -> Image.Image:
    """A code on a large grey sheet, and what else lies there."""
    found = Image.new("L", (side, side), 220)
    for picture, where in ((CODE.resize((size, size)), place), *more):
        found.paste(picture, where)
    return found


def tiled(tile: Image.Image, side: int) -> Image.Image:
    found = Image.new("L", (side, side), 255)
    row = Image.new("L", (side, tile.height), 255)
    for left in range(0, side, tile.width):
        row.paste(tile, (left, 0))
    for top in range(0, side, tile.height):
        found.paste(row, (0, top))
    return found


def corners() -> Image.Image:
    tile = Image.new("L", (9, 9), 255)
    for y, line in enumerate(CORNER):
        for x, dot in enumerate(line):
            tile.putpixel((x + 1, y + 1), 0 if dot == "1" else 255)
    return tile


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_small_code_on_a_large_sheet(kind: str) -> None:
    """A sixth of the width, in a corner: lost when the whole is made small, found by its part."""
    assert images.text_of(saved(sheet(3_600, (2_900, 2_850), 600), kind)) == TEXT


def test_two_codes() -> None:
    """Which of them was meant, nobody says."""
    other = Image.open(io.BytesIO(qr_picture.png("HELLO"))).convert("L")
    with pytest.raises(NoCode):
        images.text_of(saved(sheet(1_400, (20, 20), 700, (other, (900, 900)))))


@pytest.mark.parametrize("name", ["corners", "codes"])
def test_a_picture_made_to_be_searched_for_long(name: str) -> None:
    """It took 50 and 19 seconds, and grew with the square of the picture."""
    small = Image.open(io.BytesIO(qr_picture.png("A"))).convert("L")
    tile = corners() if name == "corners" else small.resize((small.width // 4, small.height // 4))
    data, before = saved(tiled(tile, 3_990)), time.thread_time()
    with pytest.raises(NoCode):
        images.text_of(data)
    assert time.thread_time() - before < 10


def test_too_many_pixels() -> None:
    """Known before anything is unpacked."""
    data = saved(Image.new("1", (4_001, MAX_OTHER // 4_000)))
    with pytest.raises(NoCode, match="pixels"):
        images.text_of(data)
    with pytest.raises(readers.Unreadable):
        readers.read(data)
