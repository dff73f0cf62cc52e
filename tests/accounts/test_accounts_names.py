"""Names: as given, and compared in one form."""

from __future__ import annotations

import unicodedata

import pytest

from idp.accounts import names
from idp.accounts.names import UnacceptableName


def test_composed_and_decomposed_are_one_name() -> None:
    """NFC and NFD spellings look alike and compare alike; what leaves is NFC."""
    given = unicodedata.normalize("NFD", "Nguyễn Thị Mai Lan")
    assert given != names.nfc(given)
    assert names.nfc(given) == "Nguyễn Thị Mai Lan"
    assert names.key(given) == names.key("NGUYỄN THỊ  MAI LAN ")


@pytest.mark.parametrize("name", ["Nguyễn Thị Mai Lan", "Sofia Lindqvist", "Y Ngông Niê Kdăm", "O'Brien-Đỗ", "Žižka"])
def test_real_names(name: str) -> None:
    """Vietnamese, ethnic and passport names in Latin letters."""
    names.check(name)
    names.check(unicodedata.normalize("NFD", name))


LOOK_ALIKES = {
    "empty": "",
    "spaces": "   ",
    "Cyrillic u": "Ng\u0443ễn Lan",
    "Cyrillic a": "M\u0430i",
    "bar": "Lan|Minh",
    "zero width": "Lan\u200bMai",
    "override": "Lan\u202eMai",
    "digit": "Lan 2",
    "line": "Lan\nMai\x00",
    "markup": "<b>Lan</b>",
    "stroke": "Lan\u0338",
}


@pytest.mark.parametrize("name", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_look_alikes_are_refused(name: str) -> None:
    """Letters of other scripts, signs and invisible characters (attack 20 of docs/specifications.md)."""
    with pytest.raises(UnacceptableName):
        names.check(name)
