"""One `[[document]]` table read into a draft: who, which type, signed by whom, issued when, saying what.

The table holds `persona`, `type`, `number`, the day of issue (`issued_on`, or `issued_days_ago`), where more than one
issuer may sign the type `issuer`, and the claims of the type. What the population register knows already (number,
name, birthdate, sex, addresses) is filled in, so that a document cannot be another person's by mistake. A date may be
told from the day of issue: "issued-3" is three days before it, "issued-3T08:30" that day at half past eight.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from idp.accounts.register_facts import NATIONALITIES
from idp.documents import content, judicial_record
from idp.documents.content import ContentError, normalized
from idp.documents.document import DocumentStatus
from idp.documents.document_types import DocumentType, UnknownDocumentType, document_types
from idp.documents.issuers import Issuers
from idp.documents.judicial_record import JudicialRecord
from idp.seed.entries import Address, DocumentEntry, Persona
from idp.seed.mistakes import Mistake
from idp.seed.reader import Table

#: Keys that are about the document; all others are its claims.
KEYS = frozenset({"number", "issuer", "issued_on", "issued_days_ago", "status", "business_ban_asked"})
#: A file is superseded by another one, and not by a word in a table.
STATUSES = frozenset(each.name.lower() for each in DocumentStatus if each is not DocumentStatus.SUPERSEDED)
RELATIVE = re.compile(r"issued(?P<days>[+-]\d{1,5})?(?P<time>T\d{2}:\d{2})?")
CERTIFICATES = ("judicial-record-1", "judicial-record-2")


@dataclass(frozen=True)
class Draft:
    """A document to be. `fixed` is what it was made from, with relative dates as written; `record` the judicial
    record behind a certificate, told in full.
    """

    entry: DocumentEntry
    type: DocumentType
    issuer_id: str
    claims: Mapping[str, object]
    issued_on: date
    status: DocumentStatus
    fixed: Mapping[str, object]
    record: Mapping[str, object] | None = None

    @property
    def key(self) -> str:
        return f"{self.entry.persona}/{self.type.id}/{self.entry.values['number']}"


def read(
    entry: DocumentEntry, persona: Persona, issuers: Issuers, today: date, mistakes: list[Mistake]
) -> Draft | None:
    """Read one table; what is wrong is noted with its line, and None comes out."""
    before = len(mistakes)
    table = Table(entry.values, entry.path, entry.lines, entry.file, mistakes)
    try:
        kind = document_types().by_id(entry.type)
    except UnknownDocumentType:
        known = ", ".join(each.id for each in document_types())
        table.wrong("type", f"unknown; known are {known}")
        return None
    number = table.text("number", required=True)
    issuer_id = _issuer(table, issuers, kind)
    issued_on = _issued_on(table, persona, kind, today)
    status = table.choice("status", STATUSES) or "valid"
    if issued_on is None or number is None or len(mistakes) > before:
        return None
    facts = {**_register(persona), "issuing_authority": issuers.profile(issuer_id).name["vi"]}
    try:
        told = _claims(entry, kind, issued_on)
    except ContentError as error:
        mistakes.extend(content_mistakes(entry, error))
        return None
    claims = {**_known(kind, facts), **told, kind.number_claim: number}
    fixed = {"values": dict(entry.values), "register": facts}
    record = _whole_record(entry, issued_on) if kind.id in CERTIFICATES else None
    return Draft(entry, kind, issuer_id, claims, issued_on, DocumentStatus[status.upper()], fixed, record)


def content_mistakes(entry: DocumentEntry, error: ContentError) -> list[Mistake]:
    """What is wrong with a document's claims, each with its line."""
    found = []
    for problem in error.problems:
        keys = tuple(part for part in problem.path if part is not None)
        shown = f"document.{content.path_text(problem.path)}"
        found.append(Mistake(entry.file, entry.line_of(*keys), shown, problem.message))
    return found


def _issuer(table: Table, issuers: Issuers, kind: DocumentType) -> str:
    allowed = issuers.for_type(kind.vct)
    chosen = table.choice("issuer", frozenset(issuers.profiles), required=len(allowed) > 1)
    return chosen or allowed[0]


def _issued_on(table: Table, persona: Persona, kind: DocumentType, today: date) -> date | None:
    day = table.day("issued_on")
    days = table.values.get("issued_days_ago")
    if days is not None and (not isinstance(days, int) or isinstance(days, bool) or days < 0):
        table.wrong("issued_days_ago", f"must be a whole number of days, not {days!r}")
    elif days is not None:
        day = today - timedelta(days=days)
    elif day is None and kind.id == "identity-document" and persona.paper is not None:
        day = persona.paper.issued
    elif day is None:
        table.wrong("", "issued_on or issued_days_ago is missing")
    return day


def _register(persona: Persona) -> dict[str, object]:
    """What the population register says, under every claim name that a document type has for it."""
    home, staying = persona.permanent_address or persona.current_address, persona.current_address
    birthplace = persona.birth_registered_at
    facts: dict[str, object] = {
        "personal_id_number": persona.personal_id_number,
        "full_name": persona.full_name,
        "birthdate": persona.birthdate,
        "sex": str(persona.sex),
        "nationality": ", ".join(NATIONALITIES.get(code, code) for code in persona.nationalities),
        "place_of_origin": persona.place_of_origin,
        "place_of_birth": birthplace,
        "birthplace": birthplace,
        "permanent_address": home and _line(home),
        "current_address": staying and _line(staying),
        "address": home and _line(home),
        "residence": home and _line(home),
        "nationalities": list(persona.nationalities),
        "date_of_expiry": persona.paper and persona.paper.expires,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _line(address: Address) -> str:
    parts = (address.street_address, address.locality, address.region)
    return ", ".join(parts if address.country == Address.country else (*parts, address.country))


def _known(kind: DocumentType, facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if kind.claim((name,)) is not None}


def _claims(entry: DocumentEntry, kind: DocumentType, issued_on: date) -> dict[str, object]:
    told = {name: value for name, value in entry.values.items() if name not in KEYS}
    claims = {name: _resolved(normalized(value), issued_on) for name, value in told.items()}
    if kind.id not in CERTIFICATES:
        return claims
    record = _record(claims)
    if kind.id == "judicial-record-2":
        return {**claims, **judicial_record.number_2(record, issued_on)}
    asked = bool(entry.values.get("business_ban_asked", False))
    return {**claims, **judicial_record.number_1(record, issued_on, business_ban_asked=asked)}


def _whole_record(entry: DocumentEntry, issued_on: date) -> dict[str, object]:
    names = ("convictions", "business_ban", "father", "mother", "spouse")
    return {name: _resolved(normalized(entry.values[name]), issued_on) for name in names if name in entry.values}


def _record(claims: Mapping[str, object]) -> JudicialRecord:
    """The judicial record that both certificates are made from, whatever each then tells of it.

    All of it is checked, for a misspelt `cleared_at` would let No. 1 tell what the law has it leave out. Raises
    ContentError.
    """
    told = {name: claims[name] for name in ("convictions", "business_ban") if name in claims}
    content.check_part(document_types().by_id("judicial-record-2"), told)
    convictions, ban = told.get("convictions", []), told.get("business_ban")
    listed = convictions if isinstance(convictions, list) else []
    return JudicialRecord(tuple(listed), ban if isinstance(ban, Mapping) else None)


def _resolved(value: object, issued_on: date) -> object:
    if isinstance(value, dict):
        return {name: _resolved(inner, issued_on) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, issued_on) for inner in value]
    found = RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    day = issued_on + timedelta(days=int(found["days"] or 0))
    return day.isoformat() + (f"{found['time']}:00+07:00" if found["time"] else "")
