"""Other files than the text of a document: what their readers, which live beside the verifier, are given and tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class Source:
    """The file that a document came in. `words` (Vietnamese, English) say what it is, `{at}` being `signed_at`."""

    format: str
    signed_at: datetime
    words: tuple[str, str]
