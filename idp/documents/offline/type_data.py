"""Type metadata (SD-JWT VC section 5) as a bundle carries it: the octets that were published, and the rules in them.

Signed for by the root with the rest of the bundle: so that a counter without a network knows what a type demands, and
what its fields are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from idp.documents.sd_jwt.encoding import json_object
from idp.documents.sd_jwt.errors import SdJwtError
from idp.documents.verifier.labels import Labels
from idp.documents.verifier.type_rules import TypeRules


@dataclass(frozen=True)
class TypeData:
    """By `vct`: each metadata document as it was published, and what it demands of every document."""

    texts: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, TypeRules] = field(default_factory=dict)

    @classmethod
    def read(cls, texts: object) -> Self:
        """Raises `ValueError` for anything but documents of different types."""
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError("type metadata is an array of strings")
        found, rules = _read(tuple(texts))
        return cls(found, rules)

    def documents(self) -> list[dict[str, object]]:
        """Each taken apart."""
        return [json_object(text.encode()) for text in self.texts.values()]


@lru_cache(maxsize=8)
def _read(texts: tuple[str, ...]) -> tuple[Mapping[str, str], Mapping[str, TypeRules]]:
    """Remembered by every letter: a bundle is read for each check, and its types seldom change."""
    try:
        documents = [json_object(text.encode()) for text in texts]
    except SdJwtError as error:
        raise ValueError("type metadata is JSON") from error
    Labels.of(documents)
    found = {str(one.get("vct")): text for one, text in zip(documents, texts, strict=True)}
    if len(found) != len(texts):
        raise ValueError("two documents of one type")
    return found, TypeRules.of(documents)
