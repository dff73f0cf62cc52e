"""The Patient of a summary: who it says she is, and what else it says of her."""

from __future__ import annotations

from collections.abc import Iterator

from idp.documents.health import ips_codes as codes
from idp.documents.health.ips_bundle import Bundle, Entry
from idp.documents.health.ips_clinical import name_parts, named
from idp.documents.health.ips_concepts import has_code, kept, words
from idp.documents.health.record import Patient
from idp.documents.health.tracking import Node


def patient_of(node: Node) -> Patient:
    """National identifiers, names, birth date and sex, each with its place."""
    if node.peek("active") == "true":
        node.text("active")
    return Patient(
        numbers=tuple(_numbers(node)),
        names=tuple(_names(node)),
        birthdate=_birthdate(node.text("birthDate")),
        # what is unknown contradicts nothing, and is told of
        sex=None if node.peek("gender") == "unknown" else node.text("gender"),
        where={name: f"{node.path}.{path}" for name, path in _PLACES.items()},
    )


_PLACES = {"number": "identifier", "name": "name", "birthdate": "birthDate", "sex": "gender"}


def demographics(node: Node, bundle: Bundle, entry: Entry) -> dict[str, object]:
    """The claims of the health book that a Patient holds beside the register's own."""
    keeper = node.first("generalPractitioner")
    addresses = (_address(one) for one in node.each("address"))
    guardians = (_representative(one) for one in node.each("contact"))
    return kept(
        insurance_number=next(_identifiers(node, codes.INSURANCE_SYSTEM), None),
        primary_facility=None if keeper is None else named(keeper, bundle, entry),
        address=next((told for told in addresses if told), None),
        legal_representative=next((told for told in guardians if told), None),
    )


def _numbers(node: Node) -> Iterator[str]:
    """By our system, or of the type NI (HL7 v2-0203, national unique individual identifier)."""
    for one in node.each("identifier"):
        if one.peek("system") == codes.NUMBER_SYSTEM or has_code(one.get("type"), ("NI",)):
            one.take()
            yield one.text("value") or ""


def _identifiers(node: Node, system: str) -> Iterator[str]:
    for one in node.each("identifier"):
        if one.peek("system") == system:
            one.take()
            yield one.text("value") or ""


def _names(node: Node) -> Iterator[str]:
    for one in node.each("name"):
        told = (one.text("text"), name_parts(one))
        if one.peek("use") in ("official", "usual"):
            one.text("use")
        yield from (name for name in told if name)


def _birthdate(text: str | None) -> tuple[int, int, int] | None:
    if text is None:
        return None
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    return year, month, day


def _address(node: Node) -> str | None:
    told = node.text("text")
    if told:
        return told
    lines = []
    for one in node.each("line"):
        one.take()
        lines.append(str(one.value))
    parts = [*lines, *(node.text(name) for name in ("district", "city", "state", "postalCode", "country"))]
    return ", ".join(part for part in parts if part) or None


def _representative(node: Node) -> dict[str, object] | None:
    """A guardian alone: any other contact is not her legal representative."""
    relation = node.first("relationship")
    if relation is None or not has_code(relation, ("GUARD", "RESPRSN")):
        return None
    name = node.get("name")
    full_name = None if name is None else name.text("text") or name_parts(name)
    relationship = words(relation)
    if not full_name or not relationship:
        return None
    for coding in relation.each("coding"):
        coding.take()
    phone = next((one for one in node.each("telecom") if one.peek("system") == "phone"), None)
    if phone is not None:
        phone.text("system")
    return kept(
        full_name=full_name, relationship=relationship, phone=phone.text("value") if phone is not None else None
    )
