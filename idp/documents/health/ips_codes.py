"""Codes of the International Patient Summary (HL7 IPS 2.0.1 on FHIR R4), and those of our own that it may carry."""

from __future__ import annotations

from collections.abc import Mapping

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
HL7 = "http://terminology.hl7.org/CodeSystem"
ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
SUMMARY_TYPE = "60591-5"

#: Section codes (IPS, Composition profile), with the title that they bear in an export.
PROBLEMS, PAST, ALLERGIES, MEDICATIONS = "11450-4", "11348-0", "48765-2", "10160-0"
IMMUNIZATIONS, RESULTS, PROCEDURES, PLAN = "11369-6", "30954-2", "47519-4", "18776-5"
ENCOUNTERS, NARRATIVE = "46240-8", "11503-0"
TITLES: Mapping[str, tuple[str, str]] = {
    PROBLEMS: ("Problem list - Reported", "Bệnh đang mắc / Active problems"),
    ALLERGIES: ("Allergies and adverse reactions Document", "Dị ứng / Allergies"),
    MEDICATIONS: ("History of Medication use Narrative", "Thuốc / Medication"),
    PAST: ("History of Past illness note", "Bệnh đã mắc / Past illness"),
    IMMUNIZATIONS: ("History of Immunization Narrative", "Tiêm chủng / Immunizations"),
    RESULTS: ("Relevant diagnostic tests/laboratory data note", "Cận lâm sàng / Results"),
    PROCEDURES: ("History of Procedures Document", "Phẫu thuật, thủ thuật / Procedures"),
    PLAN: ("Plan of care note", "Lời dặn, hẹn khám / Plan of treatment"),
    ENCOUNTERS: ("History of Hospitalizations+Outpatient visits Narrative", "Lượt khám / Encounters"),
    NARRATIVE: ("Medical records", "Tóm tắt bệnh án / Medical summary"),
}

#: What we call by our own names: identifiers, the parts of a medical summary, what R4 has no element for.
OWN = "https://vn-mock.example/fhir"
NUMBER_SYSTEM, INSURANCE_SYSTEM = f"{OWN}/sid/personal-id-number", f"{OWN}/sid/health-insurance"
FACILITY_SYSTEM, BOOK_SYSTEM, VISIT_SYSTEM = f"{OWN}/sid/facility", f"{OWN}/sid/health-book", f"{OWN}/sid/encounter"
PART_SYSTEM, LOCAL_SYSTEM = f"{OWN}/CodeSystem/medical-summary", f"{OWN}/CodeSystem/local"
EXTENSION = f"{OWN}/StructureDefinition"
SUMMARY_PARTS = ("history", "course", "key_results", "treatment", "advice", "follow_up")

#: Observations that have a field of their own in an encounter.
BLOOD_GROUP, HEIGHT, WEIGHT = "882-1", "8302-2", "29463-7"

CATEGORIES: Mapping[str, str] = {
    "medication": "Thuốc",
    "food": "Thực phẩm",
    "environment": "Môi trường",
    "biologic": "Sinh phẩm",
}
OTHER_KIND = "Khác"

#: "There are none" in SNOMED CT (IPS free set): never to be read as the name of an illness or an allergen.
NONE_IN_SNOMED = frozenset(
    {
        "716186003", "409137002", "429625007", "428607008", "428197003", "160244002", "160245001", "787481004",
        "716184000", "716185004",
    }
)  # fmt: skip
UNKNOWN_DOSE = "không rõ"
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
NOT_TRUE = frozenset({"refuted", "entered-in-error"})
NOT_DONE = frozenset({"entered-in-error", "cancelled", "not-done", "not-taken", "draft", "preparation", "unknown"})
