"""What the tests of health records share: HL7's examples for our person, a full record of our own, and reading."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from issuing_support import HOLDER, NUMBER, PERSON, new_document

from idp import pki
from idp.documents import issuance
from idp.documents.document import Document
from idp.documents.health import ips_reading
from idp.documents.health.facilities import Facilities
from idp.documents.health.record import Person, Record
from idp.documents.issuance import Issuing, NewDocument

DATA = Path(__file__).parent / "health"
#: Published by HL7 (HL7/fhir-ips, input/examples), as they stand.
PUBLISHED = ("bundle-minimal", "bundle-no-info-required-sections", "bundle-01")
FACILITIES = Facilities(pki.issuer_profiles())
LAN = Person(HOLDER, NUMBER, PERSON["full_name"], date.fromisoformat(PERSON["birthdate"]), PERSON["sex"])
INSURANCE_FILE = (DATA / "two-visits.xml").read_bytes()

HISTORY: Mapping[str, Any] = {
    "allergies": [
        {"type": "Thuốc", "allergen": "Penicillin", "manifestation": "Mày đay; khó thở", "criticality": "high"},
        {"type": "Tiếp xúc", "allergen": "Niken"},
        {"type": "Khác", "allergen": "Không rõ nguyên nhân"},
    ],
    "conditions": [
        {
            "when": "2018 đến nay",
            "place": "Bệnh viện Biển Hồ (MÔ PHỎNG)",
            "code": "I10",
            "diagnosis": "Tăng huyết áp",
        },
        {"when": "01/2015 đến 03/2015", "diagnosis": "U vú", "status": "remission"},
        {"when": "05/03/2008", "code": "K35.8", "diagnosis": "Viêm ruột thừa <cấp> & mủ"},
        {"when": "từ thuở nhỏ", "diagnosis": "Hen"},
        {"diagnosis": "Đau nửa đầu", "status": "active"},
        {"when": "2010 đến 2012", "diagnosis": "Viêm dạ dày"},
    ],
    "immunizations": [
        {"vaccine": "BCG", "antigen": "Lao", "dose": 1, "date": "1990-03-15", "place": "Trạm Y tế"},
        {"vaccine": "Cúm", "antigen": "Cúm A, cúm B", "date": "2025-10-08"},
        {"vaccine": "MMR", "date": "1991-03-15"},
    ],
    "medications": [
        {"name": "Amlodipin", "strength": "5 mg", "dose": "1 viên sáng", "usage": "Uống", "when": "2018 đến nay"},
        {"name": "Vitamin D", "when": "mùa đông"},
        {"name": "Sắt"},
        {"name": "Kẽm", "when": "06/2026"},
    ],
    "results": [
        {"code": "17856-6", "name": "HbA1c", "value": "7.5", "unit": "%", "conclusion": "Cao", "when": "10/11/2017"},
        {"code": "GLU", "name": "Đường huyết", "value": "5.10", "unit": "mmol/L"},
        {"name": "X-quang ngực", "value": "Bình thường", "when": "đầu năm"},
        {"name": "Holter", "value": "Bình thường", "when": "01/2020 đến 02/2020"},
    ],
    "procedures": [
        {"code": "47.01", "name": "Cắt ruột thừa nội soi", "when": "06/03/2008"},
        {"name": "Vật lý trị liệu", "when": "2020 đến 2021"},
        {"name": "Nhổ răng khôn"},
        {"name": "Nắn xương", "when": "hồi nhỏ"},
    ],
}
SUMMARY = {
    "history": "Tăng huyết áp",
    "course": "Ổn định",
    "key_results": "HbA1c 7,5 %",
    "treatment": "Amlodipin",
    "advice": "Ăn nhạt",
    "follow_up": "Sau 3 tháng",
    "physician": "BS. Mẫu",
}
GUARDIAN = {"full_name": "Nguyễn Văn Mẫu", "relationship": "Cha", "phone": "+84500000999"}
BOOK: Mapping[str, object] = {
    "document_number": "MP-SSK-1",
    "insurance_number": "MP 4 65 0650000101",
    "primary_facility": "Trạm Y tế phường Biển Hồ",
    "address": "Số 12, đường Thử Nghiệm",
    "legal_representative": GUARDIAN,
    "history": HISTORY,
    "summary": SUMMARY,
}
VISIT: Mapping[str, object] = {
    "document_number": "LK-1",
    "facility": "Bệnh viện Biển Hồ (MÔ PHỎNG), khoa Nội",
    "admitted": "2026-10-01T08:00:00+07:00",
    "discharged": "2026-10-04T09:30:00+07:00",
    "encounter_type": "Điều trị nội trú",
    "reason": "Sốt",
    "discharge_diagnosis": [{"code": "A97.0", "diagnosis": "Sốt xuất huyết"}, {"diagnosis": "Mất nước"}],
    "outcome": "Khỏi",
    "insurance_number": "MP 4 65 0650000101",
    "blood_group": "O Rh(+)",
    "height_cm": 158,
    "weight_kg": 52.5,
    "results": [{"code": "PLT", "name": "Tiểu cầu", "value": "92", "unit": "G/L", "conclusion": "Giảm"}],
    "procedures": [{"code": "33.24", "name": "Nội soi", "date": "2026-10-02"}, {"name": "Truyền dịch"}],
    "medications": [
        {
            "name": "Paracetamol",
            "strength": "500 mg",
            "quantity": "20 viên",
            "dose": "1 viên khi sốt",
            "usage": "Uống",
        },
        {"name": "Oresol"},
    ],
    "advice": "Nghỉ ngơi",
    "follow_up": "2026-10-11",
    "physician": "BS. Thử",
}
PLAIN_VISIT: Mapping[str, object] = {
    "document_number": "LK-1",  # another hospital may use the same number
    "facility": "Bệnh viện Ia Thử (MÔ PHỎNG)",
    "admitted": "2026-09-01T08:00:00+07:00",
    "discharged": "2026-09-01T09:00:00+07:00",
    "encounter_type": "Khám bệnh",
    "reason": "Ho",
    "discharge_diagnosis": [{"code": "J20.9", "diagnosis": "Viêm phế quản"}],
    "outcome": "Đỡ",
    "physician": "BS. Khác",
}
#: Not content, or the same for every document of a person.
COMMON = {"date_of_issuance", "issuing_authority", *PERSON}


def published(name: str) -> dict[str, Any]:
    return dict(json.loads((DATA / f"{name}.json").read_bytes()))


def lans(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The same summary about our invented person instead of the fictitious one of the example."""
    changed = copy.deepcopy(dict(bundle))
    patient = resource(changed, "Patient")
    system = "https://vn-mock.example/fhir/sid/personal-id-number"
    patient["identifier"].append({"system": system, "value": NUMBER})
    patient["name"] = [{"text": PERSON["full_name"]}]
    patient |= {"birthDate": PERSON["birthdate"], "gender": PERSON["sex"]}
    return changed


def resource(bundle: Mapping[str, Any], kind: str, index: int = 0) -> dict[str, Any]:
    found = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]
    return dict.__getitem__({"it": found[index]}, "it")


def data(bundle: Mapping[str, Any]) -> bytes:
    return json.dumps(bundle, ensure_ascii=False).encode()


def read(bundle: Mapping[str, Any]) -> Record:
    return ips_reading.read(data(bundle), FACILITIES)


def history(bundle: Mapping[str, Any]) -> Mapping[str, Any]:
    told = read(bundle).book["history"]
    assert isinstance(told, dict)
    return told


def book(issued_on: date = date(2026, 11, 2), **changes: object) -> NewDocument:
    return new_document("health-book", issued_on, **{**BOOK, **changes})


def visits(issued_on: date = date(2026, 11, 2)) -> list[NewDocument]:
    first = new_document("health-encounter", issued_on, **VISIT)
    plain = new_document("health-encounter", issued_on, **PLAIN_VISIT)
    name = pki.issuer_profiles()["hospital-ia-thu"].name["vi"]
    claims = {**plain.claims, "issuing_authority": name}
    other = NewDocument(plain.holder, plain.type, "hospital-ia-thu", claims, plain.issued_on)
    return [first, other]


def content(document: Document) -> dict[str, object]:
    """What a document says beside the person and its day."""
    return {name: value for name, value in issuance.content_of(document).items() if name not in COMMON}


def issue_all(session: Any, issuing: Issuing, now: Any) -> list[Document]:
    return [issuance.issue(session, issuing, one, now) for one in (book(), *visits())]
