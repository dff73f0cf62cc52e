"""Signed documents made of a health record: whose, by whom, in place of which, and nothing half-written."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from health_support import (
    FACILITIES,
    INSURANCE_FILE,
    LAN,
    book,
    content,
    data,
    issue_all,
    lans,
    published,
    read,
    resource,
    visits,
)
from issuing_support import HOLDER, RecordedAudit, verified

from idp.db import Database
from idp.documents import issuance, status, wallet
from idp.documents.document import Document, DocumentStatus
from idp.documents.health import importing, insurance_reading, ips_reading, ips_writing
from idp.documents.health.errors import (
    HealthRecordError,
    InTheFuture,
    MissingValue,
    NobodyKeepsTheBook,
    NothingToImport,
    WrongPerson,
)
from idp.documents.health.importing import Made
from idp.documents.health.record import FOREIGN, Record
from idp.documents.issuance import VIETNAM, Issuing
from idp.documents.issuers import MayNotSign, UnknownIssuer

INSURANCE = insurance_reading.read([INSURANCE_FILE], FACILITIES)


def bring(db: Database, issuing: Issuing, record: Record, now: datetime, keeper: str | None = None) -> list[Made]:
    with db.begin() as session:
        return importing.bring(session, issuing, LAN, record, now, keeper)


def wallet_of(db: Database) -> list[Document]:
    with db.read() as session:
        return wallet.documents_of(session, HOLDER)


def the_book(db: Database) -> Document:
    return next(one for one in wallet_of(db) if one.type.id == "health-book")


def test_each_hospital_signs_its_own(db: Database, issuing: Issuing, keys_dir: Path, now: datetime) -> None:
    """Two visits, two hospitals, one book: each verifies under its own issuer, in force, this holder's."""
    made = bring(db, issuing, INSURANCE, now, "hospital-bien-ho")
    assert [(one.type, one.issuer_id, one.change) for one in made] == [
        ("health-encounter", "hospital-song-ba", "issued"),
        ("health-encounter", "hospital-ia-thu", "issued"),
        ("health-book", "hospital-bien-ho", "issued"),
    ]
    with db.begin() as session:
        for one in wallet.documents_of(session, HOLDER):
            told = verified(session, issuing, keys_dir, one.sd_jwt, now)
            assert told.issuer.uri == issuing.issuers.profile(one.issuer_id).uri


def test_again_changes_nothing(db: Database, issuing: Issuing, now: datetime) -> None:
    bring(db, issuing, INSURANCE, now, "hospital-bien-ho")
    before = wallet_of(db)
    again = bring(db, issuing, INSURANCE, now + timedelta(days=3))
    assert {one.change for one in again} == {"unchanged"}
    assert wallet_of(db) == before


def test_the_old_book_is_superseded(db: Database, issuing: Issuing, now: datetime) -> None:
    """A new file in its place, the old one revoked; its number stays, and so does all that it said."""
    with db.begin() as session:
        old = issuance.issue(session, issuing, book(), now)
    bring(db, issuing, INSURANCE, now)
    new = the_book(db)
    assert (new.id != old.id, new.document_number, new.issuer_id) == (True, old.document_number, old.issuer_id)
    with db.read() as session:
        replaced = wallet.document(session, HOLDER, old.id)
    assert replaced is not None
    assert replaced.status is DocumentStatus.SUPERSEDED
    before: Any = content(old)["history"]
    after: Any = content(new)["history"]
    assert all(entry in after[name] for name, entries in before.items() for entry in entries)
    assert [one["code"] for one in after["conditions"] if one not in before["conditions"]] == ["J15.9"]
    assert content(new)["legal_representative"] == content(old)["legal_representative"]


def test_no_allergy_disappears(db: Database, issuing: Issuing, now: datetime) -> None:
    """A summary that says nothing of the known allergy takes none away."""
    with db.begin() as session:
        issuance.issue(session, issuing, book(), now)
    bring(db, issuing, read(lans(published("bundle-no-info-required-sections"))), now)
    history: Any = content(the_book(db))["history"]
    assert "Penicillin" in {one["allergen"] for one in history["allergies"]}
    assert "Influenza, seasonal, injectable" in {one["vaccine"] for one in history["immunizations"]}


@pytest.mark.parametrize("state", [DocumentStatus.SUSPENDED, DocumentStatus.REVOKED])
def test_what_became_of_the_old_one(db: Database, issuing: Issuing, now: datetime, state: DocumentStatus) -> None:
    """A suspension holds for the new file too; a revoked book is followed by a new one in force."""
    with db.begin() as session:
        old = issuance.issue(session, issuing, book(), now)
        status.set_status(session, issuing.audit, old.id, state, now, "test")
    bring(db, issuing, INSURANCE, now)
    [new] = [one for one in wallet_of(db) if one.type.id == "health-book"]
    assert new.status is (state if state is DocumentStatus.SUSPENDED else DocumentStatus.VALID)


def test_a_visit_that_changed(db: Database, issuing: Issuing, now: datetime) -> None:
    """The same number from the same hospital is the same visit: its file is replaced."""
    bring(db, issuing, INSURANCE, now, "hospital-bien-ho")
    text = INSURANCE_FILE.decode().replace("<KET_QUA_DTRI>2", "<KET_QUA_DTRI>1")
    made = bring(db, issuing, insurance_reading.read([text.encode()], FACILITIES), now)
    assert [one.change for one in made] == ["unchanged", "replaced", "unchanged"]
    assert len([one for one in wallet_of(db) if one.type.id == "health-encounter"]) == 2


def test_one_number_of_two_hospitals(db: Database, issuing: Issuing, now: datetime) -> None:
    """Numbers are each hospital's own."""
    with db.begin() as session:
        documents = issue_all(session, issuing, now)
    record = ips_reading.read(ips_writing.write(documents, issuing.issuers.profiles, now).text.encode(), FACILITIES)
    assert [one.claims["document_number"] for one in record.visits] == ["LK-1", "LK-1"]
    assert {one.change for one in bring(db, issuing, record, now)} == {"unchanged"}


def test_a_visit_elsewhere_is_told_of(db: Database, issuing: Issuing, now: datetime) -> None:
    """None of our hospitals may sign for another's visit."""
    with db.begin() as session:
        documents = issue_all(session, issuing, now)
    bundle = ips_writing.write(documents, issuing.issuers.profiles, now).bundle
    foreign: Any = copy.deepcopy(bundle)
    for entry in foreign["entry"]:
        if entry["resource"]["resourceType"] == "Organization" and "Ia Thử" in entry["resource"]["name"]:
            entry["resource"]["identifier"][0]["value"] = "66001"
    record = read(foreign)
    assert [one.issuer_id for one in record.visits] == ["hospital-bien-ho"]
    assert [one.reason for one in record.left_out if one.path.endswith(".Encounter")] == [FOREIGN]


def _half(record: Record, **changes: object) -> Record:
    visit = record.visits[1]
    claims: Mapping[str, object] = {**visit.claims, **changes}
    broken = type(visit)(visit.issuer_id, claims, visit.where)
    return Record(record.format, record.patients, record.book, (record.visits[0], broken), record.keeper)


@pytest.mark.parametrize(
    ("record", "keeper", "error"),
    [
        (INSURANCE, None, NobodyKeepsTheBook),
        (INSURANCE, "hospital-ia-thu", MayNotSign),
        (INSURANCE, "police-ministry", MayNotSign),
        (INSURANCE, "hospital-nowhere", UnknownIssuer),
        (_half(INSURANCE, admitted="gestern"), "hospital-bien-ho", MissingValue),
        (_half(INSURANCE, outcome=" "), "hospital-bien-ho", MissingValue),
        (ips_reading.read(data(published("bundle-01")), FACILITIES), "hospital-bien-ho", WrongPerson),
    ],
    ids=["no-keeper", "keeps-none", "no-hospital", "unknown", "second-visit", "blank", "person"],
)
def test_all_or_nothing(
    db: Database,
    issuing: Issuing,
    now: datetime,
    record: Record,
    keeper: str | None,
    error: type[Exception],
) -> None:
    """Whatever is wrong with the last document, none of the others is there."""
    with pytest.raises(error):
        bring(db, issuing, record, now, keeper)
    assert wallet_of(db) == []


def test_a_hospital_signs_health_documents_alone(issuing: Issuing) -> None:
    """The trust list holds a hospital to encounters, and, where it keeps books, to those."""
    hospitals = {one.id: one.vct for one in issuing.issuers.profiles.values() if one.facility}
    assert len(hospitals) >= 3
    health = {vct for each in hospitals.values() for vct in each if vct.startswith("urn:vn-mock:health-")}
    assert all(vct <= health and "urn:vn-mock:health-encounter:1" in vct for vct in hospitals.values())
    assert hospitals["hospital-ia-thu"] == {"urn:vn-mock:health-encounter:1"}


@pytest.mark.parametrize(
    ("begun", "taken"), [(timedelta(0), True), (timedelta(days=1), False), (timedelta(days=27_000), False)]
)
def test_a_visit_that_has_not_begun(
    db: Database, issuing: Issuing, now: datetime, begun: timedelta, taken: bool
) -> None:
    """Nobody signs what has not been; of the whole record nothing is written then."""
    first, *others = INSURANCE.visits
    later = replace(first, claims={**first.claims, "admitted": (now + begun).astimezone(VIETNAM).isoformat()})
    record = replace(INSURANCE, visits=(*others, later))
    if taken:
        assert len(bring(db, issuing, record, now, "hospital-bien-ho")) == 3
        return
    with pytest.raises(InTheFuture, match="after today"):
        bring(db, issuing, record, now, "hospital-bien-ho")
    assert wallet_of(db) == []


def test_nothing_to_import(db: Database, issuing: Issuing, now: datetime) -> None:
    bundle = lans(published("bundle-minimal"))
    for kind in ("Condition", "AllergyIntolerance"):
        resource(bundle, kind)["verificationStatus"] = {"coding": [{"code": "refuted"}]}
    resource(bundle, "MedicationStatement")["status"] = "not-taken"
    with pytest.raises(NothingToImport):
        bring(db, issuing, read(bundle), now, "hospital-song-ba")


def test_a_missing_value_says_where() -> None:
    """With the path in the resource."""
    bundle = lans(published("bundle-minimal"))
    patient = bundle["entry"][1]["fullUrl"]
    organization = resource(bundle, "Organization")
    organization["identifier"] = [{"system": "https://vn-mock.example/fhir/sid/facility", "value": "65001"}]
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": patient},
        "identifier": [{"value": "1"}],
        "type": [{"text": "Khám"}],
        "period": {"start": "2026-01-01T08:00:00+07:00", "end": "2026-01-01"},
        "serviceProvider": {"reference": bundle["entry"][3]["fullUrl"]},
    }
    url = "urn:uuid:6e1fb74a-742b-4c7b-8487-171dacb88700"
    bundle["entry"].append({"fullUrl": url, "resource": encounter})
    bundle["entry"][0]["resource"]["section"][0]["entry"].append({"reference": url})
    for where, mended in (
        ("period.end", {"period": {"start": "2026-01-01T08:00:00+07:00", "end": "2026-01-01T09:00:00+07:00"}}),
        ("reasonCode", {"reasonCode": [{"text": "Ho"}]}),
        ("diagnosis", {"diagnosis": [{"condition": {"reference": bundle["entry"][4]["fullUrl"]}}]}),
        ("hospitalization.dischargeDisposition", {"hospitalization": {"dischargeDisposition": {"text": "Khỏi"}}}),
        ("participant", {"participant": [{"individual": {"display": "BS. Mẫu"}}]}),
    ):
        with pytest.raises(MissingValue) as refused:
            read(bundle)
        assert refused.value.where == f"Bundle.entry[8].Encounter.{where}"
        encounter.update(mended)
    [visit] = read(bundle).visits
    assert visit.issuer_id == "hospital-song-ba"
    assert read(bundle).keeper == "hospital-song-ba"


def test_it_is_on_record(db: Database, issuing: Issuing, audit: RecordedAudit, now: datetime) -> None:
    """What came in, how many documents it made and how much was left out: no word of the content."""
    bring(db, issuing, INSURANCE, now, "hospital-bien-ho")
    [entry] = [one for one in audit.entries if one["event"] == "health.imported"]
    assert entry["details"] == {"format": "insurance-xml", "documents": 3, "left_out": len(INSURANCE.left_out)}


def test_every_refusal_has_a_code_of_its_own() -> None:
    kinds = HealthRecordError.__subclasses__()
    assert len({kind.code for kind in kinds} | {"refused"}) == len(kinds) + 1


def test_visits_only(db: Database, issuing: Issuing, now: datetime) -> None:
    """A visit that brings no history makes no book."""
    only = Record("insurance-xml", INSURANCE.patients, {"history": {}}, INSURANCE.visits, None)
    assert [one.type for one in bring(db, issuing, only, now)] == ["health-encounter"] * 2
    assert len(visits()) == 2
