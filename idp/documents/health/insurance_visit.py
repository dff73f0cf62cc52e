"""One visit of the insurance tables, as the document that its own hospital signs."""

from __future__ import annotations

from idp.documents.health.errors import MissingValue, UnknownFacility, Unreadable
from idp.documents.health.facilities import Facilities
from idp.documents.health.insurance_case import Case, clean, coded, day_of, instant_of, need
from idp.documents.health.insurance_xml import Row
from idp.documents.health.ips_concepts import kept, number
from idp.documents.health.record import Visit
from idp.pki import IssuerProfile


def read(case: Case, facilities: Facilities) -> Visit:
    issuer = _issuer(case, facilities)
    claims = kept(
        document_number=need(case, "document_number"),
        facility=issuer.name["vi"],
        admitted=instant_of(case, "admitted"),
        discharged=instant_of(case, "discharged"),
        encounter_type=coded(case, "encounter_type"),
        reason=need(case, "reason"),
        discharge_diagnosis=_diagnoses(case),
        outcome=coded(case, "outcome"),
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
    code = need(case, "facility")
    issuer = facilities.issuer(code)
    if issuer is None:
        known = facilities.codes
        raise UnknownFacility(case.head.where("MA_CSKCB"), f"no hospital here has this code; known are {known}")
    return issuer


def _diagnoses(case: Case) -> list[dict[str, object]]:
    """The main illness with the words of the diagnosis; each further one by its code, which has no words here."""
    words = case.text("encounter.discharge_diagnosis[].diagnosis")
    main = case.take(case.head, "MA_BENH_CHINH")
    if not words:
        raise MissingValue(case.head.where("CHAN_DOAN_RV"), "is missing, and the signed document must have it")
    others = (case.take(case.head, "MA_BENH_KT") or "").split(";")
    return [kept(code=main, diagnosis=words), *(kept(code=one, diagnosis=f"ICD-10 {one}") for one in clean(others))]


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
    first, *more = clean(value.split(";"))
    day = day_of(first)
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
    first, *more = clean(value.split(";"))
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
    day = day_of(row.fields.get("NGAY_TH_YL"))
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
