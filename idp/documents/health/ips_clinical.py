"""Clinical resources of a summary, each as the claims of one entry in our lists. None where it has no place there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from idp.documents.health import ips_codes as codes
from idp.documents.health import ips_times as times
from idp.documents.health.ips_bundle import Bundle, Entry
from idp.documents.health.ips_concepts import (
    code_of,
    extension,
    has_code,
    implied,
    kept,
    number,
    period,
    quantity,
    says_none,
    words,
)
from idp.documents.health.ips_times import When
from idp.documents.health.record import NO_DAY, NO_FIELD, NONE_KNOWN, NOT_TRUE
from idp.documents.health.tracking import Node

Claims = dict[str, object]


class Skip(Exception):
    """The whole resource is left out; the message is the reason. An empty one: it says nothing."""


@dataclass(frozen=True)
class Told:
    """An entry of a list. `parts` where one resource makes several."""

    claims: Claims
    when: When | None = None


def allergy(entry: Entry) -> Claims:
    """Raises Skip."""
    node = entry.node
    concept = node.get("code")
    _must_be_true(node.get("verificationStatus"), concept)
    implied(node.get("clinicalStatus"), "active")
    implied(node.get("verificationStatus"), "confirmed")
    if node.peek("type") == "allergy":
        node.text("type")
    allergen = words(concept) or words(next((one.get("substance") for one in node.each("reaction")), None))
    if not allergen:
        raise Skip(NO_FIELD)
    return kept(
        type=extension(node, "kind") or _category(node),
        allergen=allergen,
        manifestation="; ".join(_manifestations(node)),
        criticality=node.text("criticality"),
    )


def _category(node: Node) -> str:
    for one in node.each("category"):
        if str(one.value) in codes.CATEGORIES:
            one.take()
            return codes.CATEGORIES[str(one.value)]
    return codes.OTHER_KIND


def _manifestations(node: Node) -> Iterator[str]:
    for reaction in node.each("reaction"):
        told = reaction.text("description")
        if told:
            yield told
        yield from (shown for one in reaction.each("manifestation") if (shown := words(one)))


def condition(entry: Entry) -> Claims:
    """Raises Skip."""
    node = entry.node
    concept = node.get("code")
    _must_be_true(node.get("verificationStatus"), concept)
    implied(node.get("verificationStatus"), "confirmed")
    for category in node.each("category"):
        implied(category, "75326-9", "problem-list-item", "encounter-diagnosis")
    diagnosis = words(concept)
    if not diagnosis:
        raise Skip(NO_FIELD)
    when = _course(node)
    status = node.get("clinicalStatus")
    state = implied(status, "active", "recurrence", "relapse", "inactive", "remission", "resolved")
    return kept(
        when=times.write(when),
        place=extension(node, "place"),
        code=code_of(concept, codes.ICD_10),
        diagnosis=diagnosis,
        status=None if state == when.implied_status else state,
    )


def _course(node: Node) -> When:
    """Onset and end; without an end, what is active goes on."""
    when = period(node, "onset") or When()
    ended = period(node, "abatement")
    if when.start and ended is not None and ended.start:
        return replace(when, end=ended.start, ongoing=False)
    active = has_code(node.get("clinicalStatus"), ("active",))
    return replace(when, ongoing=bool(when.start and not when.end and active))


def immunization(entry: Entry, bundle: Bundle) -> Claims:
    """Raises Skip."""
    node = entry.node
    if node.peek("status") != "completed":
        raise Skip(NOT_TRUE)
    node.text("status")
    _says_something(node.get("vaccineCode"))
    vaccine = words(node.get("vaccineCode"))
    day = times.day(node.peek("occurrenceDateTime"))
    if not vaccine or day is None:
        raise Skip(NO_DAY if vaccine else NO_FIELD)
    node.text("occurrenceDateTime")
    protocol = node.first("protocolApplied")
    antigens = [shown for one in protocol.each("targetDisease") if (shown := words(one))] if protocol else []
    dose = number(protocol.peek("doseNumberPositiveInt")) if protocol is not None else None
    if dose is not None and protocol is not None:
        protocol.text("doseNumberPositiveInt")
    if protocol is not None and protocol.peek("doseNumberString") == codes.UNKNOWN_DOSE:
        protocol.text("doseNumberString")
    return kept(vaccine=vaccine, antigen=", ".join(antigens), dose=dose, date=day, place=_place(node, bundle, entry))


def _place(node: Node, bundle: Bundle, entry: Entry) -> str | None:
    told = node.text("location", "display")
    performer = node.first("performer")
    if told or performer is None:
        return told
    return named(performer.get("actor"), bundle, entry)


def named(reference: Node | None, bundle: Bundle, entry: Entry) -> str | None:
    """Whom or what a reference points at, by the reference's own words or the name over there."""
    if reference is None:
        return None
    shown = reference.text("display")
    found = bundle.resolve(reference, entry)
    if shown or found is None:
        return shown
    if found.type == "Organization":
        return found.node.text("name")
    if found.type == "PractitionerRole":  # one step: a role may not lead to a role
        behind = bundle.resolve(found.node.get("practitioner"), found)
        if behind is None or behind.type != "Practitioner":
            return found.node.text("practitioner", "display")
        found = behind
    one = found.node.first("name")
    return None if one is None else one.text("text") or name_parts(one)


def name_parts(one: Node) -> str | None:
    """Family name first, as in Vietnam."""
    parts = [one.text("family"), *(_element(given) for given in one.each("given"))]
    return " ".join(part for part in parts if part) or None


def _element(node: Node) -> str:
    node.take()
    return str(node.value)


def medication(entry: Entry, bundle: Bundle) -> Told:
    """A MedicationStatement or a MedicationRequest. Raises Skip."""
    node = entry.node
    concept, drug = _drug(node, bundle, entry)
    _says_something(concept)
    if (node.peek("status") or "") in codes.NOT_DONE:
        raise Skip(NOT_TRUE)
    if node.peek("status") in ("active", "completed"):
        node.text("status")
    if node.peek("intent") in ("order", "plan"):
        node.text("intent")
    name = words(concept)
    if not name:
        raise Skip(NO_FIELD)
    dosage = node.first("dosage") or node.first("dosageInstruction")
    when = _when(node, "effective")
    claims = kept(
        name=name,
        strength=extension(node, "strength") or _strength(drug),
        quantity=extension(node, "quantity") or _dispensed(node),
        dose=_dose(dosage),
        usage=words(dosage.get("route")) if dosage is not None else None,
    )
    return Told(claims, when)


def _when(node: Node, name: str) -> When | None:
    """As R4 has it, or in the words that our own extension holds; that it is unknown says nothing."""
    absent = node.get(f"_{name}DateTime")
    if absent is not None and any(one.peek("url") == codes.DATA_ABSENT for one in absent.each("extension")):
        absent.take()
    told = extension(node, "when")
    return period(node, name) or (When(words=told) if told else None)


def _drug(node: Node, bundle: Bundle, entry: Entry) -> tuple[Node | None, Node | None]:
    concept = node.get("medicationCodeableConcept")
    if concept is not None:
        return concept, None
    found = bundle.resolve(node.get("medicationReference"), entry)
    return (None, None) if found is None else (found.node.get("code"), found.node)


def _strength(drug: Node | None) -> str | None:
    ingredient = drug.first("ingredient") if drug is not None else None
    ratio = ingredient.get("strength") if ingredient is not None else None
    if ratio is None:
        return None
    value, unit = quantity(ratio.get("numerator"))
    per, of = quantity(ratio.get("denominator"))
    told = " ".join(part for part in (value, unit) if part)
    return told if per in (None, "1") and not of else f"{told}/{' '.join(part for part in (per, of) if part)}"


def _dispensed(node: Node) -> str | None:
    return " ".join(part for part in quantity(node.get("dispenseRequest", "quantity")) if part) or None


def _dose(dosage: Node | None) -> str | None:
    if dosage is None:
        return None
    told = dosage.text("text")
    if told:
        return told
    rate = dosage.first("doseAndRate")
    return " ".join(part for part in quantity(rate.get("doseQuantity")) if part) or None if rate else None


def result(entry: Entry) -> Iterator[Told]:
    """An Observation: itself, or each of its components. Raises Skip."""
    node = entry.node
    if (node.peek("status") or "") in codes.NOT_DONE:
        raise Skip(NOT_TRUE)
    if node.peek("status") in ("final", "amended", "corrected"):
        node.text("status")
    for category in node.each("category"):
        implied(category, "laboratory", "vital-signs")
    notes = "; ".join(told for one in node.each("note") if (told := one.text("text")))
    seen = [shown for one in node.each("interpretation") if (shown := one.text("text"))]
    conclusion = "; ".join(part for part in (notes, *seen) if part)
    when = _when(node, "effective")
    unit_of = extension(node, "unit")
    for part in (node, *node.each("component")):
        value, unit = _value(part)
        name = words(part.get("code")) if value else None
        if value and name:
            code = code_of(part.get("code"))
            yield Told(kept(code=code, name=name, value=value, unit=unit or unit_of, conclusion=conclusion), when)


def _value(node: Node) -> tuple[str | None, str | None]:
    if node.get("valueQuantity") is not None:
        return quantity(node.get("valueQuantity"))
    told = words(node.get("valueCodeableConcept"))
    for name in ("valueString", "valueBoolean", "valueInteger", "valueDateTime", "valueTime"):
        told = told or node.text(name)
    return told, None


def procedure(entry: Entry) -> Told:
    """Raises Skip."""
    node = entry.node
    if (node.peek("status") or "") in codes.NOT_DONE:
        raise Skip(NOT_TRUE)
    if node.peek("status") == "completed":
        node.text("status")
    _says_something(node.get("code"))
    name = words(node.get("code"))
    if not name:
        raise Skip(NO_FIELD)
    return Told(kept(code=code_of(node.get("code"), codes.LOCAL_SYSTEM), name=name), _when(node, "performed"))


def _must_be_true(verification: Node | None, concept: Node | None) -> None:
    if has_code(verification, codes.NOT_TRUE):
        raise Skip(NOT_TRUE)
    _says_something(concept)


def _says_something(concept: Node | None) -> None:
    said = says_none(concept)
    if said is not None:
        raise Skip("" if said == "nothing" else NONE_KNOWN)
