"""HL7 International Patient Summary (FHIR R4): what is taken, what is refused, and what is told to be left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from health_support import LAN, PUBLISHED, history, lans, published, read, resource

from idp.documents.health import identity
from idp.documents.health.errors import NotASummary, Unreadable, WrongPerson
from idp.documents.health.ips_codes import NUMBER_SYSTEM
from idp.documents.health.record import NO_DAY, NONE_KNOWN, NOT_TRUE

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_examples(name: str) -> None:
    """HL7's own examples are read as they stand, and every leaf of them is either taken or listed."""
    record = read(published(name))
    assert record.format == "ips"
    assert all(one.path.startswith("Bundle.entry[") for one in record.left_out)
    told = history(published(name))
    assert any(told.values())


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_examples_are_somebody_elses(name: str) -> None:
    """Nobody's wallet takes them: their patient is not the person."""
    with pytest.raises(WrongPerson, match="identifier"):
        identity.check(read(published(name)).patients, LAN)


def test_what_the_fullest_example_becomes() -> None:
    told = history(published("bundle-01"))
    assert [one["diagnosis"] for one in told["conditions"]] == [
        "Menopausal flushing (finding)",
        "Malignant tumor of breast",
    ]
    assert told["conditions"][0] | {"diagnosis": ""} == {"when": "2015 đến nay", "code": "N95.1", "diagnosis": ""}
    assert told["conditions"][1]["status"] == "remission"
    assert [one["type"] for one in told["allergies"]] == ["Thuốc"]
    assert told["allergies"][0]["criticality"] == "high"
    assert [one["name"] for one in told["medications"]] == [
        "Product containing anastrozole (medicinal product)", "Black Cohosh Extract herbal supplement",
    ]  # fmt: skip
    assert len(told["results"]) == 6
    assert {"code": "17856-6", "value": "7.5", "unit": "%"}.items() <= told["results"][4].items()


@pytest.mark.parametrize(
    ("name", "kind", "path"),
    [
        ("bundle-01", "Condition", "severity"),
        ("bundle-01", "Condition", "code.coding[0].code"),
        ("bundle-01", "MedicationStatement", "dosage[0].timing"),
        ("bundle-01", "AllergyIntolerance", "onsetDateTime"),
        ("bundle-01", "Observation", "performer"),
        ("bundle-minimal", "Patient", "telecom"),
        ("bundle-minimal", "Composition", "attester"),
        ("bundle-no-info-required-sections", "Immunization", "lotNumber"),
    ],
)
def test_what_has_no_field_is_listed(name: str, kind: str, path: str) -> None:
    assert any(one.path.endswith(f".{kind}.{path}") for one in read(published(name)).left_out)


def test_a_new_element_anywhere_is_listed() -> None:
    """Whatever is added to a resource that is read: it is told of, never dropped in silence."""
    bundle = published("bundle-minimal")
    resource(bundle, "Condition")["note"] = [{"text": "đừng quên"}]
    resource(bundle, "AllergyIntolerance")["lastOccurrence"] = "2020"
    resource(bundle, "MedicationStatement")["reasonCode"] = [{"text": "K"}]
    paths = " ".join(one.path for one in read(bundle).left_out)
    assert all(one in paths for one in ("Condition.note", "AllergyIntolerance.lastOccurrence", "reasonCode"))


def test_an_entry_of_no_section_is_listed() -> None:
    """What no section refers to is no part of the summary, and is told of whole."""
    bundle = published("bundle-minimal")
    subject = {"reference": bundle["entry"][1]["fullUrl"]}
    extra = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": subject}
    bundle["entry"].append({"fullUrl": "urn:uuid:6e1fb74a-742b-4c7b-8487-171dacb88767", "resource": extra})
    assert any(one.path == "Bundle.entry[8].Flag" for one in read(bundle).left_out)


def test_a_narrative_with_more_in_it_is_listed() -> None:
    bundle = published("bundle-minimal")
    div = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'
    resource(bundle, "Condition")["text"] = {"status": "additional", "div": div}
    assert any(one.path.endswith("Condition.text") for one in read(bundle).left_out)


def test_a_section_of_words_alone_is_listed() -> None:
    """A plan of care that stands in the narrative only has no field of ours."""
    bundle = published("bundle-minimal")
    div = '<div xmlns="http://www.w3.org/1999/xhtml">Khám lại sau 5 năm</div>'
    plan = {"title": "Plan", "text": {"status": "generated", "div": div}}
    resource(bundle, "Composition")["section"].append(plan)
    assert any(one.path.endswith("section[3].text") for one in read(bundle).left_out)


UNTRUE = {"coding": [{"code": "refuted"}]}
NO_ALLERGY = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003", "display": "No known allergy"}]}


@pytest.mark.parametrize(
    ("name", "kind", "changes", "reason"),
    [
        ("bundle-minimal", "AllergyIntolerance", {"verificationStatus": UNTRUE}, NOT_TRUE),
        ("bundle-minimal", "Condition", {"verificationStatus": UNTRUE}, NOT_TRUE),
        ("bundle-minimal", "MedicationStatement", {"status": "not-taken"}, NOT_TRUE),
        ("bundle-no-info-required-sections", "Immunization", {"status": "not-done"}, NOT_TRUE),
        ("bundle-no-info-required-sections", "Immunization", {"occurrenceDateTime": "2020"}, NO_DAY),
        ("bundle-01", "Observation", {"status": "entered-in-error"}, NOT_TRUE),
        ("bundle-minimal", "AllergyIntolerance", {"code": NO_ALLERGY}, NONE_KNOWN),
        ("bundle-minimal", "Condition", {"code": NO_ALLERGY}, NONE_KNOWN),
    ],
)
def test_what_is_not_so_is_never_taken(name: str, kind: str, changes: dict[str, Any], reason: str) -> None:
    """A refuted allergy, a vaccination not given, "no known allergy": none becomes an entry, each is told of."""
    bundle = published(name)
    whole = read(bundle)
    resource(bundle, kind).update(changes)
    record = read(bundle)
    assert [one.reason for one in record.left_out if one.path.endswith(f".{kind}")].count(reason) >= 1
    before, after = whole.book["history"], record.book["history"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert sum(map(len, after.values())) == sum(map(len, before.values())) - 1


def _drop_composition(bundle: dict[str, Any]) -> None:
    del bundle["entry"][0]


def _second_type(bundle: dict[str, Any]) -> None:
    bundle["entry"][0]["resource"]["type"]["coding"][0]["code"] = "34133-9"


def _dangling(bundle: dict[str, Any]) -> None:
    bundle["entry"][0]["resource"]["section"][0]["entry"][0]["reference"] = "urn:uuid:nowhere"


def _in_error(bundle: dict[str, Any]) -> None:
    resource(bundle, "Composition")["status"] = "entered-in-error"


def _no_subject(bundle: dict[str, Any]) -> None:
    bundle["entry"][0]["resource"]["subject"]["reference"] = bundle["entry"][2]["fullUrl"]


def _same_url(bundle: dict[str, Any]) -> None:
    bundle["entry"][2]["fullUrl"] = bundle["entry"][1]["fullUrl"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda bundle: bundle.update(type="collection"), "Bundle.type"),
        (_drop_composition, "Bundle.entry[0]"),
        (_second_type, "Composition.type"),
        (_in_error, "Composition.status"),
        (_dangling, "section[0].entry[0]"),
        (_no_subject, "Composition.subject"),
        (_same_url, "Bundle.entry[2].fullUrl"),
        (lambda bundle: bundle["entry"][3].pop("resource"), "Bundle.entry[3]"),
    ],
    ids=["collection", "composition", "type", "in-error", "dangling", "subject", "url", "resource"],
)
def test_what_is_no_summary(change: Change, where: str) -> None:
    bundle = published("bundle-minimal")
    change(bundle)
    with pytest.raises(NotASummary) as refused:
        read(bundle)
    assert where in refused.value.where


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (
            lambda bundle: resource(bundle, "Patient").update(birthDate="14/03/1990"),
            "Bundle.entry[1].resource.birthDate",
        ),
        (lambda bundle: resource(bundle, "Patient").update(colour="red"), "Bundle.entry[1].resource.colour"),
        (lambda bundle: resource(bundle, "Condition").pop("subject"), "Bundle.entry[4].resource.subject"),
        (lambda bundle: resource(bundle, "Condition").update(resourceType="Condtion"), "Bundle.entry"),
        (lambda bundle: bundle.update(entry="many"), "Bundle.entry"),
    ],
    ids=["date", "unknown", "missing", "type", "list"],
)
def test_what_is_not_valid_fhir(change: Change, where: str) -> None:
    """The library refuses it, with the path in the resource; no value is repeated."""
    bundle = published("bundle-minimal")
    change(bundle)
    with pytest.raises(Unreadable) as refused:
        read(bundle)
    assert refused.value.where == where
    assert "14/03/1990" not in str(refused.value)


def test_another_patient_within() -> None:
    """One resource about somebody else spoils the whole."""
    bundle = lans(published("bundle-minimal"))
    resource(bundle, "Condition")["subject"] = {"reference": "urn:uuid:somebody"}
    with pytest.raises(WrongPerson, match=r"entry\[4\].Condition.subject"):
        read(bundle)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"birthDate": "1990-03-15"}, "birthDate"),
        ({"name": [{"text": "Nguyễn Thị Lan"}]}, "name"),
        ({"gender": "male"}, "gender"),
        ({"identifier": [{"system": NUMBER_SYSTEM, "value": "065190000102"}]}, "identifier"),
        ({"identifier": [{"value": "065190000101"}]}, "identifier"),
        ({"identifier": [{"type": {"coding": [{"code": "NI"}]}, "value": "1"}]}, "identifier"),
    ],
)  # fmt: skip
def test_the_wrong_person(changes: dict[str, Any], where: str) -> None:
    """Number, name, birth date and sex must each agree; the message names the place, not the value."""
    bundle = lans(published("bundle-minimal"))
    identity.check(read(bundle).patients, LAN)
    resource(bundle, "Patient").update(changes)
    with pytest.raises(WrongPerson) as refused:
        identity.check(read(bundle).patients, LAN)
    assert refused.value.where.endswith(f"Patient.{where}")
    assert "0651" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        {"text": "NGUYỄN  THỊ MAI LAN"},
        {"family": "Nguyễn", "given": ["Thị", "Mai Lan"]},
        {"text": "Nguyê\u0303n Thị Mai Lan"},
    ],
    ids=["capitals", "parts", "decomposed"],
)
def test_a_name_may_be_written_otherwise(name: dict[str, Any]) -> None:
    bundle = lans(published("bundle-minimal"))
    resource(bundle, "Patient")["name"] = [name]
    identity.check(read(bundle).patients, LAN)


def test_a_sex_that_is_unknown() -> None:
    """Contradicts nothing, and is listed."""
    bundle = lans(published("bundle-minimal"))
    resource(bundle, "Patient")["gender"] = "unknown"
    identity.check(read(bundle).patients, LAN)
    assert any(one.path.endswith("Patient.gender") for one in read(bundle).left_out)
