"""A visit as the resources of a summary: the Encounter, and everything that points back at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from idp.documents.health import ips_codes as codes
from idp.documents.health import ips_resources as resources
from idp.documents.health.ips_resources import Json, Writer, coding, text

MEASURED = (
    ("blood_group", codes.BLOOD_GROUP, "Nhóm máu", None),
    ("height_cm", codes.HEIGHT, "Chiều cao", "cm"),
    ("weight_kg", codes.WEIGHT, "Cân nặng", "kg"),
)
ACT = f"{codes.HL7}/v3-ActCode"


@dataclass(frozen=True)
class Visits:
    """Writes one hospital's visits."""

    writer: Writer
    hospital: str

    def put(self, claims: Mapping[str, object], issuer_id: str) -> None:
        number = str(claims["document_number"])
        key = (issuer_id, number)
        url = self.writer.url("Encounter", *key)
        conditions = [self._diagnosis(url, one, key, index) for index, one in _each(claims, "discharge_diagnosis")]
        self.writer.put("Encounter", self._encounter(claims, conditions), *key)
        self.writer.show(codes.ENCOUNTERS, url, f"{claims['admitted']}: {claims['facility']}, {claims['reason']}")
        self._measurements(url, claims, key)
        for index, one in _each(claims, "results"):
            made = resources.result(self.writer, one, claims["discharged"], url)
            self._show(codes.RESULTS, "Observation", made, f"{one['name']}: {one['value']}", *key, index)
        for index, one in _each(claims, "procedures"):
            made = resources.procedure(self.writer, one, url)
            self._show(codes.PROCEDURES, "Procedure", made, str(one["name"]), *key, index)
        for index, one in _each(claims, "medications"):
            made = resources.request(self.writer, url, one)
            self._show(codes.MEDICATIONS, "MedicationRequest", made, str(one["name"]), *key, index)
        if {"advice", "follow_up"} & claims.keys():
            line = str(claims.get("advice") or claims["follow_up"])
            self._show(codes.PLAN, "CarePlan", self._plan(url, claims), line, *key)

    def _show(self, section: str, kind: str, resource: Json, line: str, *key: object) -> None:
        self.writer.show(section, self.writer.put(kind, resource, "visit", *key), line)

    def _encounter(self, claims: Mapping[str, object], conditions: Sequence[str]) -> Json:
        physician = str(claims["physician"])
        by = self.writer.put("Practitioner", {"name": [text(physician)]}, physician)
        use = coding(f"{codes.HL7}/diagnosis-role", "DD")
        return {
            "extension": resources.extension(insurance_number=claims.get("insurance_number")),
            "identifier": [{"system": codes.VISIT_SYSTEM, "value": claims["document_number"]}],
            "status": "finished",
            "class": {"system": ACT, "code": _class(str(claims["encounter_type"]))},
            "type": [text(claims["encounter_type"])],
            "subject": self.writer.subject,
            "participant": [{"individual": {"reference": by}}],
            "period": {"start": claims["admitted"], "end": claims["discharged"]},
            "reasonCode": [text(claims["reason"])],
            "diagnosis": [{"condition": {"reference": one}, "use": use} for one in conditions],
            "hospitalization": {"dischargeDisposition": text(claims["outcome"])},
            "serviceProvider": {"reference": self.hospital, "display": claims["facility"]},
        }

    def _diagnosis(self, url: str, claims: Mapping[str, object], key: tuple[str, str], index: int) -> str:
        resource = resources.condition(self.writer, claims) | {
            "category": [coding(f"{codes.HL7}/condition-category", "encounter-diagnosis")],
            "encounter": {"reference": url},
        }
        return self.writer.put("Condition", resource, "visit", *key, index)

    def _measurements(self, url: str, claims: Mapping[str, object], key: tuple[str, str]) -> None:
        for name, code, label, unit in MEASURED:
            if name in claims:
                at = claims["discharged"]
                made = resources.measurement(self.writer, code, label, claims[name], unit, at, url)
                self._show(
                    codes.RESULTS, "Observation", made, f"{label}: {claims[name]} {unit or ''}".strip(), *key, name
                )

    def _plan(self, url: str, claims: Mapping[str, object]) -> Json:
        day = claims.get("follow_up")
        detail = {"kind": "Appointment", "status": "scheduled", "scheduledPeriod": {"start": day}}
        return {
            "status": "active",
            "intent": "plan",
            "description": claims.get("advice"),
            "subject": self.writer.subject,
            "encounter": {"reference": url},
            "activity": [{"detail": detail}] if day else None,
        }


def _each(claims: Mapping[str, object], name: str) -> list[tuple[int, Mapping[str, object]]]:
    found = claims.get(name)
    return list(enumerate(found)) if isinstance(found, list) else []


def _class(words: str) -> str:
    """The class that FHIR demands, by the words for the kind of visit."""
    lower = words.casefold()
    if "cấp cứu" in lower:
        return "EMER"
    return "IMP" if "nội trú" in lower else "AMB"
