"""Working days in Vietnam: public holidays as data (holidays.toml), and deadlines reckoned on them.

A period in days begins on the day after the event (Civil Code 91/2015/QH13 art. 147(2)) and ends with the end of its
last day (art. 148).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from idp.accounts import lunar
from idp.accounts.levels import legal_day
from idp.i18n import VIETNAM

DAY = timedelta(days=1)
TET = {"vi": "Tết Nguyên đán", "en": "Lunar New Year"}
BESIDE_NATIONAL_DAY = {"vi": "Quốc khánh (ngày liền kề)", "en": "National Day (the day beside)"}
SUBSTITUTE = {"vi": "nghỉ bù", "en": "in lieu"}
SWAPPED = {"vi": "Ngày làm việc hoán đổi", "en": "Working day swapped"}


@dataclass(frozen=True)
class Holiday:
    """A free day and its name by language. `verified` false: its source was not the gazette."""

    day: date
    name: Mapping[str, str]
    verified: bool


@dataclass(frozen=True)
class Year:
    """One year's free days, and the Saturdays that are worked for swapped ones."""

    free: Mapping[date, Holiday]
    worked: frozenset[date]


def is_working_day(day: date) -> bool:
    """Not a weekend, unless it is worked for a swapped day, and not a holiday."""
    year = of(day.year)
    return day in year.worked or not (_weekend(day) or day in year.free)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`; that day itself never counts."""
    while count:
        day += DAY
        count -= is_working_day(day)
    return day


def due_day(received: datetime, working_days: int) -> date:
    """The last day of a period of working days that an application's arrival begins, in Vietnam's calendar."""
    return add_working_days(legal_day(received), working_days)


def end_of(day: date) -> datetime:
    """The instant after which the day is over in Vietnam."""
    return datetime.combine(day + DAY, time(), VIETNAM)


@cache
def of(year: int) -> Year:
    """The year's holidays, substitutes and swaps counted."""
    decided = next((row for row in _table()["decided"] if row["year"] == year), None)
    free: dict[date, Holiday] = {}
    for holiday in sorted(_named(year, decided), key=lambda holiday: holiday.day):
        free.setdefault(holiday.day, holiday)
    for holiday in list(free.values()):
        if _weekend(holiday.day):
            day = _substitute(holiday.day, free)
            name = {lang: f"{holiday.name[lang]} ({SUBSTITUTE[lang]})" for lang in holiday.name}
            free[day] = Holiday(day, name, holiday.verified)
    swaps = decided["swapped"] if decided else []
    free.update({swap["free"]: Holiday(swap["free"], SWAPPED, False) for swap in swaps})
    return Year(dict(sorted(free.items())), frozenset(swap["worked"] for swap in swaps))


def _named(year: int, decided: Mapping[str, Any] | None) -> Iterator[Holiday]:
    """The holidays as the law lists them, wherever in the week they fall."""
    table, told = _table(), decided or {}
    for row in table["solar"]:
        if row.get("counted", True) and row.get("from_year", 0) <= year:
            yield Holiday(date(year, row["month"], row["day"]), row["name"], row["verified"])
    for row in table["lunar"]:
        yield Holiday(lunar.solar_day(year, row["month"], row["day"]), row["name"], row["verified"])
    first = lunar.new_year(year) - told.get("tet_days_before", table["tet"]["days_before"]) * DAY
    for number in range(table["tet"]["days"]):
        yield Holiday(first + number * DAY, TET, told.get("verified", table["tet"]["verified"]))
    beside = told.get("national_day_beside", table["national_day"]["beside"])
    day = date(year, 9, 1) if beside == "before" else date(year, 9, 3)
    yield Holiday(day, BESIDE_NATIONAL_DAY, told.get("verified", table["national_day"]["verified"]))


def _substitute(day: date, free: Mapping[date, Holiday]) -> date:
    """The next day that is neither weekend nor free (Labour Code art. 111(3))."""
    while _weekend(day) or day in free:
        day += DAY
    return day


def _weekend(day: date) -> bool:
    return day.isoweekday() in _table()["weekend"]["days"]


@cache
def _table() -> dict[str, Any]:
    with (Path(__file__).parent / "holidays.toml").open("rb") as stream:
        return tomllib.load(stream)
