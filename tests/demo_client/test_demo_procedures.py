"""The catalogue as data: enough of it, within the law of its day, and strict about mistakes."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from demo_client.dcql import query_for
from demo_client.procedures.loading import ProcedureError, load
from demo_client.procedures.model import Means, Procedures

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 11, 24)
NUMBER_2 = "urn:vn-mock:judicial-record-2:1"


@pytest.fixture(scope="module")
def procedures() -> Procedures:
    return load()


def document_types() -> dict[str, dict[str, object]]:
    """The issuers' own description of each type."""
    files = (ROOT / "idp" / "documents" / "types").glob("*.toml")
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return {str(table["vct"]): table for table in tables}


def test_at_least_twenty(procedures: Procedures) -> None:
    """Twenty real procedures in force, in several fields, on each side of every change of law."""
    for day in (date(2025, 1, 1), date(2025, 7, 1), date(2026, 7, 1), TODAY):
        assert len(procedures.on(day)) >= 20
    assert len(procedures.sectors) >= 5


def test_nobody_asks_for_certificate_no_2(procedures: Procedures) -> None:
    """From 1 July 2026 nobody may (Law 107/2025/QH15); this portal never did electronically."""
    for one in procedures.versions:
        assert "urn:vn-mock:judicial-record-2:1" not in str(query_for(one))
    for one in procedures.on(date(2026, 7, 1)):
        assert all("số 2" not in part.name.vi for part in one.components)


def test_only_types_that_the_portal_is_registered_for(procedures: Procedures) -> None:
    """The wallet refuses anything else."""
    registered = document_types().keys() - {NUMBER_2}
    for one in procedures.versions:
        assert {need.vct for need in one.documents.values()} <= registered


def test_every_type_is_of_use(procedures: Procedures) -> None:
    """What a wallet may hold, some procedure in force asks for; of visits, a hospital reads in the health book."""
    asked = {need.vct for one in procedures.on(TODAY) for need in one.documents.values()}
    assert document_types().keys() - asked == {NUMBER_2, "urn:vn-mock:health-encounter:1"}


def test_what_needs_a_clerk_can_happen(procedures: Procedures) -> None:
    """A value that no document of the type may have would never be found."""
    types = document_types()
    for one in procedures.on(TODAY):
        for need in one.documents.values():
            claims = {claim["path"]: claim for claim in types[need.vct]["claim"]}  # type: ignore[attr-defined]
            for name, value in need.review_when.items():
                assert (name,) in need.claims
                assert claims[name].get("sd", "never") == "never", (one.slug, name)
                assert isinstance(value, bool | int) or value in claims[name]["values"]


def test_the_number_is_always_asked_for(procedures: Procedures) -> None:
    """First of all claims, in every query."""
    for one in procedures.versions:
        for credential in query_for(one)["credentials"]:
            assert credential["claims"][0] == {"path": ["personal_id_number"]}


def test_every_claim_asked_for_exists(procedures: Procedures) -> None:
    """A query for a claim that no issuer writes could never be satisfied."""
    types = document_types()
    for one in procedures.on(TODAY):
        for need in one.documents.values():
            known = {claim["path"] for claim in types[need.vct]["claim"]}  # type: ignore[attr-defined]
            assert {".".join(path) for path in need.claims} <= known, (one.slug, need.vct)


def test_decisive_facts_of_a_criminal_record_are_asked_for(procedures: Procedures) -> None:
    """Status, convictions and ban come together, from no older than half a year, and a conviction is told."""
    for one in procedures.on(TODAY):
        for need in one.documents.values():
            if need.vct == "urn:vn-mock:judicial-record-1:1":
                assert {("criminal_status",), ("convictions",), ("business_ban",)} <= set(need.claims)
                assert need.max_age_days == 180
                assert need.review_when == {"criminal_status": "có án tích"}


def test_every_level_needed_is_met_by_a_wallet(procedures: Procedures) -> None:
    """Only level 2 accounts have a wallet, so what asks for documents asks for level 2."""
    for one in procedures.versions:
        assert one.level == 2 or not one.documents


@pytest.mark.parametrize(
    ("slug", "before", "after"),
    [
        ("doi-giay-phep-lai-xe", date(2025, 2, 28), date(2025, 3, 1)),
        ("cap-chung-chi-hanh-nghe-luat-su", date(2025, 6, 30), date(2025, 7, 1)),
        ("dang-ky-ho-kinh-doanh", date(2025, 6, 30), date(2025, 7, 1)),
        ("tro-cap-xa-hoi-hang-thang", date(2025, 6, 30), date(2025, 7, 1)),
        ("cap-phieu-ly-lich-tu-phap-so-1", date(2025, 2, 28), date(2025, 3, 1)),
    ],
)
def test_authority_moves_with_the_law(procedures: Procedures, slug: str, before: date, after: date) -> None:
    """Two-tier government from 1 July 2025; licences and records moved to the police in March 2025."""
    old, new = procedures.find(slug, before), procedures.find(slug, after)
    assert old
    assert new
    assert old.authority != new.authority


def test_paper_until_the_law_made_the_electronic_certificate_equal(procedures: Procedures) -> None:
    """Law 107/2025/QH15, in force on 1 July 2026."""
    slug = "cap-chung-chi-hanh-nghe-luat-su"
    old, new = procedures.find(slug, date(2026, 6, 30)), procedures.find(slug, date(2026, 7, 1))
    assert old
    assert new
    assert not old.documents
    assert new.documents["judicial_record"].vct == "urn:vn-mock:judicial-record-1:1"


def test_some_replace_nothing_and_some_take_a_choice(procedures: Procedures) -> None:
    """The catalogue shows every shape: no e-document, one, two, and an optional one."""
    today = procedures.on(TODAY)
    assert any(not one.documents for one in today)
    assert any(len(one.documents) > 1 for one in today)
    assert any("credential_sets" in query_for(one) for one in today)
    assert any(part.means is Means.PAPER for one in today for part in one.components)


def test_an_optional_document_stands_in_a_set_of_its_own(procedures: Procedures) -> None:
    """DCQL 6.2: one required set with all that must come, and one that may be left out."""
    one = procedures.find("cap-chung-chi-hanh-nghe-luat-su", TODAY)
    assert one
    assert query_for(one)["credential_sets"] == [
        {"options": [["judicial_record"]]},
        {"options": [["health_certificate"]], "required": False},
    ]


GOOD = """
[sector]
vi = "Một"
en = "One"
[[procedure]]
slug = "x"
name = { vi = "Tên", en = "Name" }
authority = { vi = "A", en = "A" }
legal_basis = []
days = 1
level = 1
component = []
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD + 'colour = "red"\n', "x: unknown key colour"),
        (GOOD.replace("level = 1", "level = 3"), "x: level must be 1 or 2"),
        (GOOD.replace("days = 1\n", ""), "x: days is missing"),
        (GOOD.replace('en = "Name"', 'en = ""'), "x.name: both languages"),
        (
            GOOD.replace("component = []", 'component = [{ id = "a", name = { vi = "A", en = "A" }, vct = "v" }]'),
            "x.a:",
        ),
        (GOOD + 'version = [{ from = "2026-01-01" }]\n', "x: from and until are dates"),
        (GOOD + "version = [{ from = 2026-01-01 }, { from = 2026-05-01 }]\n", "x: two versions in force"),
    ],
)
def test_a_mistake_is_told_with_file_and_place(tmp_path: Path, text: str, told: str) -> None:
    """Whoever writes a procedure learns what to mend."""
    (tmp_path / "field.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProcedureError) as error:
        load(tmp_path)
    assert "field.toml" in str(error.value)
    assert told in str(error.value)
