"""What a type's metadata demands of its documents (SD-JWT VC sections 5.6.3 and 5.6.4)."""

from __future__ import annotations

import pytest
from verifier_world import NOW, RECORD, World

from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import ClaimNotDisclosable, MissingClaim
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.type_rules import TypeRules
from idp.documents.verifier.verify import verify

METADATA = {
    "vct": RECORD,
    "claims": [
        {"path": ["criminal_status"], "sd": "never", "mandatory": True},
        {"path": ["note"], "sd": "never"},
        {"path": ["full_name"], "sd": "always", "mandatory": True},
        {"path": ["address"], "sd": "always", "mandatory": True},
        {"path": ["address", "ward"], "sd": "never", "mandatory": True},
        {"path": ["names", None], "sd": "allowed"},
    ],
}


def check(world: World, text: str, metadata: object = METADATA) -> None:
    verify(text, trust=world.trust(), now=NOW, key_binding=NO_KEY_BINDING, types=TypeRules.of([metadata]))


def test_a_document_as_its_type_has_it(world: World) -> None:
    """What is mandatory may be held back where the type allows it, and all that lies inside with it."""
    check(world, world.document())
    check(world, world.document().partition("~")[0] + "~")


def test_a_claim_that_decides_is_disclosed(world: World) -> None:
    """Shown this time: the next holder would leave it out."""
    with pytest.raises(ClaimNotDisclosable) as caught:
        check(world, world.document(disclosable=[("criminal_status",)]))
    assert caught.value.answers.intact is Answer.NO


def test_a_claim_that_decides_is_missing(world: World) -> None:
    """Held back, or never there."""
    hidden = world.document(disclosable=[("criminal_status",)]).partition("~")[0] + "~"
    for text in (hidden, world.document(criminal_status=None)):
        with pytest.raises(MissingClaim):
            check(world, text)


def test_another_type_is_not_measured_by_it(world: World) -> None:
    """Rules are of one type."""
    check(world, world.document(criminal_status=None), {**METADATA, "vct": "urn:other"})


@pytest.mark.parametrize(
    "metadata",
    [
        5,
        {},
        {"vct": 5},
        {"vct": "x", "claims": 5},
        {"vct": "x", "claims": [5]},
        {"vct": "x", "claims": [{"path": []}]},
        {"vct": "x", "claims": [{"path": [{}]}]},
    ],
    ids=str,
)
def test_metadata_of_garbage(metadata: object) -> None:
    """A ValueError, and nothing else."""
    with pytest.raises(ValueError, match=r"is a|holds"):
        TypeRules.of([metadata])
