"""Remembering what was found out about a text, bounded: for functions of the text and of nothing else."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """`make(text)`, made once for a text; of many texts those asked for longest ago are forgotten.

    The text itself is the key: another text is another thing, whatever it says of itself. An exception is not
    remembered. Safe for threads: two may make the same thing at once, and either is right.
    """

    def __init__(self, make: Callable[[str], Made], *, entries: int, letters: int) -> None:
        self._make, self._entries, self._letters = make, entries, letters
        self._known: OrderedDict[str, Made] = OrderedDict()
        self._length = 0
        self._lock = Lock()

    def __call__(self, text: str) -> Made:
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        made = self._make(text)
        with self._lock:
            self._keep(text, made)
        return made

    def forget(self) -> None:
        """Everything."""
        with self._lock:
            self._known.clear()
            self._length = 0

    def __len__(self) -> int:
        return len(self._known)

    def _keep(self, text: str, made: Made) -> None:
        if text not in self._known:
            self._length += len(text)
        self._known[text] = made
        while len(self._known) > self._entries or self._length > self._letters:
            forgotten, _ = self._known.popitem(last=False)
            self._length -= len(forgotten)
