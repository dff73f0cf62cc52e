"""The fault catalogue: what can be wrong with a document, what a verifier must answer, and how it is made.

The words and expectations are data (`catalogue*.toml`, one file a carrier: SD-JWT, offline code, signed PDF); each
name has one maker.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from idp.documents.faults import (
    chains,
    code_faults,
    contents,
    disclosing,
    encodings,
    lists,
    paper_faults,
    proofs,
    signatures,
)
from idp.documents.faults.codes import CodePlan, make_code
from idp.documents.faults.maker import Maker
from idp.documents.faults.paper_plan import PaperPlan
from idp.documents.faults.papers import make_paper
from idp.documents.faults.plan import Made, Plan, make
from idp.documents.faults.world import Binding, World

#: What carries a document, and its file of this catalogue.
CARRIERS = {"sd_jwt": "catalogue.toml", "code": "catalogue_code.toml", "pdf": "catalogue_pdf.toml"}
#: The controls: nothing is wrong.
NONE = "none"
CONTROLS = {"sd_jwt": NONE, "code": "qr-none", "pdf": "pdf-none"}
#: Where the fault lies in the holder's proof and nobody said for whom it is made.
ANYBODY = Binding("https://verifier.vn-mock.example", "n-mock-vneid-0001")

#: What only a list can say of a document.
BY_STATUS = frozenset({"revoked", "suspended", "superseded", "status_unknown"})

AnyPlan = Plan | CodePlan | PaperPlan
_SD_JWT: Mapping[str, Maker] = {
    NONE: lambda _: Plan(),
    **signatures.MAKERS,
    **encodings.MAKERS,
    **contents.MAKERS,
    **disclosing.MAKERS,
    **chains.MAKERS,
    **proofs.MAKERS,
    **lists.MAKERS,
}
_MAKERS: Mapping[str, Callable[[World], AnyPlan]] = {**_SD_JWT, **code_faults.MAKERS, **paper_faults.MAKERS}


class UnknownFault(LookupError):
    """No fault has this name."""


@dataclass(frozen=True)
class Fault:
    """One fault. `wrong` says what, by language; `attack` is the number in the list of docs/specifications.md.

    `verdict` and `code` are our verifier's answer; `fetched` is its code where it fetches the lists itself, by the
    address in the document. `bound` faults are of a presentation; `as_file` shows one to whoever expects a file.
    """

    name: str
    carrier: str
    wrong: Mapping[str, str]
    clause: str
    attack: int | None
    verdict: str
    code: str | None
    fetched: str | None
    bound: bool
    as_file: bool

    def plan(self, world: World) -> AnyPlan:
        """How it is made. Raises NoSuchPlace where this document has no place for the fault."""
        return _MAKERS[self.name](world)


@cache
def faults() -> Mapping[str, Fault]:
    """All of them by name, each carrier's control before its faults: immutable data, read once."""
    return {name: one for carrier in CARRIERS for name, one in faults_of(carrier).items()}


@cache
def faults_of(carrier: str) -> Mapping[str, Fault]:
    """Those of one carrier."""
    with (Path(__file__).parent / CARRIERS[carrier]).open("rb") as stream:
        tables = tomllib.load(stream)
    return {name: _fault(name, carrier, table) for name, table in tables.items()}


def makers() -> Iterable[str]:
    """The names that can be made."""
    return _MAKERS.keys()


def fault(name: str) -> Fault:
    """Raises UnknownFault."""
    try:
        return faults()[name]
    except KeyError:
        raise UnknownFault(name) from None


def lies_in_a_list(one: Fault, world: World) -> bool:
    """Whether lists must go along for anything to be wrong: made otherwise than they should be, or saying of the
    document's place what the sandbox's own do not. Raises NoSuchPlace.
    """
    plan, good = one.plan(world), Plan()
    steps = plan if isinstance(plan, Plan) else plan.base
    own = (steps.status, steps.trust, steps.asked_version) != (good.status, good.trust, good.asked_version)
    return own or one.code in BY_STATUS


def made(one: Fault, world: World) -> Made:
    """The document with this fault, and the lists to judge it by. Raises NoSuchPlace."""
    if one.bound and world.binding is None:
        world = replace(world, binding=ANYBODY)
    return carried_out(one.plan(world), world, as_file=one.as_file)


def carried_out(plan: AnyPlan, world: World, *, as_file: bool = False) -> Made:
    """What comes of a plan. Raises NoSuchPlace."""
    if isinstance(plan, CodePlan):
        return make_code(world, plan)
    if isinstance(plan, PaperPlan):
        return make_paper(world, plan)
    return make(world, plan, as_file=as_file)


def _fault(name: str, carrier: str, table: Mapping[str, object]) -> Fault:
    code, fetched, attack = table.get("code"), table.get("fetched"), table.get("attack")
    return Fault(
        name=name,
        carrier=carrier,
        wrong={"vi": str(table["vi"]), "en": str(table["en"])},
        clause=str(table["clause"]),
        attack=attack if isinstance(attack, int) else None,
        verdict=str(table.get("verdict", "refused")),
        code=str(code) if code is not None else None,
        fetched=str(fetched or code) if fetched or code else None,
        bound=bool(table.get("bound", False)),
        as_file=bool(table.get("as_file", False)),
    )
