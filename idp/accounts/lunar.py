"""The Vietnamese lunar calendar, computed: which solar day a lunar day falls on (time zone UTC+7).

New moons and solar longitudes after J. Meeus, "Astronomical Algorithms" (1998), chapters 25 and 49, in the short form
that is good to a few minutes; the rules of months and leap months are those of the calendar in use since 1968. The
time zone is what makes it Vietnam's: in 2030 Tết is a day before the Chinese new year.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from math import floor, pi, sin

ZONE_HOURS = 7
MONTH_DAYS = 29.530588853
EPOCH = 2415021.076998695  # a new moon on 1 January 1900
ORDINAL_TO_JULIAN = 1721425  # date.toordinal() + this = Julian day number


def solar_day(year: int, month: int, day: int) -> date:
    """The day of the Gregorian calendar on which this lunar day (of no leap month) falls."""
    before, after = (_month_11(year - 1), _month_11(year)) if month < 11 else (_month_11(year), _month_11(year + 1))
    offset = (month - 11) % 12
    if after - before > 365:
        leap = _leap_offset(before)
        if offset >= leap:
            offset += 1
    number = floor(0.5 + (before - EPOCH) / MONTH_DAYS)
    return _date(_new_moon(number + offset) + day - 1)


def new_year(year: int) -> date:
    """The first day of Tết in that solar year."""
    return solar_day(year, 1, 1)


def _date(julian: int) -> date:
    return date.fromordinal(julian - ORDINAL_TO_JULIAN)


def _julian(day: date) -> int:
    return day.toordinal() + ORDINAL_TO_JULIAN


@cache
def _new_moon(number: int) -> int:
    """The Vietnamese day of the new moon with this number, as a Julian day number."""
    century = number / 1236.85
    rad = pi / 180
    mean = 2415020.75933 + 29.53058868 * number + 0.0001178 * century**2 - 0.000000155 * century**3
    mean += 0.00033 * sin((166.56 + 132.87 * century - 0.009173 * century**2) * rad)
    sun = 359.2242 + 29.10535608 * number - 0.0000333 * century**2 - 0.00000347 * century**3
    moon = 306.0253 + 385.81691806 * number + 0.0107306 * century**2 + 0.00001236 * century**3
    node = 21.2964 + 390.67050646 * number - 0.0016528 * century**2 - 0.00000239 * century**3
    correction = (0.1734 - 0.000393 * century) * sin(sun * rad) + 0.0021 * sin(2 * sun * rad)
    correction += -0.4068 * sin(moon * rad) + 0.0161 * sin(2 * moon * rad) - 0.0004 * sin(3 * moon * rad)
    correction += 0.0104 * sin(2 * node * rad) - 0.0051 * sin((sun + moon) * rad)
    correction += -0.0074 * sin((sun - moon) * rad) + 0.0004 * sin((2 * node + sun) * rad)
    correction += -0.0004 * sin((2 * node - sun) * rad) - 0.0006 * sin((2 * node + moon) * rad)
    correction += 0.0010 * sin((2 * node - moon) * rad) + 0.0005 * sin((2 * moon + sun) * rad)
    drift = -0.000278 + 0.000265 * century + 0.000262 * century**2  # terrestrial minus universal time
    return floor(mean + correction - drift + 0.5 + ZONE_HOURS / 24)


@cache
def _sun_sign(julian: int) -> int:
    """In which twelfth of its way, from the March equinox, the sun stands at the beginning of the day."""
    century = (julian - 0.5 - ZONE_HOURS / 24 - 2451545.0) / 36525
    rad = pi / 180
    anomaly = 357.52910 + 35999.05030 * century - 0.0001559 * century**2 - 0.00000048 * century**3
    longitude = 280.46645 + 36000.76983 * century + 0.0003032 * century**2
    longitude += (1.914600 - 0.004817 * century - 0.000014 * century**2) * sin(anomaly * rad)
    longitude += (0.019993 - 0.000101 * century) * sin(2 * anomaly * rad) + 0.000290 * sin(3 * anomaly * rad)
    return floor((longitude % 360) / 30)


@cache
def _month_11(year: int) -> int:
    """The first day of the month that holds the winter solstice."""
    number = floor((_julian(date(year, 12, 31)) - EPOCH) / MONTH_DAYS)
    day = _new_moon(number)
    return _new_moon(number - 1) if _sun_sign(day) >= 9 else day


def _leap_offset(month_11: int) -> int:
    """Which month after the eleventh is the leap month: the first in which the sun enters no new sign."""
    number = floor(0.5 + (month_11 - EPOCH) / MONTH_DAYS)
    offset = 1
    sign = _sun_sign(_new_moon(number + offset))
    while True:
        offset += 1
        before, sign = sign, _sun_sign(_new_moon(number + offset))
        if sign == before or offset >= 14:
            return offset - 1
