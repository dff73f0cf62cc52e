"""The 12 digits (Circular 07/2016/TT-BCA art. 7 and annex 1)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts import identity_number
from idp.accounts.identity_number import (
    BirthPlace,
    MalformedNumber,
    NumberMismatch,
    PlaceKind,
    Sex,
    birth_place,
    check_against_register,
    parse,
)


@pytest.mark.parametrize(
    ("digit", "sex", "century"),
    [(str(digit), Sex.FEMALE if digit % 2 else Sex.MALE, 1900 + 100 * (digit // 2)) for digit in range(10)],
)
def test_sex_and_century(digit: str, sex: Sex, century: int) -> None:
    """Digit 4 tells sex and century, from 1900 to 2399."""
    number = parse(f"065{digit}07123456")
    assert (number.sex, number.birth_year) == (sex, century + 7)


def test_centuries_end_in_2399() -> None:
    """0 is a man of 1900, 9 a woman of 2399."""
    assert parse("065000000000").birth_year == 1900
    assert parse("065999000000").birth_year == 2399


@pytest.mark.parametrize(
    ("code", "name"),
    [("066", "Đắk Lắk"), ("054", "Phú Yên"), ("052", "Bình Định"), ("001", "Hà Nội"), ("096", "Cà Mau")],
)
def test_historic_provinces(code: str, name: str) -> None:
    """Prefixes are read by the table of 63: Phú Yên stays 054 and Bình Định 052 after the mergers of 1 July 2025."""
    assert birth_place(code) == BirthPlace(code, PlaceKind.PROVINCE, name)


def test_sixty_three_provinces() -> None:
    """No more and no fewer, each name once."""
    named = [place.name for place in map(birth_place, (f"{code:03}" for code in range(1000))) if place.name]
    assert len(named) == len(set(named)) == 63


@pytest.mark.parametrize("code", ["065", "000", "003", "097", "100"])
def test_codes_of_nobody(code: str) -> None:
    """065 lies between Gia Lai and Đắk Lắk and belongs to nobody."""
    assert birth_place(code).kind is PlaceKind.UNASSIGNED


@pytest.mark.parametrize("code", ["101", "999"])
def test_countries(code: str) -> None:
    """Codes above 100 are countries, for births registered abroad."""
    assert birth_place(code) == BirthPlace(code, PlaceKind.COUNTRY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (65190000101, "not_text"),
        (None, "not_text"),
        ("", "length"),
        ("65190000101", "length"),
        ("0651900001010", "length"),
        ("065 190000101", "not_digits"),
        ("06519000010O", "not_digits"),
        ("-65190000101", "not_digits"),
        ("０６５１９０００００１０１", "not_ascii"),
        ("٠٦٥١٩٠٠٠٠١٠١", "not_ascii"),
        ("06519000010¹", "not_ascii"),
        ("065190000101\u0301", "not_ascii"),
        ("065190000101\u200b", "not_ascii"),
        ("065190000101\n", "not_digits"),
    ],
)
def test_malformed(text: object, reason: str) -> None:
    """An integer, digits of other scripts, invisible characters (docs/specifications.md, attack 20)."""
    with pytest.raises(MalformedNumber) as error:
        parse(text)
    assert error.value.reason == reason


def test_leading_zero_is_kept() -> None:
    """The number is a text."""
    assert str(parse("001190000101")) == "001190000101"


@pytest.mark.parametrize(
    ("birthdate", "sex", "reason"),
    [
        (date(1990, 3, 14), Sex.MALE, "sex"),
        (date(1991, 3, 14), Sex.FEMALE, "birth_year"),
        (date(2090, 1, 1), Sex.FEMALE, "birth_year"),
    ],
)
def test_against_the_register(birthdate: date, sex: Sex, reason: str) -> None:
    """Sex, year and century must be the register's."""
    number = parse("065190000101")
    check_against_register(number, date(1990, 3, 14), Sex.FEMALE)
    with pytest.raises(NumberMismatch) as error:
        check_against_register(number, birthdate, sex)
    assert error.value.reason == reason


@given(st.from_regex(r"[0-9]{12}", fullmatch=True).filter(str.isascii))
def test_every_twelve_digits_parse(text: str) -> None:
    """Any 12 digits are well formed (there is no check digit), and give themselves back."""
    number = parse(text)
    assert number.text == text
    assert 1900 <= number.birth_year <= 2399
    assert number.birth_place == identity_number.birth_place(text[:3])
