"""How a document of the fault catalogue is judged: by the lists that came with it, or by those that are as usual."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

from idp.documents import type_metadata
from idp.documents.document_types import document_types
from idp.documents.faults.catalogue import NONE, fault, made
from idp.documents.faults.plan import Made
from idp.documents.faults.world import World
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.outcome import accepted, refused
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.type_rules import TypeRules

Answer = tuple[str, str | None]


@cache
def rules() -> dict[str, TypeRules]:
    return TypeRules.of(json.loads(type_metadata.document_bytes(kind.vct)) for kind in document_types())


def judged(one: Made, now: datetime, look: Callable[[TrustList, StatusLists], VerifiedDocument]) -> Answer:
    """Verdict and code: `look` is the reading of the document, by these lists."""
    try:
        trust = TrustList.load(one.trust_list, root=one.root, now=now, minimum_version=one.minimum_version)
    except VerificationError as error:
        return "unusable", error.code
    try:
        document = look(trust, StatusLists.of(one.status_lists.values()))
    except VerificationError as error:
        found = refused(error, trust, now)
        return found.verdict, found.code
    return accepted(document, trust, now, allow_unchecked=False).verdict, None


def by_usual_lists(one: Made, world: World) -> Made:
    """The same document, with the lists that a good one comes with."""
    good = made(fault(NONE), world)
    return replace(one, trust_list=good.trust_list, status_lists=good.status_lists, minimum_version=None)
