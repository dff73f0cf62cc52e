"""The personal identification number: 12 digits `PPP G YY NNNNNN` (Law on Identity 26/2023/QH15 art. 12).

PPP is the place of birth registration, G sex and century, YY the year of birth (Decree 137/2015/ND-CP art. 13,
Circular 07/2016/TT-BCA art. 7). There is no check digit, and the number is a text: leading zeros count.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

LENGTH = 12
FIRST_COUNTRY_CODE = 101
UNASSIGNED_TEST_CODE = "065"


class Sex(StrEnum):
    """As on the card (Nam, Nữ) and in the number."""

    MALE = "male"
    FEMALE = "female"


class PlaceKind(StrEnum):
    """What the first three digits name."""

    PROVINCE = "province"
    COUNTRY = "country"
    UNASSIGNED = "unassigned"


class IdentityNumberError(ValueError):
    """The text is not a personal identification number, or not this person's; `reason` is a stable word."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class MalformedNumber(IdentityNumberError):
    """Not twelve digits 0-9."""


class NumberMismatch(IdentityNumberError):
    """Well formed, but sex or year of birth are not those of the register."""


@dataclass(frozen=True)
class BirthPlace:
    """Place of birth registration; `name` only for the 63 historic provinces."""

    code: str
    kind: PlaceKind
    name: str | None = None


@dataclass(frozen=True)
class IdentityNumber:
    """A well-formed number and what it says."""

    text: str
    birth_place: BirthPlace
    sex: Sex
    birth_year: int

    def __str__(self) -> str:
        return self.text


def parse(text: object) -> IdentityNumber:
    """Read a number. Raises MalformedNumber."""
    digits = _digits(text)
    century, female = divmod(int(digits[3]), 2)
    return IdentityNumber(
        text=digits,
        birth_place=birth_place(digits[:3]),
        sex=Sex.FEMALE if female else Sex.MALE,
        birth_year=1900 + 100 * century + int(digits[4:6]),
    )


def check_against_register(number: IdentityNumber, birthdate: date, sex: Sex) -> None:
    """The number must tell the register's sex and year of birth. Raises NumberMismatch."""
    if number.sex is not sex:
        raise NumberMismatch("sex", f"digit 4 of {number} says {number.sex}, the register says {sex}")
    if number.birth_year != birthdate.year:
        raise NumberMismatch(
            "birth_year",
            f"digits 4 to 6 of {number} say born {number.birth_year}, the register says {birthdate.year}",
        )


def birth_place(code: str) -> BirthPlace:
    """The place that three digits name, by the historic table of 63 provinces."""
    name = _provinces().get(code)
    if name is not None:
        return BirthPlace(code, PlaceKind.PROVINCE, name)
    kind = PlaceKind.COUNTRY if int(code) >= FIRST_COUNTRY_CODE else PlaceKind.UNASSIGNED
    return BirthPlace(code, kind)


def _digits(text: object) -> str:
    if not isinstance(text, str):
        # A number stored as an integer has lost its leading zeros.
        raise MalformedNumber("not_text", "write the number as a text in quotes: leading zeros count")
    if not text.isascii():
        # str.isdigit() would take full-width and other scripts' digits for the same number.
        raise MalformedNumber("not_ascii", "only the plain digits 0-9 may stand in the number")
    if text and not text.isdigit():
        raise MalformedNumber("not_digits", "only digits may stand in the number, without spaces")
    if len(text) != LENGTH:
        raise MalformedNumber("length", f"the number has {LENGTH} digits, not {len(text)}")
    return text


@cache
def _provinces() -> dict[str, str]:
    with (Path(__file__).parent / "birth_codes.toml").open("rb") as stream:
        table: dict[str, str] = tomllib.load(stream)["province"]
    return table
