"""An International Patient Summary as a health record: whom it is about, her history, her visits, what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from idp.documents.health import ips_bundle, ips_clinical, ips_visits
from idp.documents.health import ips_codes as codes
from idp.documents.health import ips_times as times
from idp.documents.health.errors import NotASummary, WrongPerson
from idp.documents.health.facilities import Facilities
from idp.documents.health.ips_bundle import Bundle, Entry
from idp.documents.health.ips_clinical import Claims, Skip, Told
from idp.documents.health.ips_concepts import kept
from idp.documents.health.ips_patient import demographics, patient_of
from idp.documents.health.ips_visits import Draft
from idp.documents.health.record import NO_FIELD, LeftOut, Record
from idp.documents.health.tracking import Node, general

LISTS = ("allergies", "conditions", "immunizations", "medications", "results", "procedures")


@dataclass
class Reading:
    """What was read so far, and which entries wait to be: a chain of panels takes turns, not a deep stack."""

    bundle: Bundle
    facilities: Facilities
    patient: Entry
    history: dict[str, list[Claims]] = field(default_factory=lambda: {name: [] for name in LISTS})
    summary: dict[str, str] = field(default_factory=dict)
    visits: dict[str, Draft] = field(default_factory=dict)
    waiting: list[Entry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def skip(self, entry: Entry, reason: str) -> None:
        entry.node.take()
        if reason:
            self.left_out.append(LeftOut(entry.node.path, reason))


def read(data: bytes, facilities: Facilities) -> Record:
    """Raises HealthRecordError."""
    return read_with_paths(data, facilities)[0]


def read_with_paths(data: bytes, facilities: Facilities) -> tuple[Record, frozenset[str]]:
    """The record, and the general paths that were read."""
    bundle = ips_bundle.read(data)
    subject = bundle.resolve(bundle.composition.get("subject"))
    if subject is None or subject.type != "Patient":
        raise NotASummary(f"{bundle.composition.path}.subject", "must refer to the Patient in the Bundle")
    reading = Reading(bundle, facilities, subject)
    for entry in bundle.entries:
        _of_the_patient(reading, entry)
    patient, person = patient_of(subject.node), demographics(subject.node, bundle, subject)
    sections = sorted(_entries(reading, bundle.composition), key=bundle.entries.index)  # one order over all sections
    for entry in sections:  # first, so that what belongs to a visit finds it
        if entry.type == "Encounter":
            _visit(reading, entry)
    reading.waiting = sections
    while reading.waiting:
        _dispatch(reading, reading.waiting.pop(0))
    number, keeper = _composition(reading)
    book = kept(document_number=number, **person, history=_history(reading), summary=_summary(reading))
    visits = tuple(draft.finished() for draft in reading.visits.values())
    left = (*reading.left_out, *(LeftOut(path, NO_FIELD) for path in bundle.left()))
    used = frozenset(general(path) for path in bundle.tracker.used)
    return Record("ips", (patient,), book, visits, keeper, left), used


def _entries(reading: Reading, section: Node) -> Iterator[Entry]:
    """What the sections refer to, the sections within them too."""
    for part in section.each("section"):
        for name in ("title", "code", "mode", "orderedBy"):
            if (one := part.get(name)) is not None:
                one.take()
        renders = part.get("entry") is not None or part.get("emptyReason") is not None
        narrative = part.get("text")
        if narrative is not None and renders and narrative.peek("status") in ("generated", "empty"):
            narrative.take()  # where there is nothing but the narrative, it says what no field of ours holds
        if (reason := part.get("emptyReason")) is not None:
            reason.take()
        for reference in part.each("entry"):
            found = reading.bundle.resolve(reference)
            if found is None:
                raise NotASummary(reference.path, "refers to nothing in the Bundle")
            reference.take()
            yield found
        yield from _entries(reading, part)


def _visit(reading: Reading, entry: Entry) -> None:
    if entry.done:
        return
    entry.done = True
    reading.bundle.ties(entry)
    try:
        reading.visits[entry.url] = ips_visits.read(entry, reading.bundle, reading.facilities)
    except Skip as skipped:
        reading.skip(entry, str(skipped))


def _dispatch(reading: Reading, entry: Entry) -> None:
    handler = HANDLERS.get(entry.type)
    if entry.done or handler is None:
        return
    entry.done = True
    reading.bundle.ties(entry)
    try:
        handler(reading, entry)
    except Skip as skipped:
        reading.skip(entry, str(skipped))


def _of_the_patient(reading: Reading, entry: Entry) -> None:
    """Every resource must be about the one patient, whether a section refers to it or not."""
    for name in ("subject", "patient"):
        reference = entry.node.get(name)
        if reference is not None and reading.bundle.resolve(reference, entry, reads=False) is not reading.patient:
            raise WrongPerson(reference.path, "is not the patient whom the summary is about")


def _of(reading: Reading, entry: Entry) -> Draft | None:
    """The visit that a resource belongs to."""
    for name in ("encounter", "context"):
        found = reading.bundle.resolve(entry.node.get(name), entry)
        if found is not None and found.url in reading.visits:
            return reading.visits[found.url]
    return None


def _add(name: str) -> Callable[[Reading, Entry, Told], None]:
    """Into the visit it belongs to, else into the book's history, where each says when it was."""

    def add(reading: Reading, entry: Entry, told: Told) -> None:
        visit = _of(reading, entry)
        if visit is not None:
            visit.add(name, told, entry)
            return
        claims = {key: value for key, value in told.claims.items() if key != "quantity"}
        if "quantity" in told.claims:
            reading.left_out.append(LeftOut(f"{entry.node.path}.dispenseRequest.quantity", NO_FIELD))
        when = times.write(told.when) if told.when is not None else None
        reading.history[name].append(kept(**claims, when=when))

    return add


def _allergy(reading: Reading, entry: Entry) -> None:
    reading.history["allergies"].append(ips_clinical.allergy(entry))


def _condition(reading: Reading, entry: Entry) -> None:
    reading.history["conditions"].append(ips_clinical.condition(entry))


def _immunization(reading: Reading, entry: Entry) -> None:
    reading.history["immunizations"].append(ips_clinical.immunization(entry, reading.bundle))


def _medication(reading: Reading, entry: Entry) -> None:
    _add("medications")(reading, entry, ips_clinical.medication(entry, reading.bundle))


def _procedure(reading: Reading, entry: Entry) -> None:
    _add("procedures")(reading, entry, ips_clinical.procedure(entry))


def _observation(reading: Reading, entry: Entry) -> None:
    part = next((one for one in entry.node.each("code", "coding") if one.peek("system") == codes.PART_SYSTEM), None)
    if part is not None:
        _summary_part(reading, entry, part)
        return
    for told in ips_clinical.result(entry):
        _add("results")(reading, entry, told)
    _members(reading, entry, "hasMember")


def _members(reading: Reading, entry: Entry, name: str) -> None:
    """A panel or report says what its members say; they come next, in their order."""
    members = []
    for member in entry.node.each(name):
        found = reading.bundle.resolve(member, entry)
        if found is not None and found.type == "Observation":
            member.take()
            members.append(found)
    reading.waiting[:0] = members


def _report(reading: Reading, entry: Entry) -> None:
    _members(reading, entry, "result")


def _summary_part(reading: Reading, entry: Entry, part: Node) -> None:
    name = part.peek("code") or ""
    told = entry.node.text("valueString")
    if name not in codes.SUMMARY_PARTS or not told:
        raise Skip(NO_FIELD)
    for below in ("status", "code", "subject"):
        if (node := entry.node.get(below)) is not None:
            node.take()
    reading.summary[name] = told
    for performer in entry.node.each("performer"):
        physician = ips_clinical.named(performer, reading.bundle, entry)
        if physician:
            reading.summary["physician"] = physician


def _plan(reading: Reading, entry: Entry) -> None:
    visit = _of(reading, entry)
    if visit is None:
        raise Skip(NO_FIELD)
    visit.plan(entry)


HANDLERS: Mapping[str, Callable[[Reading, Entry], None]] = {
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "Immunization": _immunization,
    "MedicationStatement": _medication,
    "MedicationRequest": _medication,
    "Observation": _observation,
    "DiagnosticReport": _report,
    "Procedure": _procedure,
    "CarePlan": _plan,
}


def _composition(reading: Reading) -> tuple[str | None, str | None]:
    """The number of the health book, where the summary is an export of one, and the hospital that keeps it."""
    node, bundle = reading.bundle.composition, reading.bundle
    for name in ("type", "status", "title"):
        if (below := node.get(name)) is not None:
            below.take()
    if node.peek("confidentiality") == "N":
        node.text("confidentiality")
    number = None
    if node.peek("identifier", "system") == codes.BOOK_SYSTEM:
        node.text("identifier", "system")
        number = node.text("identifier", "value")
    authors = (node.get("custodian"), *node.each("author"))
    found = [ips_visits.issuer_of(one, bundle, reading.facilities) for one in authors]
    keeper = next((one for one in found if one is not None), None)
    return number, None if keeper is None else keeper.id


def _history(reading: Reading) -> dict[str, object]:
    """The three lists that every health book has, and those others that have something in them."""
    return {name: told for name, told in reading.history.items() if told or name in LISTS[:3]}


def _summary(reading: Reading) -> Mapping[str, str] | None:
    """Only whole: the signed document needs the history and the physician."""
    if not reading.summary:
        return None
    if not {"history", "physician"} <= reading.summary.keys():
        where = f"{reading.bundle.composition.path}.section"
        reading.left_out.append(LeftOut(where, "a medical summary must have a history and a physician"))
        return None
    return reading.summary
