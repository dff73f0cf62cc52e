"""Encryption at rest: bound to the key and to the purpose."""

from __future__ import annotations

import pytest

from idp.encryption import AtRest, DecryptionError


def test_what_is_sealed_can_be_opened(at_rest: AtRest) -> None:
    assert at_rest.open(at_rest.seal(b"seed", "totp:1"), "totp:1") == b"seed"


def test_the_same_value_is_sealed_differently_each_time(at_rest: AtRest) -> None:
    """Equal seeds cannot be told from the table."""
    assert at_rest.seal(b"seed", "totp:1") != at_rest.seal(b"seed", "totp:1")


@pytest.mark.parametrize("change", ["purpose", "key", "bit", "cut"])
def test_a_moved_or_changed_value_is_refused(at_rest: AtRest, change: str) -> None:
    """A sealed value moved to another row, opened with another key, or changed, does not open."""
    sealed = at_rest.seal(b"seed", "totp:1")
    purpose = "totp:2" if change == "purpose" else "totp:1"
    opener = AtRest(b"u" * 32) if change == "key" else at_rest
    if change == "bit":
        sealed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    if change == "cut":
        sealed = sealed[:5]
    with pytest.raises(DecryptionError):
        opener.open(sealed, purpose)
