"""What the tests of issuing share: a content for each type, and a check by the verifier."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from idp import pki, trust_list
from idp.documents.document_types import document_types
from idp.documents.issuance import Issuing, NewDocument
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

PROVIDER = "http://localhost:5000"
HOLDER = "subject-of-lan"
NUMBER = "065190000101"
PERSON = {
    "personal_id_number": NUMBER,
    "full_name": "Nguyễn Thị Mai Lan",
    "birthdate": "1990-03-14",
    "sex": "female",
}
HISTORY = {
    "allergies": [{"type": "Thuốc", "allergen": "Penicillin", "manifestation": "Mày đay"}],
    "conditions": [],
    "immunizations": [{"vaccine": "BCG", "antigen": "Lao", "dose": 1, "date": "1990-03-15"}],
}
CONTENT: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "identity-document": (
        "police-ministry",
        {"document_number": "MP-1", "nationalities": ["VN"], "permanent_address": "Số 12, đường Thử Nghiệm"},
    ),
    "health-book": ("hospital-song-ba", {"document_number": "MP-2", "history": HISTORY}),
    "health-encounter": (
        "hospital-bien-ho",
        {
            "document_number": "MP-3",
            "facility": "Bệnh viện Biển Hồ (MÔ PHỎNG)",
            "admitted": "2026-11-01T08:00:00+07:00",
            "discharged": "2026-11-01T09:00:00+07:00",
            "encounter_type": "Khám bệnh ngoại trú",
            "reason": "Ho",
            "discharge_diagnosis": [{"code": "J20.9", "diagnosis": "Viêm phế quản cấp"}],
            "outcome": "Khỏi",
            "physician": "BS. Mẫu",
        },
    ),
    "judicial-record-1": (
        "police-ministry",
        {
            "certificate_number": "MP-4",
            "signer": "Người Ký Mẫu",
            "birthplace": "Sông Ba",
            "nationality": "Việt Nam",
            "residence": "Sông Ba",
            "criminal_status": "không có án tích",
            "convictions": [],
            "business_ban": "không yêu cầu",
        },
    ),
    "judicial-record-2": (
        "police-ministry",
        {
            "certificate_number": "MP-5",
            "signer": "Người Ký Mẫu",
            "birthplace": "Sông Ba",
            "nationality": "Việt Nam",
            "residence": "Sông Ba",
            "criminal_status": "không có án tích",
            "convictions": [],
            "business_ban": "không bị cấm",
        },
    ),
    "health-insurance": (
        "social-insurance",
        {
            "document_number": "MP-6",
            "card_number": "MP 4 65 0650000101",
            "valid_from": "2026-01-01",
            "valid_to": "2026-12-31",
            "primary_facility": "Trạm Y tế",
            "benefit_level": "80%",
        },
    ),
}
TYPES = tuple(CONTENT)


@dataclass
class RecordedAudit:
    """The audit port, remembering what it was told."""

    entries: list[dict[str, Any]] = field(default_factory=list)

    def record(self, _session: Session, **entry: Any) -> None:
        self.entries.append(entry)


def new_document(type_id: str, issued_on: date = date(2026, 11, 2), **changes: object) -> NewDocument:
    """A document of this type that may be issued; a claim changed to None is left out."""
    issuer_id, claims = CONTENT[type_id]
    authority = {"issuing_authority": pki.issuer_profiles()[issuer_id].name["vi"]}
    told = {**PERSON, **authority, **claims, **changes}
    kept = {name: value for name, value in told.items() if value is not None}
    return NewDocument(HOLDER, document_types().by_id(type_id), issuer_id, kept, issued_on)


def jwt_part(token: str, part: int) -> dict[str, Any]:
    """Header (0) or payload (1) of a JWT, unverified."""
    text = token.partition("~")[0].split(".")[part]
    return dict(json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def trust(keys_dir: Path, now: datetime) -> TrustList:
    return TrustList.load(trust_list.current(keys_dir, PROVIDER, now), root=pki.root(keys_dir).certificate, now=now)


def verified(session: Session, issuing: Issuing, keys_dir: Path, sd_jwt: str, now: datetime) -> VerifiedDocument:
    """What the verifier says of a document, with the status list as it stands."""
    uri = jwt_part(sd_jwt, 1)["status"]["status_list"]["uri"]
    issuer_id, number = uri.rsplit("/", 2)[1:]
    token = StatusTokens(issuing.issuers, PROVIDER, keys_dir).token(session, issuer_id, int(number), now)
    assert token is not None
    lists = StatusLists({uri: token.text})
    return verify(
        sd_jwt, trust=trust(keys_dir, now), now=now, key_binding=NO_KEY_BINDING, person=NUMBER, status=lists
    )
