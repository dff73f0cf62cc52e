"""Where the signature of a PDF file lies, found without reading the PDF (ISO 32000-2 section 12.8.1).

Whatever is not signed by somebody on the trust list never reaches a PDF parser: so no hostile file does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from idp.documents.pdf.errors import (
    PdfChangedAfterSigning,
    PdfMalformed,
    PdfNotSigned,
    PdfSeveralSignatures,
    PdfTooLarge,
)
from idp.documents.pdf.names import MAX_SIZE
from idp.documents.verifier.errors import NotADocument

MAGIC = b"%PDF-"
_RANGE = re.compile(rb"/ByteRange ?\[ ?(\d{1,8}) (\d{1,8}) (\d{1,8}) (\d{1,8}) ?\]")
_LONGEST_RANGE = 80
#: The signature as pyHanko writes it, so that no octet of it has a second spelling.
_CONTENTS = re.compile(rb"<([0-9A-F]+)>")
MAX_SIGNATURE = 64_000  # hexadecimal digits


@dataclass(frozen=True)
class Container:
    """`covered` is what was signed, `signature` the CMS object that was (DER)."""

    covered: bytes
    signature: bytes


def looks_like_pdf(data: bytes) -> bool:
    """Our files begin with the mark, as the standard wants; what has something before it was altered."""
    return data.startswith(MAGIC)


def split(data: bytes) -> Container:
    """The two parts of a file that one signature covers from end to end. Raises a VerificationError."""
    if not looks_like_pdf(data):
        raise NotADocument("no PDF")
    if len(data) > MAX_SIZE:
        raise PdfTooLarge(f"more than {MAX_SIZE} octets")
    start, end = _gap(data)
    contents = _CONTENTS.fullmatch(data[start:end]) if end - start <= MAX_SIGNATURE else None
    if contents is None or len(contents[1]) % 2:
        raise PdfMalformed("the signature is not the hexadecimal text between the two ranges")
    return Container(data[:start] + data[end:], _der(bytes.fromhex(contents[1].decode("ascii"))))


def _gap(data: bytes) -> tuple[int, int]:
    """Where the signature stands: the only part of the file that it does not cover."""
    found = data.count(b"/ByteRange")
    if found != 1:
        raise PdfNotSigned("no byte range") if not found else PdfSeveralSignatures("more than one byte range")
    place = data.index(b"/ByteRange")
    matched = _RANGE.match(data[place : place + _LONGEST_RANGE])
    if matched is None:
        raise PdfMalformed("the byte range cannot be read")
    first, length, second, rest = map(int, matched.groups())
    if first != 0 or not length < second:
        raise PdfMalformed("the byte range does not begin with the file")
    if second + rest < len(data):
        raise PdfChangedAfterSigning("the file goes on behind what was signed")
    if second + rest > len(data):
        raise PdfMalformed("the file ends before what was signed does")
    return length, second


def _der(padded: bytes) -> bytes:
    """The object at the start; room that was left is filled with zeros and nothing else."""
    if len(padded) < 4 or padded[0] != 0x30 or padded[1] != 0x82:
        raise PdfMalformed("no CMS object")
    length = 4 + int.from_bytes(padded[2:4], "big")
    if length > len(padded) or padded[length:].strip(b"\0"):
        raise PdfMalformed("something beside the CMS object")
    return padded[:length]
