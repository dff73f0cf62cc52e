"""The fault catalogue's SD-JWTs: perfect documents but for one thing, each refused for exactly that reason."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fault_judging import Answer, by_usual_lists, judged, rules
from fault_world import made_world

from idp.documents.document_types import document_types
from idp.documents.faults import catalogue
from idp.documents.faults.catalogue import (
    ANYBODY,
    CONTROLS,
    NONE,
    UnknownFault,
    fault,
    faults,
    faults_of,
    lies_in_a_list,
    made,
    makers,
)
from idp.documents.faults.plan import Made, Plan, make
from idp.documents.faults.world import World
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import ERRORS
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.outcome import EXIT_CODES
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

MADE_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NAMES = list(faults_of("sd_jwt"))
TYPES = [kind.id for kind in document_types()]
#: One of each family, made for every type and several people.
FEW = [NONE, "tampered", "alg-none", "expired", "revoked", "wrong-issuer", "vct-confusion", "hidden-decisive-claim"]


@pytest.fixture(scope="module")
def world(_made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    keys = shutil.copytree(_made_keys, tmp_path_factory.mktemp("faults") / "keys")
    return made_world(Path(keys), MADE_AT)


def answer(one: Made, now: datetime) -> Answer:
    """Verdict and code of the library."""
    binding = one.binding
    expected = ExpectedKeyBinding(binding.audience, binding.nonce, timedelta(minutes=5)) if binding else None

    def look(trust: TrustList, status: StatusLists) -> VerifiedDocument:
        return verify(
            one.text, trust=trust, now=now, key_binding=expected or NO_KEY_BINDING, person=one.person, status=status,
            vct=[one.vct], types=rules(),
        )  # fmt: skip

    return judged(one, now, look)


def test_each_fault_has_a_maker_and_each_maker_words() -> None:
    """Data and code are one catalogue."""
    assert set(faults()) == set(makers())
    assert [next(iter(faults_of(carrier))) for carrier in CONTROLS] == list(CONTROLS.values())
    for one in faults_of("sd_jwt").values():
        assert all(one.wrong.values())
        assert one.code is None or one.code in ERRORS
        assert EXIT_CODES[one.verdict] != 0 or one.name == NONE  # type: ignore[index]
    with pytest.raises(UnknownFault):
        fault("no-such-fault")


@pytest.mark.parametrize("bound", [False, True], ids=["file", "presentation"])
@pytest.mark.parametrize("name", NAMES)
def test_the_library_refuses_it_for_that_reason(world: World, name: str, bound: bool) -> None:
    """As a file and as a presentation with its holder's proof: the same verdict and code; by the usual lists too,
    where none must go along."""
    there = replace(world, binding=ANYBODY) if bound else world
    one = fault(name)
    found = made(one, there)
    assert answer(found, there.now) == (one.verdict, one.code)
    if not lies_in_a_list(one, there):
        assert answer(by_usual_lists(found, world), there.now) == (one.verdict, one.code)


@pytest.mark.parametrize("name", NAMES[1:])
def test_nothing_else_is_wrong(world: World, name: str) -> None:
    """One step differs from a good document's; put back, everything verifies."""
    one = fault(name)
    there = replace(world, binding=ANYBODY) if one.bound else world
    plan = one.plan(there)
    assert isinstance(plan, Plan)
    changed = [each.name for each in fields(Plan) if getattr(plan, each.name) != getattr(Plan(), each.name)]
    assert len(changed) == (0 if one.as_file else 1)
    mended = replace(plan, **{step: getattr(Plan(), step) for step in changed})
    assert answer(make(there, mended), there.now) == ("accepted", None)


@pytest.mark.parametrize("person", ["lan", "sofia"])
@pytest.mark.parametrize("kind", TYPES)
def test_for_any_person_and_type(keys_dir: Path, now: datetime, kind: str, person: str) -> None:
    """Whoever has such a document, and whoever has none."""
    there = made_world(keys_dir, now, kind, person)
    found = {name: answer(made(fault(name), there), now) for name in FEW}
    assert found == {name: (fault(name).verdict, fault(name).code) for name in FEW}


def test_what_it_is_made_of_is_what_the_wallet_holds(world: World) -> None:
    """The citizen's own document where she has one."""
    claims = world.subject.claims
    assert (claims["full_name"], claims["criminal_status"]) == ("Nguyễn Thị Mai Lan", "không có án tích")
    assert catalogue.made(fault(NONE), world).person == "065190000101"
