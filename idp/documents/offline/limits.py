"""How large a code may be: what a QR code of version 25 holds, and what that can unpack to."""

from __future__ import annotations

from dataclasses import dataclass

#: Characters of a version 25 code in alphanumeric mode (ISO/IEC 18004 table 7), by error correction level.
#: 117 modules and the quiet zone are 0.5 mm each on a telephone 65 mm wide, and more on paper.
VERSION = 25
CAPACITY = {"M": 1451, "L": 1853}
MAX_TEXT = max(CAPACITY.values())
#: What is signed, before it is compressed. Text of documents shrinks to a third at best.
MAX_SIGNED = 4_096
MAX_PORTRAIT = 1_024


@dataclass(frozen=True)
class Fit:
    """The version and error correction level a text is written with."""

    version: int
    level: str


class DoesNotFit(Exception):
    """What the law lets nobody leave out is more than a code holds."""


def fit(text: str) -> Fit:
    """M where it fits: 15 % of the picture may be lost to a fold or a stain; else L. Raises DoesNotFit."""
    for level, capacity in CAPACITY.items():
        if len(text) <= capacity:
            return Fit(VERSION, level)
    raise DoesNotFit(f"{len(text)} characters")
