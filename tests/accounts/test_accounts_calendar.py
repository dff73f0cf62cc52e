"""Working days: holidays of 2024 to 2030, solar and lunar, and deadlines reckoned on them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from idp.accounts import calendar, lunar

# The first day of Tết and the day of the Hùng Kings, as every wall calendar in Vietnam has them.
TET = {
    1968: date(1968, 1, 29),  # a day before China's: the zone was changed that year
    1985: date(1985, 1, 21),  # a month before China's
    2007: date(2007, 2, 17),  # a day before China's
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
    2029: date(2029, 2, 13),
    2030: date(2030, 2, 2),  # a day before China's
}
HUNG_KINGS = {
    2024: date(2024, 4, 18),
    2025: date(2025, 4, 7),
    2026: date(2026, 4, 26),
    2027: date(2027, 4, 16),
    2028: date(2028, 4, 4),
    2029: date(2029, 4, 23),
    2030: date(2030, 4, 12),
}


@pytest.mark.parametrize("year", TET)
def test_tet(year: int) -> None:
    """The first day of the lunar year, Vietnam's zone counted."""
    assert lunar.new_year(year) == TET[year]


@pytest.mark.parametrize("year", HUNG_KINGS)
def test_hung_kings(year: int) -> None:
    """The tenth of the third lunar month, leap months stepped over."""
    assert lunar.solar_day(year, 3, 10) == HUNG_KINGS[year]


def test_a_lunar_month_has_29_or_30_days() -> None:
    """New moons follow each other as the moon does, over a century."""
    for year in range(1950, 2050):
        for month in range(1, 12):
            gap = (lunar.solar_day(year, month + 1, 1) - lunar.solar_day(year, month, 1)).days
            assert gap in (29, 30, 58, 59, 60), (year, month)  # twice as long where a leap month lies between


@pytest.mark.parametrize(
    ("year", "off"),
    [
        (2024, "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03"),
        (2025, "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02"),
        (2026, "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02"),
    ],
)  # fmt: skip
def test_weekdays_off_as_they_were(year: int, off: str) -> None:
    """Substitutes for weekends and swapped days give the weekdays that authorities were closed."""
    found = [day.strftime("%m-%d") for day in calendar.of(year).free if day.isoweekday() < 6]
    assert found == off.split()


@pytest.mark.parametrize("year", range(2024, 2031))
def test_every_year_frees_eleven_weekdays(year: int) -> None:
    """Eleven legal holidays, none lost to a weekend, beside the swapped days."""
    year_of = calendar.of(year)
    weekdays = [day for day in year_of.free if day.isoweekday() < 6]
    assert len(weekdays) - len(year_of.worked) == 11


def test_a_day_in_lieu_never_falls_on_another_holiday() -> None:
    """New Year 2028 is a Saturday: Monday is free instead."""
    assert not calendar.is_working_day(date(2028, 1, 3))
    assert calendar.of(2028).free[date(2028, 1, 3)].name["vi"] == "Tết Dương lịch (nghỉ bù)"


def test_a_saturday_worked_for_a_swapped_day() -> None:
    """It counts as a working day, the day swapped for it does not."""
    assert calendar.is_working_day(date(2026, 8, 22))
    assert not calendar.is_working_day(date(2026, 8, 31))


def test_culture_day_waits_for_its_law() -> None:
    """Named by a resolution of January 2026; not counted until the law that frees it is known."""
    assert calendar.is_working_day(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (datetime(2026, 11, 24, 2, tzinfo=UTC), 1, date(2026, 11, 25)),
        (datetime(2026, 11, 24, 16, 59, tzinfo=UTC), 1, date(2026, 11, 25)),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), 1, date(2026, 11, 26)),  # already the 25th in Vietnam
        (datetime(2026, 11, 27, 2, tzinfo=UTC), 1, date(2026, 11, 30)),  # Friday to Monday
        (datetime(2026, 11, 28, 2, tzinfo=UTC), 3, date(2026, 12, 2)),  # on a Saturday
        (datetime(2026, 2, 13, 2, tzinfo=UTC), 1, date(2026, 2, 23)),  # the Friday before Tết
        (datetime(2026, 4, 24, 2, tzinfo=UTC), 3, date(2026, 5, 4)),  # Hùng Kings in lieu, 30 April, 1 May
        (datetime(2026, 12, 31, 2, tzinfo=UTC), 7, date(2027, 1, 12)),  # over the year's end
    ],
)
def test_due_day(received: datetime, days: int, due: date) -> None:
    """The day of arrival is not counted, nor is a day on which authorities are closed."""
    assert calendar.due_day(received, days) == due


def test_every_row_names_its_source() -> None:
    """What was not verified says so."""
    table = calendar._table()
    rows = [*table["solar"], *table["lunar"], *table["decided"], table["tet"], table["national_day"]]
    assert all(row["source"] and isinstance(row["verified"], bool) for row in rows)
