"""What document types and their fields are called, by their type metadata (SD-JWT VC sections 5 and 6).

The portal knows no document type itself: the provider publishes what each is called, and a new one needs no change
here. Names are for showing alone; nothing is decided by them, and where they cannot be had a page does without.
What a type demands of every document (sections 5.6.3 and 5.6.4) can only make a counter refuse more.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from demo_client.clock import Clock
from demo_client.lists import Source
from demo_client.outbound import FetchError
from idp.documents.verifier.labels import Labels, Path
from idp.documents.verifier.type_rules import TypeRules

MEDIA_TYPE = "application/json"
KEEP, RETRY = timedelta(hours=1), timedelta(seconds=30)


@dataclass(frozen=True)
class _Kept:
    """`integrity` is that of the octets, "" where nothing could be had."""

    labels: Labels
    rules: TypeRules
    integrity: str
    until: datetime


class TypeNames:
    """Safe to share between threads."""

    def __init__(self, source: Source, issuer: str, clock: Clock) -> None:
        self._source, self._issuer, self._clock = source, issuer, clock
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def of_type(self, vct: str, language: str) -> str | None:
        """The type's name, None where it is not known now."""
        found = self._of(vct).labels.document_type(vct, language)
        return None if found == vct else found

    def of_field(self, vct: str, path: Path, language: str, integrity: str | None = None) -> str:
        """The field's label, or its own name; `vct#integrity` must be that of the metadata (section 6)."""
        kept = self._of(vct)
        if integrity is not None and integrity != kept.integrity:
            return str(path[-1])
        return kept.labels.claim(vct, path, language)

    def of_value(self, vct: str, path: Path, value: str, language: str, integrity: str | None) -> str:
        """What a coded value is called: only by metadata that the document's issuer signed for, else the value."""
        kept = self._of(vct)
        return kept.labels.value(vct, path, value, language) if integrity == kept.integrity else value

    def rules(self) -> Mapping[str, TypeRules]:
        """What each type demands, by `vct`; nothing where that cannot be had now."""
        return _Rules(self)

    def rules_of(self, vct: str) -> TypeRules:
        return self._of(vct).rules

    def _of(self, vct: str) -> _Kept:
        now = self._clock.now()
        with self._lock:
            kept = self._kept.get(vct)
        if kept is None or kept.until <= now:
            kept = self._fetched(vct, now, kept)
            with self._lock:
                self._kept[vct] = kept
        return kept

    def _fetched(self, vct: str, now: datetime, before: _Kept | None) -> _Kept:
        """What is published now; where that fails what was before, or nothing, for half a minute."""
        try:
            text = self._source.get(f"{self._issuer}/type-metadata/{quote(vct, safe=':')}", MEDIA_TYPE)
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
            found = [json.loads(text)]
            rules = TypeRules.of(found).get(vct, TypeRules())
            return _Kept(Labels.of(found), rules, f"sha256-{digest}", now + KEEP)
        except (FetchError, ValueError, RecursionError):
            known = (before.labels, before.rules, before.integrity) if before else (Labels(), TypeRules(), "")
            return _Kept(*known, now + RETRY)


class _Rules(Mapping[str, TypeRules]):
    """Asked for when a document of the type has proven to be signed: no type is known beforehand."""

    def __init__(self, names: TypeNames) -> None:
        self._names = names

    def __getitem__(self, vct: str) -> TypeRules:
        return self._names.rules_of(vct)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
