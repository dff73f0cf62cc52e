"""Which passwords and passcodes are taken."""

from __future__ import annotations

from datetime import date

import pytest

from idp.accounts import secret_rules
from idp.accounts.secret_rules import About, Weak

ABOUT = About("065301001616", "Hồ Ngọc Bích", date(2001, 6, 17), "+84500001616")


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("elevenchars", Weak.TOO_SHORT),
        ("x" * 129, Weak.TOO_LONG),
        ("so065301001616so", Weak.HOLDS_NUMBER),
        ("sodinhdanh 301001616", Weak.HOLDS_NUMBER),
        ("Ho Ngoc Bich 99", Weak.HOLDS_NAME),
        ("hồ ngọc bích là tôi", Weak.HOLDS_NAME),
        ("aaaaaaaaaaaaaaaa", Weak.COMMON),
        ("abababababab", Weak.COMMON),
        ("Password123456", Weak.COMMON),
        ("MatKhauCuaToi", Weak.COMMON),
        ("Việt Nam 1234567", Weak.COMMON),
        ("ba con mèo đen", None),
        ("twelve-chars", None),
    ],
)
def test_passwords(password: str, weak: Weak | None) -> None:
    """Length first; then what others know of her, and what everybody guesses."""
    assert secret_rules.password(password, ABOUT) == weak


@pytest.mark.parametrize(
    ("passcode", "weak"),
    [
        ("12345", Weak.NOT_SIX_DIGITS),
        ("1234567", Weak.NOT_SIX_DIGITS),
        ("１２３９５７", Weak.NOT_SIX_DIGITS),
        ("abcdef", Weak.NOT_SIX_DIGITS),
        ("000000", Weak.REPEATS),
        ("121212", Weak.REPEATS),
        ("742742", Weak.REPEATS),
        ("123456", Weak.RUNS),
        ("890123", Weak.RUNS),
        ("654321", Weak.RUNS),
        ("170601", Weak.BIRTHDATE),
        ("010617", Weak.BIRTHDATE),
        ("061701", Weak.BIRTHDATE),
        ("062001", Weak.BIRTHDATE),
        ("001616", Weak.HOLDS_NUMBER),
        ("065301", Weak.HOLDS_NUMBER),
        ("739182", None),
    ],
)
def test_passcodes(passcode: str, weak: Weak | None) -> None:
    """Six plain digits that are no pattern, no date of hers and no part of her numbers."""
    assert secret_rules.passcode(passcode, ABOUT) == weak
