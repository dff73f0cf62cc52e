"""Counting working days: Saturdays, Sundays and the fixed public holidays do not count.

Labour Code 45/2019/QH14 art. 112. The holidays of the lunar calendar (Tết, Hùng Kings) and the days off that the
government moves each year are not in this table yet; the receipt says so.
"""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5
# (month, day): New Year, Reunification, Labour Day, and the two days of National Day
HOLIDAYS = frozenset({(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)})


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in HOLIDAYS


def after(start: date, days: int) -> date:
    """The day `days` working days after `start`; the day of filing itself does not count (Civil Code art. 147)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
