"""A QR code (ISO/IEC 18004) as PNG (ISO/IEC 15948), black on white, with its quiet zone."""

from __future__ import annotations

import struct
import zlib

#: Pixels a module, modules around it.
SCALE, QUIET = 4, 4


class TooMuch(Exception):
    """No QR code holds so much."""


def png(text: str) -> bytes:
    """Raises TooMuch."""
    import qrcode
    from qrcode.exceptions import DataOverflowError

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=QUIET)
    try:
        code.add_data(text, optimize=0)
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:  # too long, or a block of zeros, at which the library stumbles
        raise TooMuch from error
    return _png([_row(row) for row in code.get_matrix() for _ in range(SCALE)])


def _row(modules: list[bool]) -> bytes:
    """A bit a pixel, white being one, filled up to an octet."""
    bits = "".join(("0" if dark else "1") * SCALE for dark in modules)
    return int(bits.ljust(-(-len(bits) // 8) * 8, "1"), 2).to_bytes(-(-len(bits) // 8), "big")


def _png(rows: list[bytes]) -> bytes:
    side = len(rows)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
