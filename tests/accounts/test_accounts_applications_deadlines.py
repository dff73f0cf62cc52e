"""How long an application may take (Decree 69/2024/ND-CP art. 13)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from idp.accounts.applications import deadlines
from idp.accounts.applications.deadlines import Case
from idp.accounts.levels import HolderKind

CITIZEN, FOREIGNER = HolderKind.CITIZEN, HolderKind.FOREIGNER


@pytest.mark.parametrize(
    ("case", "days"),
    [
        (Case(CITIZEN, 1), 1),
        (Case(CITIZEN, 2), 3),
        (Case(CITIZEN, 1, valid_card=False), 7),
        (Case(CITIZEN, 2, valid_card=False), 7),
        (Case(FOREIGNER, 1), 1),
        (Case(FOREIGNER, 2, biometrics_on_file=True), 3),
        (Case(FOREIGNER, 2), 7),
    ],
)
def test_working_days(case: Case, days: int) -> None:
    """By holder, level, card and biometrics."""
    assert deadlines.working_days(case) == days


def test_no_row_no_deadline() -> None:
    """An organisation's is not of this table, and none is made up."""
    with pytest.raises(LookupError):
        deadlines.working_days(Case(HolderKind.ORGANISATION, 1))


def test_before_tet() -> None:
    """Seven working days over Tết 2026 are two weeks and more."""
    assert deadlines.due_on(Case(FOREIGNER, 2), datetime(2026, 2, 12, 3, tzinfo=UTC)) == date(2026, 3, 2)


def test_overdue_from_midnight_in_vietnam() -> None:
    """The last day counts whole."""
    due = date(2026, 11, 25)
    assert not deadlines.overdue(due, datetime(2026, 11, 25, 16, 59, 59, tzinfo=UTC))
    assert deadlines.overdue(due, datetime(2026, 11, 25, 17, 0, tzinfo=UTC))
