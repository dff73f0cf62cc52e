"""The fault catalogue at the portal's response_uri: no faulty document is filed, and each for its own reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fault_world import made_world
from portal_browser import World, code_of
from portal_documents import ISSUER

from idp.documents.faults import world as faulty
from idp.documents.faults.catalogue import NONE, Fault, faults_of, made

SECURITY_COMPANY = "/procedures/kinh-doanh-dich-vu-bao-ve/apply"
#: What the portal has no place for, and why.
ELSEWHERE = {
    "presentation-as-file": "the portal never takes a bare file",
    "stale-status": "it fetches the list itself, and counts its ttl from then (Token Status List 13.7)",
    "trust-list-rolled-back": "it has seen no newer list yet: test_demo_refusals.py",
    "json-serialization-both": "a presentation in JSON is no string in compact form",
    "too-long": "turned away at the door with 413: test_demo_hostile_responses.py",
}


def sent(citizen: World, world: faulty.World, fault: Fault, asked: Mapping[str, Any]) -> str | None:
    """Make the presentation that was asked for, with this fault; post it, come back, and read the reason."""
    there = replace(world, binding=faulty.Binding(asked["client_id"], asked["nonce"]))
    one = made(fault, there)
    citizen.lists.replaced = {f"{ISSUER}/trust-list": one.trust_list, **one.status_lists}
    judge = citizen.app.extensions["mock_portal"].judge
    judge.lists._kept.clear()  # every case has lists of its own at the same addresses
    credential = asked["dcql_query"]["credentials"][0]["id"]
    page = citizen.come_back(citizen.answer(asked, {credential: [one.text]}))
    return None if page.status_code == 303 else code_of(page)


def test_each_is_refused_for_its_reason(citizen: World, keys_dir: Path) -> None:
    """Posted as any wallet would post it; the control, and it alone, is filed."""
    world = made_world(keys_dir, citizen.clock.now())
    wrong = {}
    for fault in faults_of("sd_jwt").values():
        if fault.name in ELSEWHERE:
            continue
        found = sent(citizen, world, fault, citizen.begin(SECURITY_COMPANY))
        if found != fault.fetched:
            wrong[fault.name] = (found, fault.fetched)
    assert wrong == {}
    assert citizen.count() == 1


def test_every_exception_is_a_fault() -> None:
    """No excuse outlives its fault."""
    assert ELSEWHERE.keys() <= faults_of("sd_jwt").keys()
    assert NONE not in ELSEWHERE
