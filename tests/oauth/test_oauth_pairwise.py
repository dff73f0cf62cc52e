"""Pairwise identifiers (OpenID Connect Core 8.1)."""

from __future__ import annotations

from idp.oauth.pairwise import session_identifier, subject_identifier

SALT = b"s" * 32


def test_a_sector_always_sees_the_same_sub() -> None:
    """The Subject Identifier for the same account and sector is deterministic."""
    assert subject_identifier(SALT, "a.example", "x") == subject_identifier(SALT, "a.example", "x")


def test_every_part_makes_another_sub() -> None:
    """Neither sector, nor person, nor salt can be exchanged; the parts cannot run into each other."""
    seen = {
        subject_identifier(SALT, "a.example", "x"),
        subject_identifier(SALT, "b.example", "x"),
        subject_identifier(SALT, "a.example", "y"),
        subject_identifier(b"t" * 32, "a.example", "x"),
        subject_identifier(SALT, "a.examplex", ""),
        session_identifier(SALT, "a.example", "x"),
    }
    assert len(seen) == 6


def test_a_sub_fits_and_tells_nothing() -> None:
    """Core 2: at most 255 ASCII characters; the account's own subject is not in it."""
    sub = subject_identifier(SALT, "a.example", "065190000101")
    assert len(sub) == 64
    assert "065190000101" not in sub
