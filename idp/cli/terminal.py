"""What commands print."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """A terminal that cannot show Vietnamese gets escapes rather than a traceback."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
