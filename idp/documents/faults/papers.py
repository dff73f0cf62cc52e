"""Carrying out the plan of a signed PDF: the file, and the lists to judge it by."""

from __future__ import annotations

from idp.documents.faults.paper_plan import PaperPlan
from idp.documents.faults.plan import Made, Plan, document, lists_of, trust_of
from idp.documents.faults.world import World


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
