"""The fault catalogue at the portal's response_uri: no faulty document is filed, and each for its own reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fault_world import made_world
from flask.testing import FlaskClient
from portal_browser import World, code_of
from portal_documents import ISSUER
from sqlalchemy import delete

from demo_client.models import SeenBundle
from idp import pki
from idp.documents import type_metadata
from idp.documents.faults import world as faulty
from idp.documents.faults.catalogue import NONE, Fault, faults, made
from idp.documents.faults.plan import Made
from idp.documents.faults.world import base64_der
from idp.documents.offline.bundle import TYPE
from idp.documents.sd_jwt.jws import parse_jws, sign

SECURITY_COMPANY = "/procedures/kinh-doanh-dich-vu-bao-ve/apply"
#: What the portal has no place for, and why.
ELSEWHERE = {
    "presentation-as-file": "the portal never takes a bare file",
    "stale-status": "it fetches the list itself, and counts its ttl from then (Token Status List 13.7)",
    "trust-list-rolled-back": "it has seen no newer list yet: test_demo_refusals.py",
    "json-serialization-both": "a presentation in JSON is no string in compact form",
    "too-long": "turned away at the door with 413: test_demo_hostile_responses.py",
}
#: What a counter that takes files has no place for, and why.
NO_FILE = {
    "too-long": "turned away at the door with 413: test_demo_hostile_responses.py",
    "trust-list-rolled-back": "it has seen no newer list yet: test_demo_counter_lists.py",
}
#: A counter takes any type, of anybody: it asks for none, and shows whose it is.
NOT_ASKED = {"vct-confusion", "wrong-holder", "person-not-shown", "person-as-number", "person-missing"}
#: Verified, and yet not good: the counter's own words for the command's verdicts.
OWN_WORDS = {"not_fully_checked": "status_not_checked", "status_outdated": "status_outdated"}


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
    for fault in faults().values():
        if fault.name in ELSEWHERE:
            continue
        found = sent(citizen, world, fault, citizen.begin(SECURITY_COMPANY))
        if found != fault.fetched:
            wrong[fault.name] = (found, fault.fetched)
    assert wrong == {}
    assert citizen.count() == 1


def bundle(keys_dir: Path, one: Made, now: datetime) -> str:
    """As the root would bundle this fault's lists."""
    root = pki.root(keys_dir)
    payload = {
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 86_400,
        "root": base64_der(root.certificate),
        "trust_list": one.trust_list,
        "status_lists": list(one.status_lists.values()),
        "type_metadata": type_metadata.texts(),
    }
    return sign({"typ": TYPE, "kid": pki.key_identifier(root.certificate)}, payload, root.key)


def at_the_counter(world: World, clerk: FlaskClient, text: str) -> tuple[str, str | None]:
    """What the page says, and the code on the receipt."""
    page = world.post("/clerk/counter", {"document": text}, clerk).get_data(as_text=True)
    shown = re.search(r'class="verdict verdict-(\w+)"', page)
    kept = re.search(r'href="(/clerk/receipts/[^"]+)"', page)
    assert shown
    assert kept
    token = parse_jws(clerk.get(kept[1]).get_data(as_text=True))
    code = token.payload["code"]
    return shown[1], None if code is None else str(code)


def test_each_file_is_refused_at_the_counter(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """As a file, with the lists of its fault in a bundle of the root's: nothing but the control is good."""
    there = made_world(keys_dir, world.clock.now())
    portal, wrong = world.app.extensions["mock_portal"], {}
    for fault in faults().values():
        if fault.bound or fault.name in NO_FILE:
            continue
        one = made(fault, there)
        with portal.db.begin() as db:  # of another fault's lists none is kept
            db.execute(delete(SeenBundle))
        portal.last_lists._fetched = (world.clock.now(), bundle(keys_dir, one, world.clock.now()))
        shown, code = at_the_counter(world, clerk, one.text)
        expected = None if fault.name in NOT_ASKED else fault.code or OWN_WORDS.get(fault.verdict)
        if (shown == "valid") is not (expected is None) or code != expected:
            wrong[fault.name] = (shown, code, expected)
    assert wrong == {}


def test_every_exception_is_a_fault() -> None:
    """No excuse outlives its fault."""
    assert ELSEWHERE.keys() | NO_FILE.keys() | NOT_ASKED <= faults().keys()
    assert NONE not in ELSEWHERE | NO_FILE
