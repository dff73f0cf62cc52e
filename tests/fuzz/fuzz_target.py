"""A parser of what strangers send, as a function of bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A parser, what it may raise, and what to start from. `longest` is of an input that atheris makes."""

    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    seed: bytes
    longest: int = 4096

    def __call__(self, data: bytes) -> bool:
        """Whether it was taken; what is raised beyond the refusals is a finding."""
        try:
            self.read(data)
        except self.refusals:
            return False
        return True
