"""The steps by which a signed PDF comes about (ETSI EN 319 142-1), as data; a fault changes one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from idp.certificates import Credentials
from idp.documents.faults.codes import same
from idp.documents.faults.plan import Plan
from idp.documents.faults.world import Subject
from idp.documents.pdf.names import ATTACHMENT, RELATIONSHIP

Bytes = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Stamping:
    """The time stamp: by whom, when, over what; None and zero are as they should be."""

    authority: Credentials | None = None
    at: timedelta = timedelta()
    over: bytes | None = None
    absent: bool = False


@dataclass(frozen=True)
class PaperPlan:
    """The steps, in their order. `base` makes the SD-JWT in the file and its lists; `page` is what the page is drawn
    of, `revocation_lists` what the file carries, None the right one."""

    base: Plan = field(default_factory=Plan)
    page: Subject | None = None
    attachments: tuple[tuple[str, str], ...] = ((ATTACHMENT, RELATIONSHIP),)
    revocation_lists: tuple[bytes, ...] | None = None
    signer: Credentials | None = None
    digest: str = "sha256"
    stamping: Stamping = field(default_factory=Stamping)
    unsigned: bool = False
    edit: Bytes = same
