"""Insurance output data as a health record: each MA_LK one visit, signed by the hospital of its MA_CSKCB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from idp.documents.health import insurance_visit, insurance_xml
from idp.documents.health.errors import NothingToImport, Unreadable
from idp.documents.health.facilities import BOOK, Facilities
from idp.documents.health.insurance_case import Case
from idp.documents.health.insurance_mapping import MAP, VALUES, is_cost, ties
from idp.documents.health.insurance_xml import Row
from idp.documents.health.ips_concepts import kept
from idp.documents.health.record import NO_FIELD, NOT_MEDICAL, OWN_TABLE, LeftOut, Patient, Place, Record, Visit

UNDETERMINED = "3"
#: Tables whose fields go to an encounter or to the summary; all others belong to other documents.
USED = frozenset(path.partition(".")[0] for path in MAP)


def read(files: Sequence[bytes], facilities: Facilities) -> Record:
    """Raises HealthRecordError."""
    cases = _cases(insurance_xml.read(files))
    patients = tuple(_patient(case) for case in cases)
    visits = tuple(insurance_visit.read(case, facilities) for case in cases)
    order = sorted(range(len(cases)), key=lambda index: str(visits[index].claims["admitted"]), reverse=True)
    newest = order[0]
    book = {**_person([cases[index] for index in order], facilities), "history": _history(visits)}
    summary = _summary(cases, visits)
    if summary:
        book["summary"] = summary
    keeper = facilities.profiles[visits[newest].issuer_id]
    left = tuple(_left_out(cases))
    return Record("insurance-xml", patients, book, visits, keeper.id if BOOK in keeper.vct else None, left)


def _cases(rows: list[Row]) -> list[Case]:
    cases: dict[str, Case] = {}
    for row in rows:
        if row.table == "XML1":
            key = row.fields.get("MA_LK", "")
            if not key or key in cases:
                raise Unreadable(row.where("MA_LK"), "missing, or the same as another record's")
            cases[key] = Case(row)
    for row in rows:
        case = cases.get(row.fields.get("MA_LK", ""))
        if case is None and row.table in USED:
            raise Unreadable(row.where("MA_LK"), "belongs to no XML1 (TONG_HOP) of what was given")
        if case is None:
            raise Unreadable(row.where("MA_LK"), "missing, or that of no XML1")
        case.rows.append(row)
    if not cases:
        raise NothingToImport("XML1", "there is none, and every visit needs one")
    return list(cases.values())


def _patient(case: Case) -> Patient:
    where = {
        name: case.head.where(column)
        for name, column in (
            ("number", "SO_CCCD"), ("name", "HO_TEN"), ("birthdate", "NGAY_SINH"), ("sex", "GIOI_TINH"),
        )
    }  # fmt: skip
    number_, name = case.text("personal_id_number"), case.text("full_name")
    return Patient(
        numbers=(number_,) if number_ else (),
        names=(name,) if name else (),
        birthdate=_birthdate(case),
        sex=_sex(case),
        where=where,
    )


def _sex(case: Case) -> str | None:
    """None where it is not told, or told to be undetermined (3), which no field of ours holds."""
    found = case.first("sex")
    if found is None:
        return None
    value, row, name = found
    if value == UNDETERMINED:
        case.taken.discard((id(row), name))
        return None
    if value not in VALUES["GIOI_TINH"]:
        raise Unreadable(row.where(name), "must be 1, 2 or 3")
    return VALUES["GIOI_TINH"][value]


def _birthdate(case: Case) -> tuple[int, int, int] | None:
    found = case.first("birthdate")
    if found is None:
        return None
    value, row, name = found
    if not value.isdigit() or len(value) not in (8, 12):
        raise Unreadable(row.where(name), "must be yyyyMMddHHmm")
    return int(value[:4]), int(value[4:6]), int(value[6:8])


def _person(cases: list[Case], facilities: Facilities) -> dict[str, object]:
    """What the newest visit that says it says; an older one that says something else is told of."""
    facts: dict[str, str] = {}
    for case in cases:
        for claim in ("insurance_number", "primary_facility", "address"):
            found = case.first(claim)
            if found is not None and facts.setdefault(claim, found[0]) != found[0]:
                case.taken.discard((id(found[1]), found[2]))
    known = facilities.issuer(facts.get("primary_facility"))
    if known is not None:
        facts["primary_facility"] = known.name["vi"]
    return dict(facts)


def _history(visits: tuple[Visit, ...]) -> dict[str, object]:
    """The main illness of each visit joins the book's conditions; a reason for a visit (ICD-10 Z) is no illness."""
    conditions = []
    for visit in visits:
        diagnoses = visit.claims["discharge_diagnosis"]
        main = diagnoses[0] if isinstance(diagnoses, list) else {}
        if str(main.get("code", "Z")).startswith("Z"):
            continue
        admitted = str(visit.claims["admitted"])
        when = f"{admitted[5:7]}/{admitted[:4]}"
        conditions.append({"when": when, "place": visit.claims["facility"], **main})
    return {"allergies": [], "conditions": conditions, "immunizations": []}


def _summary(cases: list[Case], visits: tuple[Visit, ...]) -> Mapping[str, object] | None:
    """The medical summary (XML8) of the newest visit that has one."""
    having = [
        index for index, case in enumerate(cases) if any(row.fields.get("QT_BENHLY") for row in case.of("XML8"))
    ]
    if not having:
        return None
    index = max(having, key=lambda one: str(visits[one].claims["admitted"]))
    case = cases[index]
    course = "; ".join(told for row in case.of("XML5") if (told := case.take(row, "DIEN_BIEN_LS")))
    follow_up = visits[index].claims.get("follow_up")
    return kept(
        history=case.text("summary.history"),
        course=course,
        key_results=case.text("summary.key_results"),
        treatment=case.text("summary.treatment"),
        advice=case.text("summary.advice"),
        follow_up=follow_up,
        physician=visits[index].claims["physician"],
    )


def _left_out(cases: list[Case]) -> Iterator[LeftOut]:
    """Every field with something in it that was not taken, by table and field, with the rows it stands in."""
    found: dict[tuple[str, str], list[Place]] = {}
    for case in cases:
        for row in case.rows:
            for told in _untold(case, row):
                found.setdefault(told, []).append(_place(row))
    for (path, reason), places in found.items():
        yield LeftOut(path, reason, len(places), tuple(places))


def _untold(case: Case, row: Row) -> Iterator[tuple[str, str]]:
    if row.table not in USED:
        yield row.table, OWN_TABLE
        return
    for name, value in row.fields.items():
        if value and not ties(name) and (id(row), name) not in case.taken:
            yield f"{row.table}.{name}", NOT_MEDICAL if is_cost(name) else NO_FIELD


def _place(row: Row) -> Place:
    """By the table's own keys, where the STT is the small number that it should be."""
    own = row.fields.get("STT", "")
    return Place(row.number, row.fields["MA_LK"], own if own.isascii() and own.isdigit() and len(own) < 10 else None)
