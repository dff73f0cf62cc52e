"""A wallet's documents sorted for its page: by what they are about, in the order of the categories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from idp.documents.categories import categories
from idp.documents.document import Document


@dataclass(frozen=True)
class Shelf:
    """The documents of one category, in the order they were given in."""

    id: str
    title: str
    documents: tuple[Document, ...]


def shelves(documents: Iterable[Document], lang: str) -> tuple[Shelf, ...]:
    """Those that hold something."""
    found: dict[str, list[Document]] = {name: [] for name in categories()}
    for document in documents:
        found[document.type.category].append(document)
    return tuple(Shelf(name, categories()[name][lang], tuple(held)) for name, held in found.items() if held)


def chosen(found: Sequence[Shelf], category: str) -> Sequence[Shelf]:
    """The one shelf of this category, or all where there is none."""
    return [shelf for shelf in found if shelf.id == category] or found
