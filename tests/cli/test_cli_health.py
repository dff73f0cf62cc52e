"""`mock-vneid documents import` and `export`: a health record in, a patient summary out, one message per mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer, Run, assert_refused, run_process

DATA = Path(__file__).parent.parent / "documents" / "health"
LAN = "065190000101"
VISITS = str(DATA / "two-visits.xml")
FOREIGN = str(DATA / "bundle-minimal.json")


@pytest.fixture
def seeded(run: Run) -> Run:
    assert run("seed").code == 0
    return run


def told(answer: Answer) -> Any:
    assert answer.code == 0, answer.err
    assert answer.err == ""
    return json.loads(answer.out)


def assert_one_line(answer: Answer, *words: str) -> None:
    """Exit 1, one message, nothing on standard output."""
    assert (answer.code, answer.out) == (1, "")
    assert len(answer.err.splitlines()) == 1
    assert [word for word in words if word not in answer.err] == [], answer.err


def test_the_whole_way(seeded: Run, tmp_path: Path, settings: Mapping[str, str]) -> None:
    """Look, import, import again, export, bring the export back, and seed once more: the record stays."""
    arguments = ("documents", "import", "--person", LAN, VISITS)
    tried = told(seeded(*arguments, "--dry-run", "--json"))
    assert (tried["dry_run"], tried["format"]) == (True, "insurance-xml")
    assert [one["change"] for one in tried["documents"]] == ["issued", "issued", "replaced"]
    assert {one["document"] for one in tried["documents"]} == {None}

    answer = seeded(*arguments)
    assert answer.code == 0
    assert answer.out.splitlines()[:3] == [
        "issued     health-encounter MPLK26110001, signed by hospital-song-ba",
        "issued     health-encounter MPLK26110002, signed by hospital-ia-thu",
        "replaced   health-book MP-SSK-000101, signed by hospital-song-ba",
    ]
    line = "  XML2.DON_GIA (2 times): cost and administration; rows 1, 2 of MA_LK MPLK26110001"
    assert line in answer.out.splitlines()

    again = told(seeded(*arguments, "--json"))
    assert {one["change"] for one in again["documents"]} == {"unchanged"}
    rows = [{"row": one, "MA_LK": "MPLK26110001", "STT": str(one)} for one in (1, 2)]
    assert {"path": "XML2.DON_GIA", "reason": "cost and administration", "count": 2, "rows": rows} in again[
        "left_out"
    ]

    file = tmp_path / "summary.json"
    written = told(seeded("documents", "export", "--person", LAN, "-o", str(file), "--json"))
    assert written["file"] == str(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text("utf-8"))["type"] == "document"
    back = told(seeded("documents", "import", "--person", LAN, str(file), "--json"))
    assert back["format"] == "ips"
    assert {one["change"] for one in back["documents"]} == {"unchanged"}
    assert len(back["documents"]) == 5

    assert seeded("seed").code == 0
    after = told(seeded("documents", "import", "--person", LAN, VISITS, "--json"))
    assert {one["change"] for one in after["documents"]} == {"unchanged"}
    copies = {one.name for one in (Path(settings["IDP_KEYS_DIR"]) / "status").iterdir()}
    assert "hospital-ia-thu.jwt" in copies  # so that the new documents can be checked without a network


def test_streams_of_a_real_process(seeded: Run) -> None:
    """Standard input in, the Bundle alone on standard output, the report beside it."""
    assert seeded("documents", "import", "--person", LAN, VISITS).code == 0
    exported = run_process("documents", "export", "--person", LAN)
    assert json.loads(exported.out)["resourceType"] == "Bundle"
    assert exported.err.startswith("left out: 5")
    brought = run_process("documents", "import", "--person", LAN, "-", stdin=exported.out)
    assert brought.code == 0
    assert brought.out.count("unchanged") == 5


def test_a_dry_export_writes_nothing(seeded: Run, tmp_path: Path) -> None:
    file = tmp_path / "summary.json"
    answer = seeded("documents", "export", "--person", LAN, "-o", str(file), "--dry-run")
    assert answer.code == 0
    assert answer.out.startswith("left out: 3")
    assert not file.exists()


def test_refusals(seeded: Run, tmp_path: Path) -> None:
    """Exit 1 and the place: in the resource, or by table and line."""
    assert_one_line(seeded("documents", "import", "--person", LAN, FOREIGN), "Bundle.entry[1].Patient.identifier")
    assert_one_line(seeded("documents", "import", "--person", "065075000707", VISITS), "XML1.SO_CCCD, line 18")
    assert_one_line(seeded("documents", "import", "--person", LAN, VISITS, "--keeper", "hospital-ia-thu"), "--keeper")
    plain = tmp_path / "plain.txt"
    plain.write_text("plain")
    assert_one_line(seeded("documents", "import", "--person", LAN, str(plain)), "--format")
    assert_one_line(seeded("documents", "import", "--person", LAN, FOREIGN, FOREIGN), "one file")
    assert_one_line(seeded("documents", "import", "--person", LAN, "--format", "ips", VISITS), "not usable as JSON")
    assert_one_line(seeded("documents", "import", "--person", LAN, "--format", "insurance-xml", FOREIGN), "XML")
    assert_one_line(seeded("documents", "export", "--person", "065085000202"), "no health book in force")
    for_machines = seeded("documents", "import", "--person", LAN, FOREIGN, "--json")
    assert for_machines.code == 1
    assert json.loads(for_machines.out)["error"] == "wrong_person"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["import", VISITS], "--person"),
        (["import", "--person", LAN], "FILE"),
        (["import", "--person", "12", VISITS], "12 digits"),
        (["import", "--person", LAN, "--format", "hl7v2", VISITS], "--format"),
        (["import", "--person", LAN, "/nowhere.json"], "/nowhere.json"),
        (["import", "--person", LAN, VISITS], "mock-vneid seed"),
        (["export"], "--person"),
        (["export", "--person", LAN], "mock-vneid seed"),
        (["export", "--person", LAN, "--format", "pdf"], "--format"),
        (["make-believe"], "make-believe"),
    ],
)
def test_wrong_use(run: Run, arguments: list[str], says: str) -> None:
    assert_refused(run("documents", *arguments), says)


def test_whom_nobody_knows(seeded: Run, tmp_path: Path) -> None:
    """And a file that cannot be written."""
    assert_refused(seeded("documents", "import", "--person", "065190999999", VISITS), "mock-vneid personas")
    assert_refused(seeded("documents", "import", "--person", "065198000303", VISITS), "identity level 2")
    target = tmp_path / "no" / "summary.json"
    assert_refused(seeded("documents", "export", "--person", LAN, "-o", str(target)), str(target.parent))
