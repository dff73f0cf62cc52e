"""Criminal record certificates (Law 28/2009/QH12 art. 41-43): what No. 1 leaves out and No. 2 tells."""

from __future__ import annotations

from datetime import date

import pytest

from idp.documents.judicial_record import JudicialRecord, number_1, number_2

CLEARED = {
    "judgment_date": "2014-06-18",
    "judgment_number": "27/2014",
    "court": "Tòa án Mẫu",
    "offence": "Vi phạm quy định giao thông",
    "article": "Điều 202",
    "main_penalty": "12 tháng cải tạo không giam giữ",
    "cleared_at": "2017-07-20",
}
LIVE = {
    "judgment_date": "2024-11-12",
    "judgment_number": "112/2024",
    "court": "Tòa án Mẫu",
    "offence": "Trốn thuế",
    "article": "Điều 200",
    "main_penalty": "Phạt tiền",
    "additional_penalty": "Cấm đảm nhiệm chức vụ",
}
BAN = {"posts": "Quản lý doanh nghiệp", "until": "2028-05-30"}
ON = date(2026, 11, 2)


def record(*convictions: dict[str, str], ban: dict[str, str] | None = None) -> JudicialRecord:
    return JudicialRecord(convictions, ban)


def test_no_conviction_reads_clear() -> None:
    told = number_1(record(), ON, business_ban_asked=False)
    assert told == {"criminal_status": "không có án tích", "convictions": [], "business_ban": "không yêu cầu"}


def test_number_1_does_not_know_a_cleared_conviction() -> None:
    """Art. 42: cleared means "không có án tích"; a No. 1 that leaks it is a failure."""
    told = number_1(record(CLEARED), ON, business_ban_asked=True)
    assert told["criminal_status"] == "không có án tích"
    assert told["convictions"] == []


def test_number_2_tells_a_cleared_conviction_with_its_clearing() -> None:
    """Art. 43: everything, though the status counts what stands."""
    told = number_2(record(CLEARED), ON)
    assert told["criminal_status"] == "không có án tích"
    assert told["convictions"] == [CLEARED]


@pytest.mark.parametrize("key", ["cleared_at", "amnestied_at"])
@pytest.mark.parametrize(("day", "status"), [("2026-11-02", "không có án tích"), ("2026-11-03", "có án tích")])
def test_a_conviction_counts_until_the_day_it_is_cleared(key: str, day: str, status: str) -> None:
    """By clearing or amnesty, from that day on."""
    told = number_1(record({**LIVE, key: day}), ON, business_ban_asked=False)
    assert told["criminal_status"] == status


def test_number_1_tells_of_a_live_conviction_what_the_law_names() -> None:
    """Art. 42(2): offence, main and additional penalty; not the judgment."""
    told = number_1(record(CLEARED, LIVE), ON, business_ban_asked=False)
    assert told["criminal_status"] == "có án tích"
    assert told["convictions"] == [
        {
            "offence": "Trốn thuế",
            "main_penalty": "Phạt tiền",
            "additional_penalty": "Cấm đảm nhiệm chức vụ",
        }
    ]


def test_number_2_tells_of_every_conviction_everything() -> None:
    told = number_2(record(CLEARED, LIVE), ON)
    assert told["criminal_status"] == "có án tích"
    assert told["convictions"] == [CLEARED, LIVE]


@pytest.mark.parametrize(
    ("ban", "asked", "said"),
    [
        (BAN, False, "không yêu cầu"),
        (None, False, "không yêu cầu"),
        (BAN, True, BAN),
        (None, True, "không bị cấm"),
    ],
)
def test_number_1_speaks_of_a_business_ban_only_if_asked(
    ban: dict[str, str] | None, asked: bool, said: object
) -> None:
    """Art. 42(3): "not requested" tells nothing, and is told in so many words rather than left out."""
    assert number_1(record(ban=ban), ON, business_ban_asked=asked)["business_ban"] == said


@pytest.mark.parametrize(("ban", "said"), [(BAN, BAN), (None, "không bị cấm")])
def test_number_2_always_speaks_of_a_business_ban(ban: dict[str, str] | None, said: object) -> None:
    assert number_2(record(ban=ban), ON)["business_ban"] == said
