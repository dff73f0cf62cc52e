"""Insurance output data as a health record: each MA_LK one visit, signed by the hospital of its MA_CSKCB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from idp.documents.health import insurance_xml
from idp.documents.health.errors import MissingValue, NothingToImport, UnknownFacility, Unreadable
from idp.documents.health.facilities import BOOK, Facilities
from idp.documents.health.insurance_mapping import MAP, VALUES, is_cost, sources, ties
from idp.documents.health.insurance_xml import Row
from idp.documents.health.ips_concepts import kept, number
from idp.documents.health.record import NO_FIELD, NOT_MEDICAL, OWN_TABLE, LeftOut, Patient, Record, Visit
from idp.pki import IssuerProfile

VIETNAM = timezone(timedelta(hours=7))
UNDETERMINED = "3"
#: Tables whose fields go to an encounter or to the summary; all others belong to other documents.
USED = frozenset(path.partition(".")[0] for path in MAP)


@dataclass
class Case:
    """The rows of one MA_LK, and which of their fields were taken."""

    head: Row
    rows: list[Row] = field(default_factory=list)
    taken: set[tuple[int, str]] = field(default_factory=set)

    def of(self, table: str) -> list[Row]:
        return [row for row in self.rows if row.table == table]

    def take(self, row: Row, name: str) -> str | None:
        """A field's value, which counts as taken; None where it is empty."""
        value = row.fields.get(name)
        if value:
            self.taken.add((id(row), name))
        return value or None

    def first(self, claim: str) -> tuple[str, Row, str] | None:
        """The value for a claim, by precedence, and where it stood."""
        for table, name in sources(claim):
            for row in self.of(table):
                value = self.take(row, name)
                if value:
                    return value, row, name
        return None

    def text(self, claim: str) -> str | None:
        found = self.first(claim)
        return None if found is None else found[0]


def read(files: Sequence[bytes], facilities: Facilities) -> Record:
    """Raises HealthRecordError."""
    cases = _cases(insurance_xml.read(files))
    patients = tuple(_patient(case) for case in cases)
    visits = tuple(_visit(case, facilities) for case in cases)
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


def _visit(case: Case, facilities: Facilities) -> Visit:
    issuer = _issuer(case, facilities)
    claims = kept(
        document_number=_need(case, "document_number"),
        facility=issuer.name["vi"],
        admitted=_instant(case, "admitted"),
        discharged=_instant(case, "discharged"),
        encounter_type=_coded(case, "encounter_type"),
        reason=_need(case, "reason"),
        discharge_diagnosis=_diagnoses(case),
        outcome=_coded(case, "outcome"),
        blood_group=case.text("encounter.blood_group"),
        weight_kg=_weight(case),
        advice=case.text("encounter.advice"),
        follow_up=_follow_up(case),
        physician=_physician(case),
        insurance_number=case.text("insurance_number"),
        medications=[_medicine(case, row) for row in case.of("XML2")],
        procedures=[told for row in case.of("XML3") if (told := _procedure(case, row))],
        results=[found for row in case.of("XML4") if (found := _result(case, row))],
    )
    told = {name: value for name, value in claims.items() if value != []}
    return Visit(issuer.id, told, case.head.where())


def _issuer(case: Case, facilities: Facilities) -> IssuerProfile:
    code = _need(case, "facility")
    issuer = facilities.issuer(code)
    if issuer is None:
        known = facilities.codes
        raise UnknownFacility(case.head.where("MA_CSKCB"), f"no hospital here has this code; known are {known}")
    return issuer


def _need(case: Case, claim: str) -> str:
    found = case.first(f"encounter.{claim}")
    if found is None:
        table, name = sources(f"encounter.{claim}")[0]
        rows = case.of(table)
        where = rows[0].where(name) if rows else f"{table}.{name}"
        raise MissingValue(where, "is missing, and the signed document must have it")
    return found[0]


def _coded(case: Case, claim: str) -> str:
    """A code of the Ministry's lists in its words."""
    code = _need(case, claim)
    _table, name = sources(f"encounter.{claim}")[0]
    words = VALUES[name]
    found = words.get(code) or words.get(code.zfill(2))
    if found is None:
        raise MissingValue(case.head.where(name), f"not a code of its list: {', '.join(words)}")
    return found


def _instant(case: Case, claim: str) -> str:
    text = _need(case, claim)
    found = case.first(f"encounter.{claim}")
    instant = _time(text)
    if instant is None or found is None:
        raise MissingValue(case.head.where(found[2] if found else None), "must be yyyyMMddHHmm")
    return instant.isoformat()


def _time(text: str) -> datetime | None:
    """`yyyyMMddHHmm`, in Vietnam's time."""
    try:
        return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=VIETNAM) if len(text) == 12 else None
    except ValueError:
        return None


def _day(text: str | None) -> str | None:
    """The day of `yyyyMMdd` with or without a time; None for anything else."""
    try:
        return datetime.strptime((text or "")[:8], "%Y%m%d").date().isoformat() if len(text or "") >= 8 else None
    except ValueError:
        return None


def _diagnoses(case: Case) -> list[dict[str, object]]:
    """The main illness with the words of the diagnosis; each further one by its code, which has no words here."""
    words = case.text("encounter.discharge_diagnosis[].diagnosis")
    main = case.take(case.head, "MA_BENH_CHINH")
    if not words:
        raise MissingValue(case.head.where("CHAN_DOAN_RV"), "is missing, and the signed document must have it")
    others = (case.take(case.head, "MA_BENH_KT") or "").split(";")
    return [kept(code=main, diagnosis=words), *(kept(code=one, diagnosis=f"ICD-10 {one}") for one in _clean(others))]


def _clean(parts: list[str]) -> Iterator[str]:
    yield from (part.strip() for part in parts if part.strip())


def _weight(case: Case) -> int | float | None:
    found = case.first("encounter.weight_kg")
    if found is None:
        return None
    value, row, name = found
    if not value.replace(".", "", 1).isascii() or not value.replace(".", "", 1).isdigit() or len(value) > 7:
        raise Unreadable(row.where(name), "must be a number of kilograms")
    return number(value)


def _follow_up(case: Case) -> str | None:
    """The first of the days; further ones are told of."""
    found = case.first("encounter.follow_up")
    if found is None:
        return None
    value, row, name = found
    first, *more = _clean(value.split(";"))
    day = _day(first)
    if day is None or more:
        case.taken.discard((id(row), name))
    return day


def _physician(case: Case) -> str:
    """By name where a discharge paper has it, else by the number of the licence to practise."""
    found = case.first("encounter.physician")
    if found is None:
        raise MissingValue("XML7.TEN_BS", "is missing, and no MA_BAC_SI stands in XML14, XML2 or XML3")
    value, row, name = found
    if name == "TEN_BS":
        return value
    first, *more = _clean(value.split(";"))
    if more:
        case.taken.discard((id(row), name))
    return f"Bác sĩ, mã hành nghề {first}"


def _medicine(case: Case, row: Row) -> dict[str, object]:
    amount = " ".join(part for part in (case.take(row, "SO_LUONG"), case.take(row, "DON_VI_TINH")) if part)
    name = case.take(row, "TEN_THUOC")
    if not name:
        raise MissingValue(row.where("TEN_THUOC"), "is missing")
    return kept(
        name=name,
        strength=case.take(row, "HAM_LUONG"),
        quantity=amount,
        dose=case.take(row, "LIEU_DUNG"),
        usage=case.take(row, "CACH_DUNG"),
    )


def _procedure(case: Case, row: Row) -> dict[str, object] | None:
    """Operations and procedures have an international code; beds, visits and supplies have none."""
    if not row.fields.get("MA_PTTT_QT"):
        return None
    name = case.take(row, "TEN_DICH_VU")
    if not name:
        raise MissingValue(row.where("TEN_DICH_VU"), "is missing")
    day = _day(row.fields.get("NGAY_TH_YL"))
    if day is not None:  # else the field is told of
        case.take(row, "NGAY_TH_YL")
    return kept(code=case.take(row, "MA_PTTT_QT"), name=name, date=day)


def _result(case: Case, row: Row) -> dict[str, object] | None:
    """A test with a value or a conclusion; one without a name or either is told of."""
    name, value = row.fields.get("TEN_CHI_SO"), row.fields.get("GIA_TRI")
    if not name or not value:
        return None
    return kept(
        code=case.take(row, "MA_CHI_SO"),
        name=case.take(row, "TEN_CHI_SO"),
        value=case.take(row, "GIA_TRI"),
        unit=case.take(row, "DON_VI_DO"),
        conclusion=case.take(row, "KET_LUAN"),
    )


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
    """Every field with something in it that was not taken, by table and field, with how often."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in cases:
        for row in case.rows:
            if row.table not in USED:
                counts[row.table, OWN_TABLE] += 1
                continue
            for name, value in row.fields.items():
                if value and not ties(name) and (id(row), name) not in case.taken:
                    counts[f"{row.table}.{name}", NOT_MEDICAL if is_cost(name) else NO_FIELD] += 1
    for (path, reason), count in counts.items():
        yield LeftOut(path, reason, count)
