"""A portrait that is plainly nobody's: a drawing made from a seed, MOCK across it, as a PNG of some 250 bytes.

The mock register has no photographs. The drawing is the same for the same person, so that two of her papers agree.
"""

from __future__ import annotations

import hashlib
import struct
import zlib

WIDTH, HEIGHT = 40, 48
# Two bits a pixel: ink, dark, light, paper.
INK, DARK, LIGHT, PAPER = range(4)
_GREYS = (0, 90, 190, 255)
_LETTERS = {"M": "10001 11011 10101 10001 10001", "O": "01110 10001 10001 10001 01110",
            "C": "01111 10000 10000 10000 01111", "K": "10010 10100 11000 10100 10010"}  # fmt: skip
_BAND = 9  # rows at the foot


def portrait(seed: str) -> bytes:
    """The drawing for this person."""
    shape = hashlib.sha256(f"mock portrait {seed}".encode()).digest()
    rows = [[_pixel(x, y, shape) for x in range(WIDTH)] for y in range(HEIGHT)]
    _write_mock(rows)
    return _png(rows)


def _pixel(x: int, y: int, shape: bytes) -> int:
    """Hair, face and shoulders, their sizes from the seed; two eyes and a mouth, so that it is up the right way."""
    across, width, height = abs(2 * x + 1 - WIDTH), 16 + shape[0] % 5, 11 + shape[1] % 3
    fringe, long_hair = 11 + shape[2] % 4, shape[3] % 2
    if y in (19, 20) and 6 <= across < 10:
        return INK
    if y == 26 and across < 4 + shape[4] % 6:
        return INK
    if (across / width) ** 2 + ((y - 20) / height) ** 2 < 1:
        return DARK if y < fringe else PAPER
    hair = (across / (width + 5)) ** 2 + ((y - 18) / (height + 3)) ** 2 < 1
    if hair and (y < 18 or (long_hair and y < 32)):
        return DARK
    if y > 29 and (across / (30 + shape[5] % 8)) ** 2 + ((y - 48) / 16) ** 2 < 1:
        return (INK, DARK)[shape[6] % 2]
    return LIGHT


def _write_mock(rows: list[list[int]]) -> None:
    for y in range(HEIGHT - _BAND, HEIGHT):
        rows[y] = [PAPER] * WIDTH
    for place, letter in enumerate("MOCK"):
        for y, line in enumerate(_LETTERS[letter].split()):
            for x, dot in enumerate(line):
                if dot == "1":
                    rows[HEIGHT - _BAND + 2 + y][5 + 8 * place + x] = INK


def _png(rows: list[list[int]]) -> bytes:
    """PNG with a palette of greys, two bits a pixel (ISO/IEC 15948)."""
    packed = b"".join(b"\0" + bytes(_four(row[at : at + 4]) for at in range(0, WIDTH, 4)) for row in rows)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 2, 3, 0, 0, 0)
    palette = b"".join(bytes((grey, grey, grey)) for grey in _GREYS)
    chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(packed, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _four(pixels: list[int]) -> int:
    return pixels[0] << 6 | pixels[1] << 4 | pixels[2] << 2 | pixels[3]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
