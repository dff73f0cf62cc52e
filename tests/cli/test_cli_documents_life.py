"""`mock-vneid documents revoke|suspend|resume|amend`: a CI run takes a document back without a browser."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LAN, TUAN = "065190000101", "065089001515"
WHY = ("--reason", "test run", "--json")


@pytest.fixture
def seeded(run: Run) -> None:
    assert run("seed").code == 0


@pytest.fixture
def database(settings: dict[str, str], seeded: None) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(Path(settings["IDP_DATA_DIR"]) / "idp.sqlite3")
    yield connection
    connection.close()


def test_a_document_lives_and_ends(run: Run, database: sqlite3.Connection, tmp_path: Path) -> None:
    """Suspended, resumed, amended, revoked: `verify` says each at once, and the audit record who and why."""
    whose = ("--person", LAN, "--type", "judicial-record-1")
    first = json.loads(run("documents", "suspend", *whose, *WHY).out)
    assert first["status"] == "suspended"
    (text,) = database.execute("SELECT sd_jwt FROM document WHERE id = ?", (first["id"],)).fetchone()
    file = tmp_path / "record.sd-jwt"
    file.write_text(text)

    def code() -> str | None:
        found: str | None = json.loads(run("verify", str(file), "--json").out)["code"]
        return found

    assert code() == "suspended"
    assert run("documents", "resume", "--id", first["id"], *WHY).code == 0
    assert code() is None
    amended = json.loads(
        run("documents", "amend", "--id", first["id"], "--set", "residence=Thôn 1", "--case", "7/2026", *WHY).out
    )
    assert amended["id"] != first["id"]
    assert code() == "superseded"
    (text,) = database.execute("SELECT sd_jwt FROM document WHERE id = ?", (amended["id"],)).fetchone()
    file.write_text(text)
    assert code() is None
    assert json.loads(run("documents", "revoke", *whose, *WHY).out)["id"] == amended["id"]
    assert code() == "revoked"
    again = run("documents", "resume", "--id", amended["id"], *WHY)
    assert (again.code, "nothing leads back" in again.err) == (2, True)
    query = "SELECT details FROM audit_record WHERE event = 'document.status' ORDER BY sequence"
    rows = database.execute(query).fetchall()
    told = [json.loads(details) for (details,) in rows if "command" in details]
    assert [one["status"] for one in told] == ["suspended", "valid", "superseded", "revoked"]
    assert {one["reason"] for one in told} == {"test run"}
    assert told[2]["case"] == "7/2026"


def test_what_cannot_be_found_or_done(run: Run, seeded: None) -> None:
    """Exit 2, and what to do about it; nothing is written."""
    complaints = {
        ("revoke", "--id", "nothing"): "no document with this id",
        ("revoke", "--person", LAN): "--person and --type",
        ("revoke", "--person", "065000000000", "--type", "health-book"): "nobody with an account",
        ("revoke", "--person", LAN, "--type", "health-encounter"): "add --number",
        ("revoke", "--person", LAN, "--type", "urn:vn-mock:none:1"): "0 current documents",
        ("amend", "--person", LAN, "--type", "health-book", "--set", "address"): "CLAIM=VALUE",
        ("amend", "--person", LAN, "--type", "health-book", "--set", "personal_id_number=1"): "whose it is",
        ("amend", "--person", LAN, "--type", "health-book", "--set", "history=[1"): "must be JSON",
        ("amend", "--person", LAN, "--type", "health-book", "--set", "no_claim=1"): "no_claim",
        ("amend", "--person", LAN, "--type", "health-book", "--issued-on", "soon"): "a date such as",
        ("suspend", "--person", LAN, "--type", "health-book", "--reason", " "): "1 to 200",
    }
    for arguments, complaint in complaints.items():
        answer = run("documents", *arguments, *(() if "--reason" in arguments else WHY))
        assert (answer.code, complaint in answer.err) == (2, True), (arguments, answer.err)
