"""A length of time in words."""

from __future__ import annotations

from datetime import timedelta

from idp.documents.verifier.messages import Language, word


def age(span: timedelta, language: Language) -> str:
    """A length of time in its largest whole unit."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes == 0:
        seconds = max(0, int(span.total_seconds()))
        return word("age.second" if seconds == 1 else "age.seconds", language, n=seconds)
    for unit, length in (("days", 24 * 60), ("hours", 60)):
        if minutes >= 2 * length:
            return word(f"age.{unit}", language, n=minutes // length)
    return word("age.minute" if minutes == 1 else "age.minutes", language, n=minutes)
