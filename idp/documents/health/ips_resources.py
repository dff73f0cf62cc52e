"""Resources of an exported summary, one function a kind, made of the claims of our documents."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.documents.health import ips_codes as codes
from idp.documents.health import ips_times as times

Json = dict[str, object]
#: One name space: the same documents give the same resource ids.
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, codes.OWN)


@dataclass
class Writer:
    """The entries of the Bundle so far, and the entries of each section."""

    seed: str
    patient: str = ""
    entries: list[Json] = field(default_factory=list)
    sections: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def url(self, *parts: object) -> str:
        return f"urn:uuid:{uuid.uuid5(SPACE, '/'.join(map(str, (self.seed, *parts))))}"

    def put(self, kind: str, resource: Json, *parts: object) -> str:
        """Add a resource; a same one is there once only. Its `fullUrl` comes back."""
        url = self.url(kind, *parts)
        if all(entry["fullUrl"] != url for entry in self.entries):
            told = {name: value for name, value in resource.items() if value not in (None, [], {})}
            identity = {"resourceType": kind, "id": url.removeprefix("urn:uuid:")}
            self.entries.append({"fullUrl": url, "resource": {**identity, **told}})
        return url

    def show(self, section: str, url: str, line: str) -> None:
        """An entry of a section, and the line of its narrative."""
        self.sections.setdefault(section, []).append((url, line))

    @property
    def subject(self) -> Json:
        return {"reference": self.patient}


def coding(system: str, code: str, display: str | None = None) -> Json:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def text(words: object) -> Json:
    return {"text": str(words)}


def extension(**named: object) -> list[Json]:
    return [{"url": f"{codes.EXTENSION}/{name}", "valueString": value} for name, value in named.items() if value]


def patient(claims: Mapping[str, object]) -> Json:
    """With what the book says of her: number, insurance number, address, primary facility, guardian."""
    number = {
        "type": coding(f"{codes.HL7}/v2-0203", "NI"),
        "system": codes.NUMBER_SYSTEM,
        "value": claims["personal_id_number"],
    }
    insurance = claims.get("insurance_number")
    return {
        "identifier": [number, *([{"system": codes.INSURANCE_SYSTEM, "value": insurance}] if insurance else [])],
        "name": [{"use": "official", "text": claims["full_name"]}],
        "gender": claims["sex"],
        "birthDate": claims["birthdate"],
        "address": [text(claims["address"])] if "address" in claims else None,
        "contact": [_guardian(claims["legal_representative"])] if "legal_representative" in claims else None,
        "generalPractitioner": [{"display": claims["primary_facility"]}] if "primary_facility" in claims else None,
    }


def _guardian(claims: object) -> Json:
    told = claims if isinstance(claims, Mapping) else {}
    phone = [{"system": "phone", "value": told["phone"]}] if "phone" in told else None
    relation = {**coding(f"{codes.HL7}/v3-RoleCode", "GUARD"), **text(told["relationship"])}
    contact = {"relationship": [relation], "name": text(told["full_name"]), "telecom": phone}
    return {name: value for name, value in contact.items() if value}


def organization(name: str, facility: str) -> Json:
    return {"identifier": [{"system": codes.FACILITY_SYSTEM, "value": facility}], "name": name}


def allergy(writer: Writer, claims: Mapping[str, object]) -> Json:
    category = next((code for code, words in codes.CATEGORIES.items() if words == claims["type"]), None)
    kind = None if category or claims["type"] == codes.OTHER_KIND else claims["type"]
    manifestation = claims.get("manifestation")
    return {
        "extension": extension(kind=kind),
        "clinicalStatus": coding(f"{codes.HL7}/allergyintolerance-clinical", "active"),
        "verificationStatus": coding(f"{codes.HL7}/allergyintolerance-verification", "confirmed"),
        "type": "allergy",
        "category": [category] if category else None,
        "criticality": claims.get("criticality"),
        "code": text(claims["allergen"]),
        "patient": writer.subject,
        "reaction": [{"manifestation": [text(manifestation)]}] if manifestation else None,
    }


def condition(writer: Writer, claims: Mapping[str, object]) -> Json:
    when = times.read(_word(claims.get("when")))
    status = claims.get("status") or when.implied_status
    return {
        "extension": extension(place=claims.get("place")),
        "clinicalStatus": coding(f"{codes.HL7}/condition-clinical", str(status)) if status else None,
        "verificationStatus": coding(f"{codes.HL7}/condition-ver-status", "confirmed"),
        "category": [coding(codes.LOINC, "75326-9", "Problem")],
        "code": _illness(claims),
        "subject": writer.subject,
        "onsetDateTime": when.start,
        "onsetString": when.words,
        "abatementDateTime": when.end,
    }


def _illness(claims: Mapping[str, object]) -> Json:
    code = claims.get("code")
    return {**(coding(codes.ICD_10, str(code)) if code else {}), **text(claims["diagnosis"])}


def is_active(claims: Mapping[str, object]) -> bool:
    """On the problem list, rather than among past illnesses."""
    status = claims.get("status") or times.read(_word(claims.get("when"))).implied_status
    return status in ("active", "recurrence", "relapse")


def immunization(writer: Writer, claims: Mapping[str, object]) -> Json:
    protocol: Json = {}
    if "antigen" in claims:
        protocol["targetDisease"] = [text(claims["antigen"])]
    if "dose" in claims:
        protocol["doseNumberPositiveInt"] = claims["dose"]
    elif protocol:  # R4 wants a dose number wherever a protocol is told of
        protocol["doseNumberString"] = codes.UNKNOWN_DOSE
    return {
        "status": "completed",
        "vaccineCode": text(claims["vaccine"]),
        "patient": writer.subject,
        "occurrenceDateTime": claims["date"],
        "location": {"display": claims["place"]} if "place" in claims else None,
        "protocolApplied": [protocol] if protocol else None,
    }


def statement(writer: Writer, claims: Mapping[str, object]) -> Json:
    """Medication in use, of the book."""
    when = times.read(_word(claims.get("when")))
    period = {"start": when.start, "end": when.end}
    lasting = when.ongoing or when.end
    unknown = {"extension": [{"url": codes.DATA_ABSENT, "valueCode": "unknown"}]}
    return {
        "extension": extension(strength=claims.get("strength"), when=when.words),
        "status": "active",
        "medicationCodeableConcept": text(claims["name"]),
        "subject": writer.subject,
        "effectiveDateTime": None if lasting else when.start,
        "_effectiveDateTime": unknown if when.start is None else None,
        "effectivePeriod": {name: value for name, value in period.items() if value} if lasting else None,
        "dosage": [_dosage(claims)] if {"dose", "usage"} & claims.keys() else None,
    }


def request(writer: Writer, encounter: str, claims: Mapping[str, object]) -> Json:
    """Medication that was prescribed in a visit."""
    return {
        "extension": extension(strength=claims.get("strength"), quantity=claims.get("quantity")),
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": text(claims["name"]),
        "subject": writer.subject,
        "encounter": {"reference": encounter},
        "dosageInstruction": [_dosage(claims)] if {"dose", "usage"} & claims.keys() else None,
    }


def _dosage(claims: Mapping[str, object]) -> Json:
    route = {"route": text(claims["usage"])} if "usage" in claims else {}
    return {**({"text": claims["dose"]} if "dose" in claims else {}), **route}


def result(writer: Writer, claims: Mapping[str, object], instant: object, encounter: str | None = None) -> Json:
    """A test result. A value with a unit is told as a quantity where it is a number exactly as written."""
    value, unit = str(claims["value"]), claims.get("unit")
    number = _number(value) if unit else None
    told: Json = {"valueQuantity": {"value": number, "unit": unit}} if number is not None else {"valueString": value}
    return {
        "extension": extension(unit=unit) if number is None else None,
        "status": "final",
        "category": [coding(f"{codes.HL7}/observation-category", "laboratory")],
        "code": _named(claims),
        "subject": writer.subject,
        "encounter": {"reference": encounter} if encounter else None,
        "effectiveDateTime": instant,
        "_effectiveDateTime": None
        if instant
        else {"extension": [{"url": codes.DATA_ABSENT, "valueCode": "unknown"}]},
        **told,
        "note": [text(claims["conclusion"])] if "conclusion" in claims else None,
    }


def book_result(writer: Writer, claims: Mapping[str, object]) -> Json:
    """A result that belongs to no visit, with its own time."""
    when = times.read(_word(claims.get("when")))
    lasting = when.end is not None or when.ongoing
    made = result(writer, claims, when.start)
    period = {name: value for name, value in (("start", when.start), ("end", when.end)) if value}
    if lasting:
        made |= {"effectiveDateTime": None, "effectivePeriod": period}
    own = made["extension"]
    made["extension"] = [*(own if isinstance(own, list) else []), *extension(when=when.words)]
    return made


def measurement(writer: Writer, code: str, name: str, value: object, unit: str | None, at: object, of: str) -> Json:
    """Blood group, height or weight, by LOINC."""
    told: Json = {"valueString": value} if unit is None else {"valueQuantity": _ucum(value, unit)}
    return {
        "status": "final",
        "category": [coding(f"{codes.HL7}/observation-category", "vital-signs" if unit else "laboratory")],
        "code": {**coding(codes.LOINC, code), **text(name)},
        "subject": writer.subject,
        "encounter": {"reference": of},
        "effectiveDateTime": at,
        **told,
    }


def _ucum(value: object, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


def _named(claims: Mapping[str, object]) -> Json:
    """LOINC codes as such (digits, a dash, a check digit), any other as the hospital's own."""
    code = claims.get("code")
    if not code:
        return text(claims["name"])
    main, dash, check = str(code).partition("-")
    loinc = bool(dash) and main.isdigit() and len(check) == 1 and check.isdigit()
    return {**coding(codes.LOINC if loinc else codes.LOCAL_SYSTEM, str(code)), **text(claims["name"])}


def procedure(writer: Writer, claims: Mapping[str, object], encounter: str | None = None) -> Json:
    when = times.read(_word(claims.get("when")))
    start = claims.get("date") or when.start
    lasting = when.end is not None or when.ongoing
    period = {name: value for name, value in (("start", when.start), ("end", when.end)) if value}
    unknown = {"extension": [{"url": codes.DATA_ABSENT, "valueCode": "unknown"}]}
    return {
        "status": "completed",
        "code": {
            **(coding(codes.LOCAL_SYSTEM, str(claims["code"])) if "code" in claims else {}),
            **text(claims["name"]),
        },
        "subject": writer.subject,
        "encounter": {"reference": encounter} if encounter else None,
        "performedDateTime": None if lasting else start,
        "_performedDateTime": unknown if not (start or when.words) else None,
        "performedPeriod": period if lasting else None,
        "performedString": when.words,
    }


def _number(value: str) -> int | float | None:
    """The JSON number that is written exactly so, or None."""
    for kind in (int, float):
        try:
            number = kind(value)
        except ValueError:
            continue
        if str(number) == value and number not in (float("inf"), float("-inf")):
            return number
    return None


def _word(value: object) -> str | None:
    return None if value is None else str(value)
