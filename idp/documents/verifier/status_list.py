"""The Status List structure (Token Status List draft, section 4): packing, reading one value."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.verifier.errors import StatusIndexOutOfRange, StatusListMalformed

#: Section 7.1; 0x03 is left to applications, and here says that a newer file has taken the document's place.
VALID, INVALID, SUSPENDED, SUPERSEDED = 0, 1, 2, 3

#: Bytes a list may have when decompressed: sixteen million documents at two bits each.
MAX_BYTES = 4 * 2**20
_BITS = (1, 2, 4, 8)
_NOT_VALID = re.compile(rb"[^\0]")


@dataclass(frozen=True)
class StatusList:
    """A decompressed list: `bits` for each document, packed from the least significant bit."""

    bits: int
    data: bytes

    def __getitem__(self, index: int) -> int:
        """The status value of a document. Raises `StatusIndexOutOfRange` (section 8.3 step 6)."""
        place, offset = divmod(index * self.bits, 8)
        if index < 0 or place >= len(self.data):
            raise StatusIndexOutOfRange("the index lies beyond the status list")
        return self.data[place] >> offset & (1 << self.bits) - 1


def encode_status_list(values: Sequence[int] | bytes, bits: int) -> str:
    """`lst` for these values, the index being the position (section 4.1).

    Raises `ValueError` for `bits` other than 1, 2, 4, 8 and for a value that does not fit.
    """
    try:
        octets = bytes(values)
    except ValueError:  # below 0, or above 255
        raise ValueError("a status value does not fit") from None
    entries = ((found.start(), octets[found.start()]) for found in _NOT_VALID.finditer(octets))  # nearly all are 0
    return b64url_encode(compress_status_list(entries, len(octets), bits))


def compress_status_list(entries: Iterable[tuple[int, int]], size: int, bits: int) -> bytes:
    """The compressed byte array of a list of this size; what has no entry is 0. Raises as `encode_status_list`."""
    if bits not in _BITS:
        raise ValueError("bits is 1, 2, 4 or 8")
    packed = bytearray((size * bits + 7) // 8)
    for index, value in entries:
        if not 0 <= value < 1 << bits:
            raise ValueError("a status value does not fit")
        place, offset = divmod(index * bits, 8)
        packed[place] |= value << offset
    return zlib.compress(bytes(packed), 9)


def decode_status_list(value: object) -> StatusList:
    """Read the `status_list` claim (section 4.2). Raises `StatusListMalformed`, a zip bomb included."""
    if not isinstance(value, dict):
        raise StatusListMalformed("status_list is an object")
    packed = value.get("lst")
    if not isinstance(packed, str):
        raise StatusListMalformed("lst is a string")
    try:
        return inflate_status_list(value.get("bits"), b64url_decode(packed))
    except SdJwtError as error:
        raise StatusListMalformed("lst is not base64url") from error


def inflate_status_list(bits: object, packed: bytes) -> StatusList:
    """The list itself (section 4.1). Raises `StatusListMalformed`, a zip bomb included."""
    if isinstance(bits, bool) or not isinstance(bits, int) or bits not in _BITS:
        raise StatusListMalformed("bits is 1, 2, 4 or 8")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, MAX_BYTES + 1)
    except zlib.error as error:
        raise StatusListMalformed("lst is not a zlib stream") from error
    if not inflater.eof or inflater.unused_data or len(data) > MAX_BYTES:
        raise StatusListMalformed("lst is cut short, has something after its end, or is too large")
    return StatusList(bits, data)
