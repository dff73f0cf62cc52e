"""A length of time in words."""

from __future__ import annotations

from datetime import timedelta

from idp.documents.verifier.messages import Language, word


def age(span: timedelta, language: Language) -> str:
    """A length of time in whole units, the largest of which there are two: a list held for 70 seconds of the 60 it
    may be is not held for "1 minute, longer than 1 minute"."""
    seconds = max(0, int(span.total_seconds()))
    minutes = seconds // 60
    if minutes < 2:
        return word("age.second" if seconds == 1 else "age.seconds", language, n=seconds)
    for unit, length in (("days", 24 * 60), ("hours", 60)):
        if minutes >= 2 * length:
            return word(f"age.{unit}", language, n=minutes // length)
    return word("age.minutes", language, n=minutes)
