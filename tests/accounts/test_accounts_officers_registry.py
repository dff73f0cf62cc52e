"""The registry in the whole provider: its officers come in, nobody else does, and the auditor sees what they did."""

from __future__ import annotations

import pytest
from flask import Flask

from idp.audit import officers_store
from idp.clock import FixedClock
from idp.db import Database
from tests.accounts.test_accounts_officers_organisation_composed import officer, post

LOGIN = "ket-noi"


def test_she_comes_to_her_pages(app: Flask, clock: FixedClock) -> None:
    """And to no others: she decides on nobody's account."""
    client = officer(app, clock, LOGIN)
    assert client.get("/officer/").headers["Location"] == "/registry/"
    page = client.get("/registry/").text
    assert 'data-testid="client-demo-portal"' in page
    assert "Đỗ Văn Kết" in page
    for path in ("/officer/queue", "/officer/look-up", "/officer/audit"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("login", ["can-bo", "giam-sat", "kiem-tra"])
def test_no_other_officer_comes_in(app: Flask, db: Database, clock: FixedClock, login: str) -> None:
    """Refused and recorded."""
    client = officer(app, clock, login)
    for path in ("/registry/", "/registry/new", "/registry/tokens", "/registry/clients/demo-spa/remove"):
        assert client.get(path).status_code == 403
    with db.read() as session:
        refused = officers_store.newest(session, ["officer.refused"])
    assert {entry.details["action"] for entry in refused} == {"manage_clients"}


def test_nobody_comes_in_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for path in ("/registry/", "/registry/new", "/registry/clients/demo-spa", "/registry/tokens"):
        assert client.get(path).headers["Location"] == "/officer/sign-in"


def test_a_form_needs_her_own_token(app: Flask, clock: FixedClock) -> None:
    """CSRF, in the composed provider too."""
    client = officer(app, clock, LOGIN)
    assert client.post("/registry/clients/demo-spa/disable").status_code == 400
    assert client.post("/registry/tokens", data={"csrf_token": "x" * 43}).status_code == 400


def test_the_auditor_sees_who_did_what(app: Flask, clock: FixedClock) -> None:
    """Stopped by whom, and which client."""
    client = officer(app, clock, LOGIN)
    stopped = post(client, "/registry/clients/demo-spa/disable", "/registry/clients/demo-spa/disable")
    assert stopped.status_code == 303
    page = officer(app, clock, "kiem-tra").get("/officer/audit?lang=en").text
    assert "A client was stopped" in page
    assert "Đỗ Văn Kết" in page
    assert "demo-spa" in page


def test_the_wallets_document_types_are_to_be_chosen(app: Flask, clock: FixedClock) -> None:
    """The registry knows them from the wallet, without either knowing the other."""
    page = officer(app, clock, LOGIN).get("/registry/clients/demo-portal/edit").text
    assert 'data-testid="document_types-urn:vn-mock:health-book:1"' in page
    assert 'data-testid="document_types-urn:vn-mock:judicial-record-2:1"' in page
