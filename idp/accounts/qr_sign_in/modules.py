"""The modules of a QR code (ISO/IEC 18004), quickly: every sign-in page shows a new one.

Codes for texts of one length differ in their data alone. So the library draws one of that length, and every other is
that one with the codewords exchanged: drawing is exclusive-or, error correction is linear, and the mask is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Final

MASK = 3  # any of the eight is read alike; trying them all to find the prettiest takes most of the time
BYTES: Final = 4  # the mode of data that may be anything (7.4.5)
FIELD = 0x11D  # x^8 + x^4 + x^3 + x^2 + 1, the polynomial of the standard's Galois field


@dataclass(frozen=True)
class _Template:
    """`drawn`: the reference code, as one number. `blocks`: data and error correction codewords of each block.

    `parts`: what each half of each of the interleaved codewords, first to last, draws for each of its 16 values.
    """

    size: int
    drawn: int
    count_bits: int
    codewords: bytes
    blocks: tuple[tuple[int, int], ...]
    parts: tuple[tuple[int, ...], ...]


def rows(data: bytes) -> tuple[int, list[bytes]]:
    """The size of the code and its rows: dark modules are ones, the leftmost is the highest bit."""
    template = _template(len(data))
    codewords = _codewords(data, template.count_bits, template.blocks)
    changed, drawn = int.from_bytes(codewords) ^ int.from_bytes(template.codewords), template.drawn
    for part, value in zip(template.parts, f"{changed:0{len(template.parts)}x}", strict=True):
        if value != "0":
            drawn ^= part[int(value, 16)]
    width = _width(template.size)
    whole = drawn.to_bytes(width * template.size)
    return template.size, [whole[start : start + width] for start in range(0, len(whole), width)]


def _width(size: int) -> int:
    """The bytes of a row; what is left of the last one is light."""
    return (size + 7) // 8


@lru_cache(maxsize=8)
def _template(length: int) -> _Template:
    from qrcode.base import rs_blocks
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode
    from qrcode.util import QRData, length_in_bits

    reference = b"." * length
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK, border=0)
    code.add_data(QRData(reference, mode=BYTES))
    code.make(fit=True)
    matrix, count_bits = code.get_matrix(), length_in_bits(BYTES, code.version)
    found = rs_blocks(code.version, ERROR_CORRECT_M)
    blocks = tuple((block.data_count, block.total_count - block.data_count) for block in found)
    codewords = _codewords(reference, count_bits, blocks)
    size, stride = len(matrix), 8 * _width(len(matrix))
    rows = ("".join("01"[bool(module)] for module in row).ljust(stride, "0") for row in matrix)
    bits = [1 << (size - row) * stride - 1 - column for row, column in _places(code.version)]
    halves = (bits[start : start + 4] for start in range(0, len(codewords) * 8, 4))
    return _Template(
        size=size,
        drawn=int("".join(rows), 2),
        count_bits=count_bits,
        codewords=codewords,
        blocks=blocks,
        parts=tuple(tuple(_sum(half, value) for value in range(16)) for half in halves),
    )


def _sum(half: list[int], value: int) -> int:
    return sum(bit for bit, wanted in zip(half, f"{value:04b}", strict=True) if wanted == "1")


def _codewords(data: bytes, count_bits: int, blocks: tuple[tuple[int, int], ...]) -> bytes:
    """Mode, count, data and padding (7.4), each block's error correction (7.5), and all interleaved (7.6)."""
    capacity = sum(block[0] for block in blocks)
    # The count has 8 or 16 bits and the mode 4, so that the terminator, of four zeros, ends a whole byte.
    head = ((BYTES << count_bits | len(data)) << 8 * len(data) | int.from_bytes(data)) << 4
    packed = head.to_bytes((8 + count_bits) // 8 + len(data))
    padded = packed + (b"\xec\x11" * capacity)[: capacity - len(packed)]
    parts, checks, start = [], [], 0
    for data_count, check_count in blocks:
        parts.append(padded[start : start + data_count])
        checks.append(_check(parts[-1], check_count))
        start += data_count
    columns = (*zip_longest(*parts), *zip_longest(*checks))
    return bytes(each for column in columns for each in column if each is not None)


def _check(data: bytes, count: int) -> bytes:
    """The remainder of the division by the generator polynomial, a codeword at a time."""
    table, keep, rest = _multiples(count), (1 << 8 * (count - 1)) - 1, 0
    for each in data:
        rest = (rest & keep) << 8 ^ table[each ^ rest >> 8 * (count - 1)]
    return rest.to_bytes(count)


@lru_cache(maxsize=8)
def _multiples(count: int) -> tuple[int, ...]:
    """The generator polynomial of this many codewords, times each of the field's 256 numbers, as one number."""
    generator, root = [1], 1
    for _ in range(count):  # (x - 1)(x - 2)(x - 4) ...
        longer = [*generator, 0]
        for index, each in enumerate(generator):
            longer[index + 1] ^= _times(each, root)
        generator, root = longer, _times(root, 2)
    return tuple(int.from_bytes(bytes(_times(each, by) for each in generator[1:])) for by in range(256))


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one * (other & 1)
        one, other = one << 1 ^ (FIELD if one & 0x80 else 0), other >> 1
    return product


def _places(version: int) -> Iterator[tuple[int, int]]:
    """Where the codewords' bits go (7.7.3): upwards and downwards in pairs of columns, from the right."""
    from qrcode.util import pattern_position

    size, centres = 17 + 4 * version, pattern_position(version)
    corners = {(centres[0], centres[0]), (centres[0], centres[-1]), (centres[-1], centres[0])} if centres else set()
    alignment = [(row, column) for row in centres for column in centres if (row, column) not in corners]

    def reserved(row: int, column: int) -> bool:
        """Finder patterns with the format beside them, timing, alignment, and from version 7 the version."""
        return (
            (row < 9 and (column < 9 or column >= size - 8))
            or (row >= size - 8 and column < 9)
            or row == 6
            or column == 6
            or any(abs(row - one) < 3 and abs(column - other) < 3 for one, other in alignment)
            or (version >= 7 and ((row < 6 and column >= size - 11) or (column < 6 and row >= size - 11)))
        )

    upwards = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        for row in range(size - 1, -1, -1) if upwards else range(size):
            yield from ((row, column) for column in (right, right - 1) if not reserved(row, column))
        upwards = not upwards
