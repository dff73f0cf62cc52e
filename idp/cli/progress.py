"""How far a long command has come, on standard error: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

_BETWEEN = {True: 0.2, False: 10.0}  # seconds from one sign of life to the next


class Progress:
    """Counts from `done` to `total`; the rate is that of this run alone."""

    def __init__(self, total: int, done: int = 0, *, what: str, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._terminal = self._stream.isatty()
        self._total, self._done, self._before, self._what = total, done, done, what
        self._began = time.monotonic()
        self._shown = float("-inf")

    def advance(self, by: int) -> None:
        self._done += by
        now = time.monotonic()
        if now - self._shown >= _BETWEEN[self._terminal] or self._done >= self._total:
            self._shown = now
            self._show(now - self._began)

    def end(self) -> None:
        """Leave the bar's line."""
        if self._terminal:
            print(file=self._stream)

    def _show(self, passed: float) -> None:
        rate = (self._done - self._before) / passed if passed else 0.0
        left = f"{_clock((self._total - self._done) / rate)} left" if rate else "--:-- left"
        text = f"{self._done:,} of {self._total:,} {self._what}, {rate:,.0f}/s, {left}"
        if self._terminal:
            width = max(10, min(40, shutil.get_terminal_size().columns - len(text) - 10))
            full = width * self._done // max(1, self._total)
            percent = 100 * self._done // max(1, self._total)
            print(
                f"\r[{'#' * full}{'.' * (width - full)}] {percent:3d}% {text}", end=" ", file=self._stream, flush=True
            )
        else:
            print(text, file=self._stream, flush=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"
