"""What the phone shows: the registry's name, the machine in words, and a hash over all of it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from idp.accounts.qr_sign_in.service_shown import Asked, browser_of, masked_name, request_hash

ASKED = Asked("Cổng thử", "urn:vn-mock:loa:2", ("identity",), "Chrome, Windows", "192.0.2.1", "2026-11-24T09:00:00")
CHANGES = {
    "service_name": "Cổng khác", "acr": None, "scopes": ("identity", "phone"), "browser": "Firefox, Linux",
    "address": "192.0.2.2", "asked_at": "2026-11-24T09:00:01", "subject": "somebody",
    "claims": ("nationalities",),
}  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in fields(Asked)])
def test_the_hash_covers_all_that_is_shown(name: str) -> None:
    """Any change of what is asked is another request (attack 15)."""
    changed = replace(ASKED, **{name: CHANGES[name]})
    assert request_hash("t1", changed.text()) != request_hash("t1", ASKED.text())


def test_the_hash_covers_the_transaction() -> None:
    """The same request asked twice is decided twice."""
    assert request_hash("t1", ASKED.text()) != request_hash("t2", ASKED.text())


def test_what_is_kept_is_what_was_asked() -> None:
    """Read back, it is the same."""
    assert Asked.read(ASKED.text()) == ASKED


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
            "Chrome, Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 16; Pixel) Chrome/156.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.5.0", "?"),
        ("", "?"),
    ],
)
def test_a_browser_in_words(user_agent: str, words: str) -> None:
    """What people call it; a question mark where it does not say."""
    assert browser_of(user_agent) == words


@pytest.mark.parametrize(
    ("name", "mask"),
    [("Nguyễn Thị Lan", "N*** L***"), ("Đỗ Văn Ân", "Đ*** Â***"), ("Sofia", "S***"), ("", "")],
)
def test_a_name_is_masked(name: str, mask: str) -> None:
    """First and last word, one letter each: she knows herself, a stranger knows nothing."""
    assert masked_name(name) == mask
