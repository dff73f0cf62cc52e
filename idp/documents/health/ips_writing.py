"""A holder's health documents as an International Patient Summary: a FHIR R4 document Bundle (HL7 IPS 2.0.1).

What a summary cannot carry is listed. It is not signed: the proof stays with the SD-JWT files it was made of.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from idp.documents.document import Document
from idp.documents.health import ips_codes as codes
from idp.documents.health import ips_resources as resources
from idp.documents.health.errors import NothingToExport
from idp.documents.health.facilities import BOOK, ENCOUNTER
from idp.documents.health.ips_encounter import Visits
from idp.documents.health.ips_resources import Json, Writer, coding
from idp.documents.health.record import LeftOut
from idp.documents.issuance import VIETNAM, content_of
from idp.pki import IssuerProfile

MEDIA_TYPE = "application/fhir+json"
#: What a summary says where nothing is known (IPS, absent and unknown data), for the three sections it must have.
NOTHING: Mapping[str, tuple[str, str]] = {
    codes.PROBLEMS: ("Condition", "no-problem-info"),
    codes.ALLERGIES: ("AllergyIntolerance", "no-allergy-info"),
    codes.MEDICATIONS: ("MedicationStatement", "no-medication-info"),
}
NO_INFORMATION = "Không có thông tin / No information"
SIGNATURE = "a summary is not signed; the proof is the SD-JWT file"
NOT_IN_FORCE = "the document is not in force"


@dataclass(frozen=True)
class Exported:
    """The Bundle, and what of the documents it does not hold."""

    bundle: Json
    left_out: tuple[LeftOut, ...]

    @property
    def number(self) -> str:
        """The number of the health book that it was made of."""
        entries = self.bundle["entry"]
        return str(entries[0]["resource"]["identifier"]["value"]) if isinstance(entries, list) else ""

    @property
    def entries(self) -> int:
        """How many resources there are, the Composition among them."""
        listed = self.bundle["entry"]
        return len(listed) if isinstance(listed, list) else 0

    @property
    def text(self) -> str:
        return json.dumps(self.bundle, ensure_ascii=False, indent=2) + "\n"


def write(documents: Iterable[Document], issuers: Mapping[str, IssuerProfile], now: datetime) -> Exported:
    """Of the newest book in force and of every encounter in force. Raises NothingToExport."""
    health = [one for one in documents if one.vct in (BOOK, ENCOUNTER)]
    valid = [one for one in health if one.state(now) == "valid"]
    book = next((one for one in valid if one.vct == BOOK), None)
    if book is None:
        raise NothingToExport("", "there is no health book in force, and a summary is an export of one")
    visits = sorted((one for one in valid if one.vct == ENCOUNTER), key=lambda one: str(content_of(one)["admitted"]))
    left = [LeftOut(_name(one), NOT_IN_FORCE) for one in health if one not in valid]
    left += [LeftOut(_name(one), "another health book is newer") for one in valid if one.vct == BOOK and one != book]
    left += [LeftOut(_name(one), SIGNATURE) for one in (book, *visits)]
    writer = Writer(seed=book.document_number)
    claims = content_of(book)
    writer.patient = writer.put("Patient", resources.patient(claims))
    keeper = _organization(writer, issuers[book.issuer_id])
    _history(writer, claims)
    _summary(writer, claims)
    for one in visits:
        Visits(writer, _organization(writer, issuers[one.issuer_id])).put(content_of(one), one.issuer_id)
    for section, (kind, code) in NOTHING.items():
        if section not in writer.sections:
            _nothing(writer, section, kind, code)
    composition = _composition(writer, claims, keeper, now)
    return Exported(_bundle(writer, composition, now), tuple(left))


def _name(one: Document) -> str:
    return f"{one.type.id} {one.document_number}"


def _organization(writer: Writer, issuer: IssuerProfile) -> str:
    return writer.put("Organization", resources.organization(issuer.name["vi"], issuer.facility), issuer.id)


def _history(writer: Writer, claims: Mapping[str, object]) -> None:
    history = claims["history"]
    assert isinstance(history, Mapping)  # noqa: S101 - the type says so
    for index, one in enumerate(history["allergies"]):
        url = writer.put("AllergyIntolerance", resources.allergy(writer, one), index)
        writer.show(codes.ALLERGIES, url, f"{one['allergen']} ({one['type']})")
    for index, one in enumerate(history["conditions"]):
        url = writer.put("Condition", resources.condition(writer, one), index)
        section = codes.PROBLEMS if resources.is_active(one) else codes.PAST
        writer.show(section, url, " ".join(str(one[name]) for name in ("diagnosis", "when") if name in one))
    for index, one in enumerate(history["immunizations"]):
        url = writer.put("Immunization", resources.immunization(writer, one), index)
        writer.show(codes.IMMUNIZATIONS, url, f"{one['vaccine']}, {one['date']}")
    for index, one in enumerate(history.get("medications", ())):
        url = writer.put("MedicationStatement", resources.statement(writer, one), index)
        writer.show(codes.MEDICATIONS, url, str(one["name"]))
    for index, one in enumerate(history.get("results", ())):
        url = writer.put("Observation", resources.book_result(writer, one), index)
        writer.show(codes.RESULTS, url, f"{one['name']}: {one['value']} {one.get('unit', '')}".strip())
    for index, one in enumerate(history.get("procedures", ())):
        url = writer.put("Procedure", resources.procedure(writer, one), index)
        writer.show(codes.PROCEDURES, url, str(one["name"]))


def _summary(writer: Writer, claims: Mapping[str, object]) -> None:
    """Each part an observation by our own code, with the physician who says so."""
    summary = claims.get("summary")
    if not isinstance(summary, Mapping):
        return
    physician = str(summary["physician"])
    by = writer.put("Practitioner", {"name": [resources.text(physician)]}, physician)
    for name in codes.SUMMARY_PARTS:
        if name not in summary:
            continue
        part = {
            "status": "final",
            "code": coding(codes.PART_SYSTEM, name),
            "subject": writer.subject,
            "performer": [{"reference": by}],
            "valueString": summary[name],
        }
        writer.show(codes.NARRATIVE, writer.put("Observation", part, "summary", name), str(summary[name]))


def _nothing(writer: Writer, section: str, kind: str, code: str) -> None:
    said = coding(codes.ABSENT, code)
    about = "patient" if kind == "AllergyIntolerance" else "subject"
    resource: Json = {about: writer.subject, "code": said}
    if kind == "MedicationStatement":
        del resource["code"]
        unknown = {"extension": [{"url": codes.DATA_ABSENT, "valueCode": "unknown"}]}
        resource |= {"status": "unknown", "medicationCodeableConcept": said, "_effectiveDateTime": unknown}
    else:
        system = "allergyintolerance-clinical" if kind == "AllergyIntolerance" else "condition-clinical"
        resource["clinicalStatus"] = coding(f"{codes.HL7}/{system}", "active")
    if kind == "Condition":
        resource["category"] = [coding(codes.LOINC, "75326-9", "Problem")]
    writer.show(section, writer.put(kind, resource, "nothing"), NO_INFORMATION)


def _composition(writer: Writer, claims: Mapping[str, object], keeper: str, now: datetime) -> Json:
    url = writer.url("Composition")
    local = now.astimezone(VIETNAM)
    return {
        "fullUrl": url,
        "resource": {
            "resourceType": "Composition",
            "id": url.removeprefix("urn:uuid:"),
            "identifier": {"system": codes.BOOK_SYSTEM, "value": claims["document_number"]},
            "status": "final",
            "type": coding(codes.LOINC, codes.SUMMARY_TYPE, "Patient summary Document"),
            "subject": writer.subject,
            "date": local.isoformat(timespec="seconds"),
            "author": [{"reference": keeper}],
            "custodian": {"reference": keeper},
            "confidentiality": "N",
            "title": f"Sổ sức khỏe điện tử / International Patient Summary (MÔ PHỎNG / MOCK), {local:%d/%m/%Y}",
            "section": [_section(writer, code) for code in codes.TITLES if code in writer.sections],
        },
    }


def _section(writer: Writer, code: str) -> Json:
    display, title = codes.TITLES[code]
    rows = "".join(f"<li>{html.escape(line, quote=False)}</li>" for _url, line in writer.sections[code])
    return {
        "title": title,
        "code": coding(codes.LOINC, code, display),
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{rows}</ul></div>'},
        "entry": [{"reference": url} for url, _line in writer.sections[code]],
    }


def _bundle(writer: Writer, composition: Json, now: datetime) -> Json:
    return {
        "resourceType": "Bundle",
        "meta": {"profile": ["http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips"]},
        "language": "vi-VN",
        "identifier": {"system": f"{codes.OWN}/sid/bundle", "value": writer.url("Bundle", now.isoformat())},
        "type": "document",
        "timestamp": now.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "entry": [composition, *writer.entries],
    }
