"""When something was: the words of the health book and the elements of FHIR, each made of the other exactly.

`2015` and `03/2008` and `05/03/2008` are onsets; `2015 đến nay` (to this day) an onset of what goes on;
`01/2015 đến 03/2015` an onset and an end. Any other words travel as a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

UNTIL, TODAY = " đến ", "nay"
_FHIR = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_OURS = re.compile(r"(?:(?:(\d{2})/)?(\d{2})/)?(\d{4})")


@dataclass(frozen=True)
class When:
    """Dates as FHIR has them (`2015`, `2015-03`, `2015-03-01`); `words` where it is none of the forms above."""

    start: str | None = None
    end: str | None = None
    ongoing: bool = False
    words: str | None = None

    @property
    def implied_status(self) -> str | None:
        """What the words already say of a condition."""
        return "active" if self.ongoing else "resolved" if self.end else None


def read(text: str | None) -> When:
    """Our words into dates."""
    if text is None:
        return When()
    first, until, last = text.partition(UNTIL)
    start, end = _to_fhir(first), _to_fhir(last)
    if start is None or (until and last != TODAY and end is None):
        return When(words=text)
    return When(start, end, ongoing=last == TODAY)


def write(when: When) -> str | None:
    """Dates into our words; of an instant its day."""
    start, end = _to_ours(when.start), _to_ours(when.end)
    if start is None:
        return when.words
    if when.ongoing:
        return f"{start}{UNTIL}{TODAY}"
    return f"{start}{UNTIL}{end}" if end else start


def day(text: str | None) -> str | None:
    """The day of a date or instant, None where it is not known to the day."""
    found = _FHIR.match(text or "")
    return found[0] if found and found[3] else None


def _to_fhir(text: str) -> str | None:
    found = _OURS.fullmatch(text)
    return "-".join(part for part in (found[3], found[2], found[1]) if part) if found else None


def _to_ours(text: str | None) -> str | None:
    found = _FHIR.match(text or "")
    return "/".join(part for part in (found[3], found[2], found[1]) if part) if found else None
