"""Insurance output XML (Decision 130/QD-BYT, 4750/QD-BYT): tables, hostile bytes, what is left out."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from health_support import FACILITIES, INSURANCE_FILE, LAN

from idp.documents.health import identity, insurance_reading
from idp.documents.health.errors import (
    HealthRecordError,
    MissingValue,
    NothingToImport,
    TooLarge,
    UnknownFacility,
    Unreadable,
    WrongPerson,
)
from idp.documents.health.insurance_mapping import TABLES
from idp.documents.health.record import NO_FIELD, NOT_MEDICAL, OWN_TABLE, Place, Record

TEXT = INSURANCE_FILE.decode()


def read(*files: bytes | str) -> Record:
    return insurance_reading.read([one.encode() if isinstance(one, str) else one for one in files], FACILITIES)


def packed(text: str = TEXT) -> str:
    """The same with every table in base64, as hospitals send it."""

    def pack(found: re.Match[str]) -> str:
        inner = base64.encodebytes(found[1].strip().encode()).decode()
        return f"<NOIDUNGFILE>{inner}</NOIDUNGFILE>"

    return re.sub(r"<NOIDUNGFILE>(.*?)</NOIDUNGFILE>", pack, text, flags=re.DOTALL)


def tables(text: str = TEXT) -> list[str]:
    return [found.strip() for found in re.findall(r"<NOIDUNGFILE>(.*?)</NOIDUNGFILE>", text, flags=re.DOTALL)]


def claims(record: Record, index: int = 0) -> Any:
    return record.visits[index].claims


def test_two_visits_of_two_hospitals() -> None:
    record = read(TEXT)
    identity.check(record.patients, LAN)
    assert [one.issuer_id for one in record.visits] == ["hospital-song-ba", "hospital-ia-thu"]
    first, second = claims(record, 0), claims(record, 1)
    assert first["document_number"] == "MPLK26110001"
    assert first["admitted"] == "2026-11-03T08:15:00+07:00"
    assert first["encounter_type"] == "Điều trị nội trú"
    assert first["outcome"] == "Khỏi"
    assert first["discharge_diagnosis"] == [
        {"code": "J15.9", "diagnosis": "Viêm phổi do vi khuẩn"},
        {"code": "J30.4", "diagnosis": "ICD-10 J30.4"},
        {"code": "R05", "diagnosis": "ICD-10 R05"},
    ]
    assert first["medications"][0] == {
        "name": "Azithromycin", "strength": "500 mg", "quantity": "5 viên", "dose": "1 viên mỗi ngày, 5 ngày",
        "usage": "Uống",
    }  # fmt: skip
    assert first["procedures"] == [{"code": "33.24", "name": "Nội soi phế quản ống mềm", "date": "2026-11-04"}]
    assert first["results"] == [
        {"code": "WBC", "name": "Số lượng bạch cầu", "value": "14.20", "unit": "G/L", "conclusion": "Tăng"}
    ]
    assert (first["weight_kg"], first["blood_group"], first["follow_up"]) == (52.5, "O+", "2026-11-21")
    assert first["physician"] == "BS. Nguyễn Văn Thử (mô phỏng)"
    assert second["physician"] == "Bác sĩ, mã hành nghề 000002/MP-CCHN"
    assert second["follow_up"] == "2026-12-18"


def test_the_book_of_it() -> None:
    """A visit's main illness joins the history, a mere reason for a visit (Z) does not; the summary is XML8's."""
    record = read(TEXT)
    book: Any = record.book
    assert [one["code"] for one in book["history"]["conditions"]] == ["J15.9"]
    assert book["summary"]["course"] == "Hết sốt từ ngày thứ ba"
    assert book["summary"]["physician"] == "BS. Nguyễn Văn Thử (mô phỏng)"
    assert book["primary_facility"] == "Bệnh viện Biển Hồ (MÔ PHỎNG)"
    assert record.keeper is None  # the newest visit's hospital keeps nobody's book


def test_packed_and_bare_say_the_same() -> None:
    plain = read(TEXT)
    for other in (read(packed()), read(*tables()), read("\ufeff" + TEXT)):
        assert [one.claims for one in other.visits] == [one.claims for one in plain.visits]
        assert other.book == plain.book
        assert other.left_out == plain.left_out


def test_what_is_left_out() -> None:
    """Every field with something in it is taken or listed, by table and field, with why and how often."""
    left = {one.path: (one.reason, one.count) for one in read(TEXT).left_out}
    assert left["XML1.T_THUOC"] == (NOT_MEDICAL, 1)
    assert left["XML2.DON_GIA"] == (NOT_MEDICAL, 2)
    assert left["XML1.CHAN_DOAN_VAO"] == (NO_FIELD, 1)
    assert left["XML3.TEN_DICH_VU"] == (NO_FIELD, 1)  # the bed
    assert left["XML4.MO_TA"] == (NO_FIELD, 1)
    assert left["XML11"] == (OWN_TABLE, 1)
    assert not {"XML1.HO_TEN", "XML1.MA_LK", "XML8.QT_BENHLY", "XML1.DIA_CHI"} & left.keys()


def test_each_row_of_what_is_left_out_is_named() -> None:
    """By its number in its table over all that was given, by the visit it belongs to, and by the number it has there;
    nothing else of the row."""
    second = "<MA_LK>MPLK26110002</MA_LK>"
    left = {one.path: one for one in read(TEXT.replace(second, f"{second}<MA_BN>9</MA_BN>", 1)).left_out}
    assert left["XML1.MA_BN"].places == (Place(1, "MPLK26110001", "1"), Place(2, "MPLK26110002"))
    assert left["XML2.DON_GIA"].places == (Place(1, "MPLK26110001", "1"), Place(2, "MPLK26110001", "2"))
    assert {len(one.places) - one.count for one in left.values()} == {0}
    strange = {one.path: one for one in read(re.sub("<STT>2</STT>", "<STT>Nguyễn</STT>", TEXT)).left_out}
    assert strange["XML2.DON_GIA"].places[1] == Place(2, "MPLK26110001", None)


def test_no_field_disappears() -> None:
    """A mark put into each field in turn comes out in a document or in the list."""
    fields = set(re.findall(r"<([A-Z_]+)>[^<]+</\1>", " ".join(tables()))) - {"MA_LK", "STT"}
    fields -= {"SO_NGAY_NGHI"}  # of XML11, which is listed whole
    for name in sorted(fields):
        marked = re.sub(rf"<{name}>[^<]+</{name}>", f"<{name}>DAU</{name}>", TEXT)
        try:
            record = read(marked)
        except HealthRecordError as error:  # a field with a form of its own refuses the mark
            told = error.where
        else:
            seen = [one.names + one.numbers for one in record.patients]
            told = f"{record.visits}{record.book}{seen} {' '.join(one.path for one in record.left_out)}"
        assert "DAU" in told or f".{name}" in told, name


@pytest.mark.parametrize(
    ("old", "new", "error", "where"),
    [
        ("<MA_CSKCB>65003", "<MA_CSKCB>66001", UnknownFacility, "XML1.MA_CSKCB, line "),
        ("<NGAY_VAO>202611030815", "<NGAY_VAO>20261103", MissingValue, "XML1.NGAY_VAO, line 31"),
        ("<NGAY_RA>202611071030", "<NGAY_RA>202613071030", MissingValue, "XML1.NGAY_RA, line 32"),
        ("<LY_DO_VV>Tái khám</LY_DO_VV>", "", MissingValue, "XML1.LY_DO_VV, line "),
        ("<MA_LOAI_KCB>03", "<MA_LOAI_KCB>77", MissingValue, "XML1.MA_LOAI_KCB, line "),
        ("<KET_QUA_DTRI>2", "<KET_QUA_DTRI>9", MissingValue, "XML1.KET_QUA_DTRI, line "),
        ("<CHAN_DOAN_RV>Khám theo dõi sau điều trị</CHAN_DOAN_RV>", "", MissingValue, "XML1.CHAN_DOAN_RV, line "),
        ("<MA_BAC_SI>000002/MP-CCHN</MA_BAC_SI>", "", MissingValue, "XML7.TEN_BS"),
        ("<CAN_NANG>52.5", "<CAN_NANG>nặng", Unreadable, "XML1.CAN_NANG, line "),
        ("<TEN_THUOC>Paracetamol</TEN_THUOC>", "", MissingValue, "XML2.TEN_THUOC, line "),
        ("<NGAY_SINH>199003140000", "<NGAY_SINH>14/03/1990", Unreadable, "XML1.NGAY_SINH, line "),
        ("<STT>1</STT>", "<STT>1</STT><STT>2</STT>", Unreadable, "XML1.STT, line "),
        ("<GIOI_TINH>2", "<GIOI_TINH>4", Unreadable, "XML1.GIOI_TINH, line "),
        ("<MA_BN>BN0001</MA_BN>", "<MA_BN><X>1</X></MA_BN>", Unreadable, "XML1.MA_BN, line "),
        ("<LOAIHOSO>XML14", "<LOAIHOSO>XML16", Unreadable, "FILEHOSO, line "),
        ("<LOAIHOSO>XML14", "<LOAIHOSO>XML13", Unreadable, "XML13, line "),
        ("0002</MA_LK>\n              <NGAY_HEN", "X</MA_LK>\n              <NGAY_HEN", Unreadable, "XML14.MA_LK"),
        ("MPLK26110002", "MPLK26110001", Unreadable, "XML1.MA_LK, line "),
        ("<MA_LK>MPLK26110002</MA_LK>", "", Unreadable, "XML1.MA_LK, line "),
    ],
)  # fmt: skip
def test_mistakes(old: str, new: str, error: type[HealthRecordError], where: str) -> None:
    """Each is refused with its table, field and line."""
    assert old in TEXT
    with pytest.raises(error) as refused:
        read(TEXT.replace(old, new, 1) if old != "MPLK26110002" else TEXT.replace(old, new))
    assert where in refused.value.where


def test_a_line_counts_within_a_packed_table() -> None:
    """What is in base64 has lines of its own."""
    with pytest.raises(MissingValue, match=r"XML1.KET_QUA_DTRI, line 13"):
        read(packed(TEXT.replace("<KET_QUA_DTRI>2", "<KET_QUA_DTRI>9")))


def test_a_file_of_two_persons() -> None:
    """Nothing of it is taken."""
    second = TEXT.rindex("065190000101")
    record = read(TEXT[:second] + "065190000102" + TEXT[second + 12 :])
    with pytest.raises(WrongPerson, match="SO_CCCD"):
        identity.check(record.patients, LAN)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("<SO_CCCD>065190000101", "<SO_CCCD>065190000102", "SO_CCCD"),
        ("<SO_CCCD>065190000101</SO_CCCD>", "", "SO_CCCD"),
        ("<HO_TEN><![CDATA[NGUYỄN THỊ MAI LAN]]>", "<HO_TEN>NGUYỄN THỊ LAN", "HO_TEN"),
        ("<NGAY_SINH>19900314", "<NGAY_SINH>19900315", "NGAY_SINH"),
        ("<GIOI_TINH>2", "<GIOI_TINH>1", "GIOI_TINH"),
    ],
)
def test_the_wrong_person(old: str, new: str, where: str) -> None:
    record = read(TEXT.replace(old, new))
    with pytest.raises(WrongPerson) as refused:
        identity.check(record.patients, LAN)
    assert f"XML1.{where}, line" in refused.value.where


def test_a_birth_date_known_to_the_year() -> None:
    """0000 for month and day says that they are not known (NGAY_SINH)."""
    identity.check(read(TEXT.replace("<NGAY_SINH>199003140000", "<NGAY_SINH>199000000000")).patients, LAN)


def test_an_undetermined_sex() -> None:
    """3 contradicts nothing, and is listed."""
    record = read(TEXT.replace("<GIOI_TINH>2", "<GIOI_TINH>3"))
    identity.check(record.patients, LAN)
    assert {one.path: one.count for one in record.left_out}["XML1.GIOI_TINH"] == 2


LAUGHS = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><TONG_HOP><MA_LK>&c;</MA_LK></TONG_HOP>"""
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><TONG_HOP><MA_LK>&a;</MA_LK></TONG_HOP>'
OUTSIDE = '<!DOCTYPE TONG_HOP SYSTEM "http://127.0.0.1:1/x.dtd"><TONG_HOP/>'


def wrapped(content: str) -> str:
    return (
        f"<GIAMDINHHS><FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>{content}</NOIDUNGFILE></FILEHOSO></GIAMDINHHS>"
    )


def in_base64(inner: str) -> str:
    return wrapped(base64.b64encode(inner.encode()).decode())


@pytest.mark.parametrize(
    ("hostile", "error"),
    [
        (LAUGHS, Unreadable),
        (EXTERNAL, Unreadable),
        (OUTSIDE, Unreadable),
        (in_base64(LAUGHS), Unreadable),
        (in_base64(EXTERNAL), Unreadable),
        ("<TONG_HOP><MA_LK>" + "a" * 2**20 + "</MA_LK></TONG_HOP>", TooLarge),
        ("<TONG_HOP>" + "<a>" * 100_000 + "</a>" * 100_000 + "</TONG_HOP>", TooLarge),
        ("<TONG_HOP>" + "<a/>" * 200_001 + "</TONG_HOP>", TooLarge),
        ("<TONG_HOP>" + " " * 8 * 2**20 + "</TONG_HOP>", TooLarge),
        (in_base64("<TONG_HOP>" + " " * 5 * 2**20 + "</TONG_HOP>"), TooLarge),
        (wrapped("not base64!"), Unreadable),
        (wrapped("AAAA"), Unreadable),
        (wrapped(""), NothingToImport),
        ("<GIAMDINHHS/>", Unreadable),
        ("<SOMETHING/>", Unreadable),
        ("<CHITIEU_CHITIET_THUOC/>", NothingToImport),
        ("<TONG_HOP/>", Unreadable),
        ("<TONG_HOP>", Unreadable),
        ("", Unreadable),
        ("plain text", Unreadable),
        ('<?xml version="1.0" encoding="no-such-thing"?><TONG_HOP/>', Unreadable),
        (b"\xff\xfe\x00", Unreadable),
        ("<TONG_HOP>\x00</TONG_HOP>", Unreadable),
    ],
    ids=[
        "billion-laughs", "external", "external-dtd", "packed-laughs", "packed-external", "megabyte", "deep", "many",
        "large", "large-packed", "not-base64", "base64-of-nothing", "empty-table", "empty-wrapper", "other-root",
        "no-head", "no-key", "cut", "empty", "no-xml", "encoding", "bytes", "zero",
    ],
)  # fmt: skip
def test_hostile_bytes(hostile: str | bytes, error: type[HealthRecordError]) -> None:
    """No entity is expanded, nothing is fetched, every limit holds, each in its own refusal."""
    with pytest.raises(error):
        read(hostile)


def test_every_table_of_the_decision_is_known() -> None:
    assert list(TABLES) == [f"XML{number}" for number in range(1, 16)]
    assert len({form.root for form in TABLES.values()}) == 15
