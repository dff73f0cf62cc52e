"""`acr` is defined by factors alone, and never given for less."""

from __future__ import annotations

import pytest

from idp.acr import achieved, level_of, satisfies


@pytest.mark.parametrize(
    ("amr", "number"),
    [
        ((), 1),
        (("pwd",), 1),
        (("pwd", "mfa"), 1),
        (("pwd", "pwd"), 1),
        (("pwd", "pin"), 2),
        (("pwd", "otp"), 2),
        (("pwd", "otp", "mfa"), 2),
        (("pwd", "face"), 3),
        (("pin", "hwk"), 3),
        (("hwk",), 1),
        (("face", "fpt"), 2),
        (("swk", "pin", "mfa"), 3),
        (("hwk", "user", "mfa"), 3),
        (("swk", "user"), 3),
        (("pwd", "user"), 1),
        (("pwd", "hwk", "user", "mfa"), 3),
        (("swk", "hwk"), 2),
    ],
)
def test_the_level_that_factors_reach(amr: tuple[str, ...], number: int) -> None:
    """One method is level 1; two are level 2; a biometric or bound key beside another kind is level 3."""
    found = level_of(achieved(amr))
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    ("acr", "wanted", "enough"),
    [
        ("urn:vn-mock:loa:2", "urn:vn-mock:loa:1", True),
        ("urn:vn-mock:loa:2", "LoA2", True),
        ("urn:vn-mock:loa:1", "LoA2", False),
        ("urn:vn-mock:loa:3", "urn:vn-mock:loa:9", False),
        ("", "urn:vn-mock:loa:1", False),
    ],
)
def test_a_lower_level_never_satisfies(acr: str, wanted: str, enough: bool) -> None:
    """Aliases count as the level they name; what is unknown satisfies and is satisfied by nothing."""
    assert satisfies(acr, wanted) is enough
