"""Encounters of a summary, each as the document that its own hospital signs."""

from __future__ import annotations

from dataclasses import dataclass, field

from idp.documents.health import ips_codes as codes
from idp.documents.health import ips_times as times
from idp.documents.health.errors import MissingValue
from idp.documents.health.facilities import Facilities
from idp.documents.health.ips_bundle import Bundle, Entry
from idp.documents.health.ips_clinical import Skip, Told, named
from idp.documents.health.ips_concepts import code_of, extension, has_code, implied, kept, number, words
from idp.documents.health.record import FOREIGN, NOT_TRUE, Visit
from idp.documents.health.tracking import Node
from idp.pki import IssuerProfile

FIELDS = {codes.BLOOD_GROUP: "blood_group", codes.HEIGHT: "height_cm", codes.WEIGHT: "weight_kg"}
UNITS = {"height_cm": "cm", "weight_kg": "kg"}


@dataclass
class Draft:
    """A visit that is still being read."""

    issuer_id: str
    path: str
    claims: dict[str, object]
    lists: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def add(self, name: str, told: Told, entry: Entry) -> None:
        """An entry of one of its lists, or a measurement that has a field of its own."""
        claims = dict(told.claims)
        own = FIELDS.get(str(claims.get("code"))) if name == "results" else None
        if own is not None and own not in self.claims and claims.get("unit") == UNITS.get(own):
            value = str(claims["value"])
            measured = number(value) if own in UNITS else value
            if measured is not None:
                self.claims[own] = measured
                return
        day = times.day(told.when.start) if told.when is not None else None
        if name == "procedures" and day:
            claims["date"] = day
        elif told.when is not None and told.when.start not in (self.claims["admitted"], self.claims["discharged"]):
            entry.node.tracker.used -= {f"{entry.node.path}.{x}" for x in ("effectiveDateTime", "performedDateTime")}
        self.lists.setdefault(name, []).append(claims)

    def plan(self, entry: Entry) -> None:
        """Advice and the day of the next visit."""
        node = entry.node
        for name in ("status", "intent"):
            node.text(name)
        advice = node.text("description")
        if advice:
            self.claims["advice"] = advice
        for activity in node.each("activity"):
            detail = activity.get("detail")
            day = times.day(detail.peek("scheduledPeriod", "start")) if detail is not None else None
            if detail is not None and day and detail.peek("kind") == "Appointment" and "follow_up" not in self.claims:
                detail.text("kind"), detail.text("scheduledPeriod", "start")
                if detail.peek("status") == "scheduled":
                    detail.text("status")
                self.claims["follow_up"] = day

    def finished(self) -> Visit:
        return Visit(self.issuer_id, {**self.claims, **self.lists}, self.path)


def read(entry: Entry, bundle: Bundle, facilities: Facilities) -> Draft:
    """Raises Skip where it did not take place or none of our hospitals answers for it, MissingValue."""
    node = entry.node
    if node.peek("status") != "finished":
        raise Skip(NOT_TRUE)
    issuer = issuer_of(node.get("serviceProvider"), bundle, facilities)
    if issuer is None:
        raise Skip(FOREIGN)
    node.text("status")
    kind = node.get("class")
    if kind is not None and kind.peek("code") in ("AMB", "IMP", "EMER"):
        kind.take()  # the words of the type say it
    type_, reason = node.first("type"), node.first("reasonCode")
    disposition = node.get("hospitalization", "dischargeDisposition")
    claims = kept(
        document_number=_need(_number(node), node, "identifier"),
        facility=named(node.get("serviceProvider"), bundle, entry),
        admitted=_instant(node, "start"),
        discharged=_instant(node, "end"),
        encounter_type=_need(words(type_), node, "type"),
        reason=_need(words(reason), node, "reasonCode"),
        discharge_diagnosis=_diagnoses(node, bundle, entry),
        insurance_number=extension(node, "insurance_number"),
        outcome=_need(words(disposition), node, "hospitalization.dischargeDisposition"),
        physician=_need(_physician(node, bundle, entry), node, "participant"),
    )
    return Draft(issuer.id, node.path, claims)


def issuer_of(reference: Node | None, bundle: Bundle, facilities: Facilities) -> IssuerProfile | None:
    """The hospital of ours that an Organization is, by its facility code."""
    found = bundle.resolve(reference)
    for one in found.node.each("identifier") if found is not None else ():
        if one.peek("system") == codes.FACILITY_SYSTEM:
            issuer = facilities.issuer(one.peek("value"))
            if issuer is not None and found is not None:
                one.take()
                if found.node.peek("name") in issuer.name.values():
                    found.node.text("name")
                return issuer
    return None


def _number(node: Node) -> str | None:
    """Ours where it is an export of ours, else the first there is."""
    each = list(node.each("identifier"))
    chosen = next((one for one in each if one.peek("system") == codes.VISIT_SYSTEM), each[0] if each else None)
    if chosen is None:
        return None
    if chosen.peek("system") == codes.VISIT_SYSTEM:
        chosen.text("system")
    return chosen.text("value")


def _instant(node: Node, name: str) -> str:
    """A signed instant has its time and zone; a date alone is not enough."""
    told = node.text("period", name)
    if told is None or "T" not in told:
        raise MissingValue(f"{node.path}.period.{name}", "must be an instant with its time and zone")
    return told.replace("Z", "+00:00")


def _diagnoses(node: Node, bundle: Bundle, entry: Entry) -> list[dict[str, object]]:
    found = []
    for one in node.each("diagnosis"):
        condition = bundle.resolve(one.get("condition"), entry)
        if condition is None or condition.type != "Condition":
            continue
        implied(one.get("use"), "DD")
        condition.done = True
        if has_code(condition.node.get("verificationStatus"), codes.NOT_TRUE):
            continue  # its Condition is then told of whole
        implied(condition.node.get("verificationStatus"), "confirmed")
        for category in condition.node.each("category"):
            implied(category, "encounter-diagnosis")
        bundle.ties(condition)
        bundle.resolve(condition.node.get("encounter"))
        concept = condition.node.get("code")
        diagnosis = words(concept)
        if diagnosis:
            found.append(kept(code=code_of(concept, codes.ICD_10), diagnosis=diagnosis))
    if not found:
        raise MissingValue(f"{node.path}.diagnosis", "a discharge diagnosis (a Condition in the Bundle) is needed")
    return found


def _physician(node: Node, bundle: Bundle, entry: Entry) -> str | None:
    for one in node.each("participant"):
        told = named(one.get("individual"), bundle, entry)
        if told:
            return told
    return None


def _need(told: str | None, node: Node, name: str) -> str:
    if not told:
        raise MissingValue(f"{node.path}.{name}", "is missing, and the signed document must have it")
    return told
