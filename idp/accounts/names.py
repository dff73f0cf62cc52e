"""Names of persons: kept as the register gives them, compared by one normal form (Unicode NFC)."""

from __future__ import annotations

import unicodedata

PUNCTUATION = frozenset(" '’.-")


class UnacceptableName(ValueError):
    """The name holds what no Vietnamese or passport name holds."""


def nfc(name: str) -> str:
    """The same name with composed letters, single spaces and no spaces around: what leaves the register."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def key(name: str) -> str:
    """What two spellings of one name have in common; for comparing, never for showing."""
    return nfc(name).casefold()


def check(name: str) -> None:
    """Latin letters with their marks, spaces, hyphen, apostrophe, full stop. Raises UnacceptableName.

    Look-alike letters of other scripts and invisible characters are refused: two names that look the same must be
    the same.
    """
    if not nfc(name):
        raise UnacceptableName("a name may not be empty")
    for letter in unicodedata.normalize("NFC", name):
        if letter not in PUNCTUATION and not _latin(letter):
            what = unicodedata.name(letter, "an unnamed character")
            raise UnacceptableName(f"U+{ord(letter):04X} ({what}) may not stand in a name")


def _latin(letter: str) -> bool:
    return letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN ")
