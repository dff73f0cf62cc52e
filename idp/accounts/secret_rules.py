"""Which passwords and passcodes are taken (NIST SP 800-63B: length and a list of what is guessed first)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from idp.accounts import names
from idp.accounts.hashing import MAX_LENGTH

MIN_LENGTH = 12
DIFFERENT = 5  # letters
#: What people choose first; compared without case, spaces, marks and trailing digits.
COMMON = frozenset(
    {
        "password", "matkhau", "matkhaucuatoi", "passwordpassword", "qwertyuiop", "qwertyuiopasdf", "anhyeuem",
        "emyeuanh", "vietnam", "vietnamvodich", "toiyeuvietnam", "iloveyou", "iloveyoubaby", "administrator",
        "letmeinletmein", "welcomewelcome", "1q2w3e4r5t", "1q2w3e4r5t6y", "abcdefghijkl", "asdfghjkl", "zaq12wsx",
        "changemeplease", "nguyenvan", "hanoivietnam", "saigonvietnam", "chaoconghoa",
    }
)  # fmt: skip


class Weak(StrEnum):
    """What is wrong with a chosen secret."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    HOLDS_NUMBER = "holds_number"
    HOLDS_NAME = "holds_name"
    COMMON = "common"
    NOT_SIX_DIGITS = "not_six_digits"
    REPEATS = "repeats"
    RUNS = "runs"
    BIRTHDATE = "birthdate"


@dataclass(frozen=True)
class About:
    """Whose secret it is: what others know of her is no secret."""

    personal_id_number: str
    full_name: str
    birthdate: date
    phone_number: str | None = None


def password(chosen: str, about: About) -> Weak | None:
    """What is wrong with a password, or None."""
    text = unicodedata.normalize("NFC", chosen)
    if len(text) < MIN_LENGTH:
        return Weak.TOO_SHORT
    if len(text) > MAX_LENGTH:
        return Weak.TOO_LONG
    plain = _plain(text)
    if about.personal_id_number in plain or about.personal_id_number[-9:] in plain:
        return Weak.HOLDS_NUMBER
    if _plain(names.nfc(about.full_name)) in plain:
        return Weak.HOLDS_NAME
    if len(set(text)) < DIFFERENT or plain in COMMON or plain.rstrip("0123456789!@#.") in COMMON:
        return Weak.COMMON
    return None


def passcode(chosen: str, about: About) -> Weak | None:
    """What is wrong with a passcode, or None."""
    if len(chosen) != 6 or not (chosen.isascii() and chosen.isdigit()):
        return Weak.NOT_SIX_DIGITS
    if any(chosen == chosen[:size] * (6 // size) for size in (1, 2, 3)):
        return Weak.REPEATS
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(chosen)}
    if steps in ({1}, {9}):
        return Weak.RUNS
    if chosen in _dates(about.birthdate):
        return Weak.BIRTHDATE
    if chosen in about.personal_id_number or chosen in (about.phone_number or ""):
        return Weak.HOLDS_NUMBER
    return None


def _dates(day: date) -> frozenset[str]:
    forms = ("%d%m%y", "%y%m%d", "%m%d%y", "%d%m%Y", "%Y%m%d", "%m%Y", "%Y%m")
    texts = [day.strftime(form) for form in forms]
    return frozenset({*(text[:6] for text in texts), *(text[-6:] for text in texts)})


def _plain(text: str) -> str:
    """Without case, spaces and Vietnamese marks."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalnum() or letter in "!@#.").strip()
