"""What an officer does to a document, seen by the portal: within the list's `ttl`, and each state told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from records_desk import Citizen, issued

from demo_client.decision import Accepted, Expected, Judge, ListsUnavailable, Refused
from demo_client.lists import Lists
from demo_client.outbound import FetchError
from demo_client.procedures.model import DocumentNeed
from idp import pki
from idp.clock import FixedClock
from idp.db import Database
from idp.documents import holder_keys, type_metadata
from idp.documents.offline.type_data import TypeData
from idp.documents.sd_jwt.key_binding import bind
from idp.documents.sd_jwt.selecting import present
from idp.documents.verifier.answers import Answer
from idp.encryption import AtRest

MINH, ISSUER, AUDIENCE, NONCE = "065085000202", "http://localhost:5000", "demo-portal", "n-1"
VCT = "urn:vn-mock:judicial-record-1:1"
TTL = timedelta(seconds=60)


@dataclass
class Provider:
    """What the portal fetches comes from the provider itself; the line between them can be cut."""

    client: FlaskClient
    cut: bool = False

    def get(self, url: str, media_type: str) -> str:
        answer = self.client.get(url.removeprefix(ISSUER), headers={"Accept": media_type})
        if self.cut or answer.status_code != 200:
            raise FetchError("cut")
        return answer.text


@pytest.fixture
def provider(app: Flask) -> Provider:
    return Provider(app.test_client())


def test_each_change_reaches_the_portal(
    app: Flask, clock: FixedClock, db: Database, keys_dir: Path, provider: Provider
) -> None:
    """Suspended, restored, superseded, revoked; out of reach is no verdict; nothing of it reads as valid."""
    citizen = Citizen.of(app, MINH)
    desk, document, _ = issued(app, clock, citizen, "judicial-record-1", purpose="lawyer")
    judge = Judge(pki.root(keys_dir).certificate, Lists(provider, ISSUER), AUDIENCE, _types)
    shown = _shown(db, keys_dir, clock, citizen.file(document), document)
    act = f"documents/{document}"

    assert _accepted(judge, shown, clock).document.answers.in_force is Answer.YES
    for change, code in (("suspend.under_verification", "suspended"), ("resume.verified", None)):
        assert desk.act(act, change=change).status_code == 303
        clock.instant += TTL
        assert _code(judge, shown, clock) == code
    # The line is cut: what was fetched serves for its ttl, and no longer.
    provider.cut = True
    clock.instant += TTL - timedelta(seconds=1)
    assert _code(judge, shown, clock) is None
    clock.instant += timedelta(seconds=1)
    with pytest.raises(ListsUnavailable):
        _code(judge, shown, clock)
    provider.cut = False
    assert desk.act(act, change="amend.mistake_corrected").status_code == 303
    assert _code(judge, shown, clock) == "superseded"
    newer = citizen.documents()[0]
    shown = _shown(db, keys_dir, clock, citizen.file(newer), newer)
    clock.instant += TTL
    assert _code(judge, shown, clock) is None
    assert desk.act(f"documents/{newer}", change="revoke.court_decision", confirmed="yes").status_code == 303
    clock.instant += TTL
    assert _code(judge, shown, clock) == "revoked"


def _types(vct: str, _now: datetime) -> TypeData:
    return TypeData.read([type_metadata.document_bytes(vct).decode()])


def _shown(db: Database, keys_dir: Path, clock: FixedClock, file: str, document_id: str) -> Callable[[], str]:
    """Makes a fresh presentation each time."""
    with db.read() as session:
        key = holder_keys.open_key(session, AtRest.from_file(keys_dir / "at-rest.key"), document_id)
    selected = present(file, [("personal_id_number",)])
    return lambda: bind(selected, holder_key=key, audience=AUDIENCE, nonce=NONCE, issued_at=clock.now())


def _accepted(judge: Judge, shown: Callable[[], str], clock: FixedClock) -> Accepted:
    query = {"credentials": [{"id": "record", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claims": []}]}
    need = DocumentNeed(VCT, (("personal_id_number",),), 180, True, {})
    expected = Expected(query, {"record": need}, NONCE, MINH)
    (accepted,) = judge.decide({"record": [shown()]}, expected, clock.now(), None)
    return accepted


def _code(judge: Judge, shown: Callable[[], str], clock: FixedClock) -> str | None:
    """Why it is refused; None where it is accepted."""
    try:
        return None if _accepted(judge, shown, clock) else "nothing"
    except Refused as refused:
        return refused.code
