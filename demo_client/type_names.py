"""What document types and their fields are called, by their type metadata (SD-JWT VC sections 5 and 6).

The portal knows no document type itself: the provider publishes what each is called, and a new one needs no change
here. Where that cannot be had, the names are those of the last trust bundle. Names are for showing alone; nothing is
decided by them, and where there are none a page does without.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from demo_client.background import Background, Patience
from demo_client.clock import Clock
from demo_client.outbound import FetchError
from idp.documents.verifier.labels import Labels, Path

MEDIA_TYPE = "application/json"
KEEP, RETRY = timedelta(hours=1), timedelta(seconds=30)
#: A type's metadata that the root signed for, as far as it is here already.
AtHand = Callable[[str, datetime], str | None]


@dataclass(frozen=True)
class _Kept:
    """`integrity` is that of the octets, "" where nothing could be had."""

    labels: Labels
    integrity: str
    until: datetime


class TypeNames:
    """Safe to share between threads."""

    def __init__(
        self,
        source: Background,
        issuer: str,
        clock: Clock,
        at_hand: AtHand = lambda _vct, _now: None,
        patience: Patience | None = None,
    ) -> None:
        self._source, self._issuer, self._clock, self._at_hand = source, issuer, clock, at_hand
        self._patience = (patience or Patience()).glance
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
        """What a coded value is called: only by metadata that the document's issuer signed for, or the root where the
        document names none (an offline code has no room for it); else the value."""
        kept = self._of(vct)
        signed = integrity == kept.integrity or (integrity is None and self._by_root(vct, kept))
        return kept.labels.value(vct, path, value, language) if signed else value

    def _by_root(self, vct: str, kept: _Kept) -> bool:
        text = self._at_hand(vct, self._clock.now())
        return text is not None and _integrity(text) == kept.integrity

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
        """What is published now; where that fails what was before or is at hand, or nothing, for half a minute."""
        url = f"{self._issuer}/type-metadata/{quote(vct, safe=':')}"
        try:
            return _read(self._source.get(url, MEDIA_TYPE, now, self._patience), now + KEEP)
        except (FetchError, ValueError, RecursionError):
            if before is not None and before.integrity:
                return replace(before, until=now + RETRY)
        text = self._at_hand(vct, now)
        return _Kept(Labels(), "", now + RETRY) if text is None else _read(text, now + RETRY)


def _read(text: str, until: datetime) -> _Kept:
    return _Kept(Labels.of([json.loads(text)]), _integrity(text), until)


def _integrity(text: str) -> str:
    """As in `vct#integrity` (section 6)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
