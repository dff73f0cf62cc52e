"""The fault catalogue at the portal's counter: no faulty document, code or PDF file is good, each for its reason."""

from __future__ import annotations

import io
import re
from pathlib import Path

from fault_world import made_world
from flask.testing import FlaskClient
from portal_browser import World
from portal_documents import ISSUER
from sqlalchemy import delete

from demo_client import store
from demo_client.models import SeenBundle
from idp import pki
from idp.documents import type_metadata
from idp.documents.faults.catalogue import CONTROLS, Fault, faults, faults_of, made
from idp.documents.faults.plan import Made
from idp.documents.faults.world import base64_der
from idp.documents.offline.bundle import TYPE
from idp.documents.sd_jwt.jws import sign

#: What the counter does not ask: it takes a document of anybody and of every type that the clerk is shown.
NOT_ASKED = {
    "wrong-holder", "person-not-shown", "person-as-number", "person-missing", "vct-confusion", "qr-another-type",
    "pdf-with-wrong-holder", "pdf-with-vct-confusion",
}  # fmt: skip
#: Without a network nobody can be asked again, so an old list serves until its end: good as of then, and said so.
OUTDATED = {"stale-status", "qr-stale-status", "pdf-with-stale-status"}
#: The counter's own words, or another check that comes first there.
OTHERWISE: dict[str, str] = {}
#: What the counter has no place for, and why.
ELSEWHERE = {
    "trust-list-rolled-back": "it has seen no newer list yet: test_demo_counter_lists.py",
    "qr-trust-list-rolled-back": "the same",
    "too-long": "turned away at the door with 413: test_demo_hostile_responses.py",
}


def bundle(one: Made, keys_dir: Path, world: World) -> str:
    """The lists of this document in one file, as the provider signs them."""
    root, now = pki.root(keys_dir), int(world.clock.now().timestamp())
    payload = {
        "iss": ISSUER, "iat": now, "exp": now + 86_400, "root": base64_der(root.certificate),
        "trust_list": one.trust_list, "status_lists": list(one.status_lists.values()),
        "type_metadata": type_metadata.texts(),
    }  # fmt: skip
    return sign({"typ": TYPE, "kid": pki.key_identifier(root.certificate)}, payload, root.key)


def handed_over(world: World, clerk: FlaskClient, token: str, one: Made) -> tuple[str, str]:
    """Drop the file; the verdict and the code of the receipt that the page offers."""
    data = {"csrf_token": token, "file": (io.BytesIO(one.data), "file")}
    page = clerk.post("/clerk/counter", data=data, content_type="multipart/form-data")
    found = re.search(r'href="/clerk/receipts/([^"]+)"', page.get_data(as_text=True))
    assert found, page.status_code
    with world.app.extensions["mock_portal"].db.read() as db:
        receipt = store.receipt(db, found[1])
    assert receipt is not None
    return receipt.verdict, receipt.code or ""


def expected(fault: Fault) -> tuple[str, ...]:
    if fault.name in CONTROLS.values() or fault.name in NOT_ASKED:
        return ("good", "")
    if fault.name in OUTDATED:
        return ("outdated", "status_outdated")
    code = OTHERWISE.get(fault.name, fault.code)
    return ("refused or could_not", code or "status_not_checked")


def test_each_is_refused_for_its_reason(world: World, clerk: FlaskClient, keys_dir: Path) -> None:
    """Dropped as a file, like any clerk would; the controls are good."""
    faulty = made_world(keys_dir, world.clock.now())
    token, last, wrong = world.token(clerk), world.app.extensions["mock_portal"].last_lists, {}
    for fault in faults().values():
        if fault.name in ELSEWHERE or fault.bound:
            continue
        one = made(fault, faulty)
        last._fetched = (world.clock.now(), bundle(one, keys_dir, world))  # of another fault's lists none is kept
        with world.app.extensions["mock_portal"].db.begin() as db:
            db.execute(delete(SeenBundle))
        found = handed_over(world, clerk, token, one)
        told = ("refused or could_not" if found[0] in ("refused", "could_not") else found[0], found[1])
        if told != expected(fault):
            wrong[fault.name] = (found, expected(fault))
    assert wrong == {}, "\n".join(f"{name}: {told}" for name, told in wrong.items())


def test_every_exception_is_a_fault() -> None:
    """No excuse outlives its fault."""
    assert (NOT_ASKED | OUTDATED | OTHERWISE.keys() | ELSEWHERE.keys()) <= faults().keys()
    assert not {*CONTROLS.values()} & (NOT_ASKED | OUTDATED | OTHERWISE.keys() | ELSEWHERE.keys())
    assert len(faults_of("code")) > 80
