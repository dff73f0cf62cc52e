"""ZLIB (RFC 1950) around DEFLATE (RFC 1951), with one stream only for each content.

Any inflater reads what is written here. The reverse is not so, on purpose: the signature covers the content and not
its packing, and DEFLATE packs the same content in many ways (level bits, padding, other matches). A text that was
changed must not verify, so that the reader packs again and compares; hence the packing is defined here and is not
that of whichever library is installed. One block of fixed codes; at each place the longest match, of these the
nearest.
"""

from __future__ import annotations

import zlib

HEADER = b"\x78\xda"
SHORTEST, LONGEST, WINDOW = 3, 258, 32_768
# RFC 1951 section 3.2.5: the first length or distance of each code, and its extra bits.
_LENGTHS = [(3 + n, 0) for n in range(8)] + [
    (11, 1), (13, 1), (15, 1), (17, 1), (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3),
    (67, 4), (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
]  # fmt: skip
_DISTANCES = [(1 + n, 0) for n in range(4)] + [
    (1 + (2 << n) + half * (1 << n), n) for n in range(1, 14) for half in (0, 1)
]


class NotPacked(ValueError):
    """Not a stream that `pack` writes, or one that unpacks to more than is allowed."""


def pack(data: bytes) -> bytes:
    """The one ZLIB stream for this content."""
    bits = _Bits()
    bits.add(0b011, 3)  # the last block, of fixed codes
    place = 0
    while place < len(data):
        length, distance = _match(data, place)
        if length:
            _write_match(bits, length, distance)
        else:
            _write_symbol(bits, data[place])
        place += length or 1
    _write_symbol(bits, 256)
    return HEADER + bits.bytes() + zlib.adler32(data).to_bytes(4, "big")


def unpack(packed: bytes, most: int) -> bytes:
    """The content; never more than `most` bytes of memory for it. Raises NotPacked."""
    if packed[:2] != HEADER:
        raise NotPacked("not a ZLIB stream of this kind")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, most + 1)
    except zlib.error as error:
        raise NotPacked("not a ZLIB stream") from error
    if len(data) > most or not inflater.eof or inflater.unused_data:
        raise NotPacked("too large, cut short, or followed by something")
    if pack(data) != packed:
        raise NotPacked("packed in another way")
    return data


class _Bits:
    """Bits from the least significant on (section 3.1.1)."""

    def __init__(self) -> None:
        self.value, self.count = 0, 0

    def add(self, value: int, count: int) -> None:
        self.value |= value << self.count
        self.count += count

    def add_code(self, code: int, count: int) -> None:
        """Huffman codes begin with their most significant bit."""
        self.add(int(f"{code:0{count}b}"[::-1], 2), count)

    def bytes(self) -> bytes:
        return self.value.to_bytes((self.count + 7) // 8, "little")


def _match(data: bytes, place: int) -> tuple[int, int]:
    """The longest earlier occurrence of what comes, (0, 0) where there is none."""
    best, distance = 0, 0
    start = max(0, place - WINDOW)
    while best < min(LONGEST, len(data) - place):
        wanted = max(best + 1, SHORTEST)
        found = data.rfind(data[place : place + wanted], start, place + wanted - 1)
        if found < 0 or place + wanted > len(data):
            break
        best, distance = wanted, place - found
    return best, distance


def _write_symbol(bits: _Bits, symbol: int) -> None:
    """Section 3.2.6."""
    if symbol < 144:
        bits.add_code(0x30 + symbol, 8)
    elif symbol < 256:
        bits.add_code(0x190 + symbol - 144, 9)
    elif symbol < 280:
        bits.add_code(symbol - 256, 7)
    else:
        bits.add_code(0xC0 + symbol - 280, 8)


def _write_match(bits: _Bits, length: int, distance: int) -> None:
    code = max(n for n, (first, _) in enumerate(_LENGTHS) if first <= length)
    first, extra = _LENGTHS[code]
    _write_symbol(bits, 257 + code)
    bits.add(length - first, extra)
    code = max(n for n, (first, _) in enumerate(_DISTANCES) if first <= distance)
    first, extra = _DISTANCES[code]
    bits.add_code(code, 5)
    bits.add(distance - first, extra)
