"""The codes: short ones for typing that cannot be guessed, and addresses of ours only."""

from __future__ import annotations

import pytest
from accounts_place import Browser, Place
from qr_screen import Hand, Screen, show

from idp.accounts.qr_sign_in import codes
from idp.accounts.qr_sign_in.errors import NotFound, TooMany

ISSUER = "https://eid.example:5000"


@pytest.fixture
def screen(browser: Browser) -> Screen:
    return show(browser)


def test_guessing_typed_codes_ends_soon(place: Place, screen: Screen) -> None:
    """RFC 8628 5.1: a few wrong codes are free, then each waits longer; the right one has to wait too."""
    minh = Hand(place, "minh")
    for wrong in ("CCCCCCCC", "DDDDDDDD", "FFFFFFFF", "HHHHHHHH"):
        with pytest.raises(NotFound):
            minh.scan(screen, wrong)
    with pytest.raises(TooMany):
        minh.scan(screen, screen.user_code)
    tried = [event for event in place.audit.events if event["event"] == "qr.code_unknown"]
    assert len(tried) == 4
    assert "CCCCCCCC" not in str(tried)
    place.later(seconds=5)
    assert minh.scan(screen, screen.user_code)


def test_guesses_of_many_accounts_from_one_address_count_together(place: Place, screen: Screen) -> None:
    """Whoever has many accounts does not have many more tries."""
    hands = [Hand(place, persona) for persona in ("lan", "minh", "hoa", "sofia", "dung", "hung", "thao", "quynh")]
    for tried in range(31):
        with pytest.raises(NotFound):
            hands[tried % 8].scan(screen, f"CDFH{tried:04d}")
    with pytest.raises(TooMany):
        Hand(place, "tam").scan(screen, screen.user_code)


def test_a_scanned_code_needs_no_limit(place: Place, screen: Screen) -> None:
    """128 bits are guessed by nobody: a phone that shows old codes to its camera is not locked out."""
    lan = Hand(place)
    for _ in range(10):
        with pytest.raises(NotFound):
            lan.scan(screen, codes.new_code())
    assert lan.scan(screen)


@pytest.mark.parametrize("how", [str, str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_code_is_typed_as_people_type(place: Place, screen: Screen, how: object) -> None:
    """Small letters, no hyphen, spaces around (RFC 8628 6.1)."""
    assert callable(how)
    assert Hand(place).scan(screen, how(screen.user_code)).transaction_id == screen.transaction_id


def test_no_letter_is_mistaken_for_another() -> None:
    """No vowels, so no words; none of 0 O 1 I L 2 Z 5 S 8 B U V."""
    assert not set(codes.ALPHABET) & set("AEIOU01L2Z5S8B")
    assert len(codes.ALPHABET) ** codes.TYPED_LENGTH > 2**35
    assert all(set(codes.new_user_code()) <= set(codes.ALPHABET) for _ in range(20))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{ISSUER}/app/scan#abcDEF_-123456789012", "abcDEF_-123456789012"),
        ("abcDEF_-123456789012", "abcDEF_-123456789012"),
        ("cdfh-jkmn", "CDFHJKMN"),
        ("https://evil.example/app/scan#abcDEF_-123456789012", ""),
        ("https://eid.example:5000.evil.example/app/scan#abc", ""),
        ("https://eid.example:5000@evil.example/app/scan#abc", ""),
        (f"{ISSUER}/app/other#abc", ""),
        ("http://eid.example:5000/app/scan#abc", ""),
    ],
)
def test_only_our_own_addresses_hold_a_code(text: str, code: str) -> None:
    """Scheme, host, port and path are compared whole: a code on somebody else's page is none of ours."""
    assert codes.given(text, ISSUER) == code
