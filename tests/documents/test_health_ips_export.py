"""Health documents as an International Patient Summary (HL7 IPS on FHIR R4): valid, whole, and back as it went."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from health_support import BOOK, FACILITIES, book, content, issue_all

from idp import pki
from idp.db import Database
from idp.documents import issuance, status
from idp.documents.document import Document, DocumentStatus
from idp.documents.health import exporting, ips_codes, ips_reading, ips_writing
from idp.documents.health.errors import NothingToExport
from idp.documents.health.ips_writing import Exported
from idp.documents.health.record import Record
from idp.documents.issuance import Issuing

EMPTY = {"allergies": [], "conditions": [], "immunizations": []}
REQUIRED = {ips_codes.PROBLEMS, ips_codes.ALLERGIES, ips_codes.MEDICATIONS}
LOINC_CODE = re.compile(r"[0-9]{3,5}-[0-9]")


def exported(documents: list[Document], now: datetime) -> Exported:
    return ips_writing.write(documents, pki.issuer_profiles(), now)


def back(made: Exported) -> Record:
    return ips_reading.read(made.text.encode(), FACILITIES)


@pytest.fixture
def documents(db: Database, issuing: Issuing, now: datetime) -> list[Document]:
    """A full book and two visits, of two hospitals."""
    with db.begin() as session:
        return issue_all(session, issuing, now)


@pytest.fixture
def bare(db: Database, issuing: Issuing, now: datetime) -> list[Document]:
    """A book with nothing in it."""
    changes = dict.fromkeys(BOOK) | {"document_number": "MP-SSK-2", "history": EMPTY}
    with db.begin() as session:
        return [issuance.issue(session, issuing, book(**changes), now)]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for below in value.values():
            yield from references(below)
    elif isinstance(value, list):
        for below in value:
            yield from references(below)


def test_it_keeps_the_rules_of_the_profiles(documents: list[Document], bare: list[Document], now: datetime) -> None:
    """Bundle-uv-ips and Composition-uv-ips: the rules that the library's base models do not know."""
    for which in (documents, bare):
        keeps_the_rules(exported(which, now).bundle)


def keeps_the_rules(bundle: Any) -> None:
    entries = bundle["entry"]
    urls = [entry["fullUrl"] for entry in entries]
    assert bundle["type"] == "document"
    assert bundle["identifier"]["system"]
    assert bundle["identifier"]["value"]
    assert bundle["timestamp"]
    assert len(urls) == len(set(urls))
    composition, kinds = entries[0]["resource"], [entry["resource"]["resourceType"] for entry in entries]
    assert composition["resourceType"] == "Composition"
    assert kinds.count("Composition") == kinds.count("Patient") == 1
    assert composition["type"]["coding"][0] | {"display": ""} == {
        "system": "http://loinc.org", "code": "60591-5", "display": "",
    }  # fmt: skip
    assert {"status", "subject", "date", "author", "title", "custodian"} <= composition.keys()
    codes = [section["code"]["coding"][0] for section in composition["section"]]
    assert all(code["system"] == "http://loinc.org" and LOINC_CODE.fullmatch(code["code"]) for code in codes)
    assert {code["code"] for code in codes} >= REQUIRED
    for section in composition["section"]:
        assert section["title"]
        assert section["text"]["div"].startswith('<div xmlns="http://www.w3.org/1999/xhtml">')
        assert section["entry"]
    assert set(references(bundle)) <= set(urls)
    reached, waiting = set(), [urls[0]]
    while waiting:  # a document holds what its Composition leads to, in either direction
        url = waiting.pop()
        reached.add(url)
        linked = set(references(entries[urls.index(url)]))
        waiting += [one for one in linked if one not in reached]
    assert reached == set(urls)


def test_the_library_takes_it(documents: list[Document], bare: list[Document], now: datetime) -> None:
    """And says of it the same, nothing added or lost."""
    from fhir.resources.R4B.bundle import Bundle

    for which in (documents, bare):
        made = exported(which, now)
        read = Bundle.model_validate_json(made.text)
        assert json.loads(read.model_dump_json()) == json.loads(made.text)


def test_base_rules_of_r4(documents: list[Document], now: datetime) -> None:
    """con-4 and con-5, ait-1: states that go together; every resource has a subject and a code."""
    bundle: Any = exported(documents, now).bundle
    for entry in bundle["entry"]:
        one = entry["resource"]
        if one["resourceType"] == "Condition":
            state = one.get("clinicalStatus", {}).get("coding", [{}])[0].get("code")
            assert "abatementDateTime" not in one or state in ("inactive", "resolved", "remission")
        if one["resourceType"] == "AllergyIntolerance":
            assert one["clinicalStatus"]["coding"][0]["code"] == "active"
        if one["resourceType"] in ("Condition", "Observation", "Procedure", "MedicationRequest"):
            assert one["subject"]["reference"].startswith("urn:uuid:")


def test_it_comes_back_as_it_went(documents: list[Document], now: datetime) -> None:
    """import(export(x)) == x, for every field of the book and of each visit."""
    record = back(exported(documents, now))
    assert json.loads(json.dumps(record.book)) == content(documents[0])
    found = {(one.issuer_id, one.claims["document_number"]): dict(one.claims) for one in record.visits}
    assert found == {(one.issuer_id, one.document_number): content(one) for one in documents[1:]}
    assert record.keeper == documents[0].issuer_id
    assert [one.path for one in record.left_out] == ["Bundle.entry[0].Composition.date"]


def test_nothing_comes_back_as_nothing(bare: list[Document], now: datetime) -> None:
    """ "No information" entries make no illness, allergy or medicine."""
    made = exported(bare, now)
    absent = re.findall(r'"code": "(no-[a-z-]+)"', made.text)
    assert sorted(absent) == ["no-allergy-info", "no-medication-info", "no-problem-info"]
    record = back(made)
    assert record.book == {"document_number": "MP-SSK-2", "history": EMPTY}
    assert [one.path for one in record.left_out] == ["Bundle.entry[0].Composition.date"]


def test_active_and_past_stand_apart(documents: list[Document], now: datetime) -> None:
    bundle: Any = exported(documents, now).bundle
    lines = {
        section["code"]["coding"][0]["code"]: re.findall(r"<li>(.*?)</li>", section["text"]["div"])
        for section in bundle["entry"][0]["resource"]["section"]
    }
    assert lines[ips_codes.PROBLEMS] == ["Tăng huyết áp 2018 đến nay", "Đau nửa đầu"]
    assert "Viêm ruột thừa &lt;cấp&gt; &amp; mủ 05/03/2008" in lines[ips_codes.PAST]


def test_what_a_summary_cannot_carry_is_listed(
    db: Database, issuing: Issuing, documents: list[Document], now: datetime
) -> None:
    """The signatures, and documents that are not in force."""
    with db.begin() as session:
        status.set_status(session, issuing.audit, documents[2].id, DocumentStatus.SUSPENDED, now, "test")
        made = exporting.export(session, issuing.issuers, issuing.audit, documents[0].holder, now)
    left = {(one.path, one.reason) for one in made.left_out}
    assert left == {
        ("health-book MP-SSK-1", ips_writing.SIGNATURE),
        ("health-encounter LK-1", ips_writing.SIGNATURE),
        ("health-encounter LK-1", ips_writing.NOT_IN_FORCE),
    }
    assert "Ia Thử" not in made.text


def test_without_a_book(db: Database, issuing: Issuing, documents: list[Document], now: datetime) -> None:
    with pytest.raises(NothingToExport):
        exported(documents[1:], now)
    with db.begin() as session:
        status.set_status(session, issuing.audit, documents[0].id, DocumentStatus.REVOKED, now, "test")
        with pytest.raises(NothingToExport):
            exporting.export(session, issuing.issuers, issuing.audit, documents[0].holder, now)


def test_the_same_documents_give_the_same_ids(documents: list[Document], now: datetime) -> None:
    """So that a receiver can tell what it knows already."""
    first, second = exported(documents, now).bundle, exported(documents, now).bundle
    assert first == second


def test_it_says_what_it_is(documents: list[Document], now: datetime) -> None:
    bundle: Any = exported(documents, now).bundle
    assert "MÔ PHỎNG / MOCK" in bundle["entry"][0]["resource"]["title"]
    assert documents[0].sd_jwt.split(".")[2][:20] not in json.dumps(bundle)
