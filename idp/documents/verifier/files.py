"""Other files than the text of a document: what their readers, which live beside the verifier, are given and tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from idp.documents.verifier.key_binding import ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.type_rules import TypeRules


@dataclass(frozen=True)
class Expected:
    """What the caller of the command expects; the names are those of `verify`. `revocation_list` is DER."""

    trust: TrustList
    now: datetime
    key_binding: ExpectedKeyBinding | NoKeyBinding
    person: str | None
    status: StatusLists | None
    vct: Collection[str] | None
    revocation_list: bytes | None
    types: Mapping[str, TypeRules]

    @property
    def of_a_document(self) -> Mapping[str, Any]:
        """What `verify` and the readers of other carriers take alike, by name; a revocation list is for files."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "revocation_list"}


@dataclass(frozen=True)
class Source:
    """The file that a document came in. `words` (Vietnamese, English) say what it is, `{at}` being `signed_at`."""

    format: str
    signed_at: datetime
    words: tuple[str, str]
