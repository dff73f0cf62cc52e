"""What is remembered of those who sign: the header of a chain, and whose key was seen to be its own."""

from __future__ import annotations

from copy import copy

import pytest
from joserfc.errors import UnsupportedKeyOperationError
from joserfc.jwk import ECKey
from verifier_world import RECORD, World, certify, new_key

from idp.documents.sd_jwt import vc
from idp.documents.sd_jwt.errors import CannotIssue


def test_issuing_with_a_known_chain_and_another_key(world: World) -> None:
    """The header of a chain is remembered; that the key is its own is asked each time."""
    claims = {"vct": RECORD}
    vc.issue_vc(claims, disclosable=[], key=world.police.key, chain=world.police.chain)
    with pytest.raises(CannotIssue):
        vc.issue_vc(claims, disclosable=[], key=new_key(), chain=world.police.chain)
    other = certify("Other", world.hospital.key, world.root.name, world.root.key)
    with pytest.raises(CannotIssue):
        vc.issue_vc(claims, disclosable=[], key=world.police.key, chain=(other,))


def test_signers_are_remembered_by_the_very_key() -> None:
    """Not by what it says of itself, and no more than a few."""
    world = World()
    for _ in range(70):
        world.hospital.key = new_key()
        with pytest.raises(CannotIssue):
            vc.issue_vc({"vct": RECORD}, disclosable=[], key=world.hospital.key, chain=world.hospital.chain)
        vc.issue_vc({"vct": RECORD}, disclosable=[], key=copy(world.police.key), chain=world.police.chain)
    assert len(vc._SIGNERS) <= 64
    forbidden = ECKey.import_key(world.police.key.as_dict(private=True) | {"key_ops": ["verify"]})
    for _ in range(2):
        with pytest.raises(UnsupportedKeyOperationError):
            vc.issue_vc({"vct": RECORD}, disclosable=[], key=forbidden, chain=world.police.chain)
