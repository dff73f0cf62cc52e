"""Other files than the text of a document: what the command asks of a reader for one kind of them.

Readers live beside the verifier and are given to the command, so that the verifier itself imports none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.key_binding import ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList


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


@dataclass(frozen=True)
class Source:
    """The file that a document came in. `words` (Vietnamese, English) say what it is, `{at}` being `signed_at`."""

    format: str
    signed_at: datetime
    words: tuple[str, str]


class FileReader(Protocol):
    """Knows one kind of file. `longest` is how many octets of one are ever looked at."""

    longest: int

    def reads(self, data: bytes) -> bool:
        """Whether it is of this kind, told by its first octets."""

    def verify(self, data: bytes, expected: Expected) -> tuple[VerifiedDocument, Source]:
        """Raises VerificationError."""
