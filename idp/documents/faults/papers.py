"""How a signed PDF comes about, step by step (ETSI EN 319 142-1); a fault changes one of the steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from idp.certificates import Credentials
from idp.documents.faults.codes import same
from idp.documents.faults.plan import Made, Plan, document, lists_of, trust_of
from idp.documents.faults.world import Subject, World
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


def make_paper(world: World, plan: PaperPlan) -> Made:
    """Carry out a plan."""
    return Made(
        text=plan.edit(paper(world, plan)).decode("latin-1"),
        root=world.root.certificate,
        trust_list=trust_of(world, plan.base),
        status_lists=lists_of(world, plan.base),
        person=world.subject.person,
        vct=world.subject.kind.vct,
        binding=None,
        minimum_version=plan.base.asked_version,
        own_status_list=plan.base.status != Plan().status,
        carrier="pdf",
    )


def paper(world: World, plan: PaperPlan) -> bytes:
    """The file as its maker leaves it."""
    from idp.documents.faults import paper_writing  # pyHanko and reportlab are slow to import

    return paper_writing.write(world, plan, document(world, plan.base))
