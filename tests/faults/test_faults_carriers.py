"""The catalogue's offline codes and signed PDF files: perfect but for one thing, each refused for exactly that."""

from __future__ import annotations

import shutil
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fault_judging import Answer, by_usual_lists, judged, rules
from fault_world import made_world

from idp.documents.document_types import document_types
from idp.documents.faults import qr_picture
from idp.documents.faults.catalogue import CONTROLS, fault, faults_of, lies_in_a_list, made
from idp.documents.faults.plan import Made
from idp.documents.faults.world import NoSuchPlace, World
from idp.documents.offline import readers
from idp.documents.pdf import errors as pdf_errors
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import ERRORS
from idp.documents.verifier.files import Expected
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.outcome import EXIT_CODES
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList

MADE_AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NAMES = [*faults_of("code"), *faults_of("pdf")]
TYPES = [kind.id for kind in document_types()]
#: One of each family, made for every type.
FEW = ["qr-none", "qr-revoked", "qr-another-type", "pdf-none", "pdf-with-revoked"]


@pytest.fixture(scope="module")
def world(_made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    keys = shutil.copytree(_made_keys, tmp_path_factory.mktemp("carriers") / "keys")
    return made_world(Path(keys), MADE_AT)


def answer(one: Made, now: datetime, data: bytes | None = None) -> Answer:
    """Verdict and code, of the file as somebody hands it over."""

    def look(trust: TrustList, status: StatusLists) -> VerifiedDocument:
        expected = Expected(trust, now, NO_KEY_BINDING, one.person, status, [one.vct], None, rules())
        return readers.verify_file(readers.read(data or one.data), expected)[0]

    return judged(one, now, look)


def changed(plan: Any) -> list[str]:
    """The steps that are not as in a good one, those of its parts in the place of the part."""
    found = []
    for each in fields(plan):
        value, usual = getattr(plan, each.name), getattr(type(plan)(), each.name)
        if value != usual:
            inner = is_dataclass(value) and not isinstance(value, type) and type(value) is type(usual)
            found += [f"{each.name}.{name}" for name in changed(value)] if inner else [each.name]
    return found


#: A time stamp by another authority lies in that one's life; a list and its signer are one fault.
TWO_STEPS = {"pdf-time-stamp-expired": ["stamping.authority", "stamping.at"]}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_refused_for_that_reason(world: World, name: str) -> None:
    """As a file; and only one step of making it differs from a good one's."""
    one = fault(name)
    steps = [] if name in CONTROLS.values() else changed(one.plan(world))
    assert steps == TWO_STEPS.get(name, steps[:1])
    assert bool(steps) is (name not in CONTROLS.values())
    found = made(one, world)
    assert answer(found, world.now) == (one.verdict, one.code)
    if not lies_in_a_list(one, world):
        assert answer(by_usual_lists(found, world), world.now) == (one.verdict, one.code)


def test_every_reason_is_one_of_ours() -> None:
    """With words in both languages, a known code, and a verdict that accepts nothing but the controls."""
    known = {*ERRORS, *(one.code for one in pdf_errors.PdfError.__subclasses__())}
    for name in NAMES:
        one = fault(name)
        assert all(one.wrong.values())
        assert one.code is None or one.code in known
        assert (EXIT_CODES[one.verdict] == 0) is (name in CONTROLS.values())  # type: ignore[index]
    told = {fault(name).code for name in NAMES}
    unused = {one.code for one in pdf_errors.PdfError.__subclasses__()} - told
    assert unused == {"pdf_too_large"}  # four million octets: tests/documents/pdf_cases.py


@pytest.mark.parametrize("kind", TYPES)
def test_for_any_type(world: World, kind: str) -> None:
    """Whoever has such a document, and whoever has none."""
    there = made_world(world.keys_dir, MADE_AT, kind, "sofia")
    found = {name: answer(made(fault(name), there), MADE_AT) for name in FEW}
    assert found == {name: (fault(name).verdict, fault(name).code) for name in FEW}


def test_where_there_is_no_place(world: World) -> None:
    """A type that holds nothing back has no decisive claim to leave out: told, not made up."""
    outcomes = set()
    for kind in TYPES:
        there = made_world(world.keys_dir, MADE_AT, kind)
        try:
            one = made(fault("qr-decisive-claim-missing"), there)
        except NoSuchPlace:
            outcomes.add("no place")
            continue
        outcomes.add(str(answer(one, MADE_AT)[1]))
    assert "missing_claim" in outcomes
    assert outcomes <= {"missing_claim", "no place"}


@pytest.mark.parametrize("name", ["qr-none", "qr-photo-swapped", "qr-lower-case", "qr-stale-status"])
def test_its_picture_says_the_same(world: World, name: str) -> None:
    """Read off the PNG that the command writes, as a telephone would."""
    one = made(fault(name), world)
    assert readers.read(qr_picture.png(one.text)).text == one.text
    found = answer(one, world.now, qr_picture.png(one.text))
    expected = (fault(name).verdict, fault(name).code)
    assert found == expected


def test_what_no_picture_holds(world: World) -> None:
    """Longer than the largest QR code."""
    with pytest.raises(qr_picture.TooMuch):
        qr_picture.png("A" * 5_000)
