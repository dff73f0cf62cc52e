"""A JSON resource read with a memory: what was read is known, so that what was not can be listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: Says nothing about the person: identity of the resource, its machine metadata, and the rendering of what it says.
SILENT = frozenset({"resourceType", "id", "meta", "language", "implicitRules", "text"})


@dataclass
class Tracker:
    """The paths of one resource that a reader has used."""

    used: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Node:
    """A value in a resource, and where it stands."""

    value: object
    path: str
    tracker: Tracker

    def get(self, *names: str) -> Node | None:
        """The node below, by names; None where one of them is missing."""
        node: Node | None = self
        for name in names:
            if node is None or not isinstance(node.value, Mapping) or node.value.get(name) is None:
                return None
            node = Node(node.value[name], f"{node.path}.{name}", self.tracker)
        return node

    def each(self, *names: str) -> Iterator[Node]:
        """The elements of a list below; nothing where it is missing."""
        node = self.get(*names)
        if node is not None and isinstance(node.value, list):
            for index, value in enumerate(node.value):
                yield Node(value, f"{node.path}[{index}]", self.tracker)

    def first(self, *names: str) -> Node | None:
        return next(self.each(*names), None)

    def text(self, *names: str) -> str | None:
        """A value below as text, which counts as read; None where it is missing."""
        node = self.get(*names)
        if node is None or isinstance(node.value, Mapping | list):
            return None
        self.tracker.used.add(node.path)
        return _written(node.value)

    def peek(self, *names: str) -> str | None:
        """The same, but it does not count: for deciding, not for taking."""
        node = self.get(*names)
        return None if node is None or isinstance(node.value, Mapping | list) else _written(node.value)

    def take(self) -> None:
        """All of this counts as read."""
        self.tracker.used.add(self.path)

    def left(self) -> Iterator[str]:
        """The paths here that nobody has read, each as high up as all below it is unread."""
        if self.path in self.tracker.used:
            return
        below = self._below()
        if not below or not any(one.touched() for one in below):
            yield self.path
            return
        for one in below:
            yield from one.left()

    def touched(self) -> bool:
        """Whether any of this was read."""
        return self.path in self.tracker.used or any(one.touched() for one in self._below())

    def _below(self) -> list[Node]:
        if isinstance(self.value, Mapping):
            return [Node(value, f"{self.path}.{name}", self.tracker) for name, value in self.value.items()]
        if isinstance(self.value, list):
            return [Node(value, f"{self.path}[{index}]", self.tracker) for index, value in enumerate(self.value)]
        return []


def general(path: str) -> str:
    """A path without the entry's place and without indexes: `Condition.code.text`."""
    return re.sub(r"\[\d+\]", "", path).removeprefix("Bundle.entry.")


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())
