"""Who may have which level (Decree 69/2024/ND-CP art. 7)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from idp.accounts import levels
from idp.accounts.levels import (
    Applicant,
    GuardianMustApply,
    HolderKind,
    LevelRefused,
    LevelRequired,
    NoRuleInForce,
    NotEligible,
    NoValidPaper,
    OrganisationHasNoLevel,
    age_on,
    check,
    legal_day,
)

TODAY = date(2026, 11, 24)
CITIZEN, FOREIGNER, ORGANISATION = HolderKind


def _applicant(kind: HolderKind, age: int | None, *, paper: bool = True, guardian: bool = False) -> Applicant:
    return Applicant(kind, age, paper, guardian)


@pytest.mark.parametrize("kind", [CITIZEN, FOREIGNER])
@pytest.mark.parametrize(
    ("age", "guardian", "level"),
    [(14, False, 1), (14, False, 2), (90, False, 2), (6, True, 1), (13, True, 2), (0, True, 1), (5, True, 1)],
)
def test_allowed(kind: HolderKind, age: int, guardian: bool, level: int) -> None:
    """From 14 on one's own request, younger by a parent or guardian; level 2 from 6."""
    assert level in check(_applicant(kind, age, guardian=guardian), level, TODAY).levels


@pytest.mark.parametrize("kind", [CITIZEN, FOREIGNER])
def test_under_six_never_level_two(kind: HolderKind) -> None:
    """A child under 6 can never be level 2, whoever asks."""
    with pytest.raises(LevelRefused, match=r"art\. 7"):
        check(_applicant(kind, 5, guardian=True), 2, TODAY)


@pytest.mark.parametrize("age", [0, 5, 6, 13])
def test_child_needs_guardian(age: int) -> None:
    """Under 14 nobody applies for herself."""
    with pytest.raises(GuardianMustApply) as error:
        check(_applicant(CITIZEN, age), 1, TODAY)
    assert error.value.law == "Decree 69/2024/ND-CP art. 7(1)"


@pytest.mark.parametrize(("kind", "words"), [(CITIZEN, "identity card"), (FOREIGNER, "residence card")])
def test_paper_is_needed(kind: HolderKind, words: str) -> None:
    """No valid card, no account."""
    with pytest.raises(NoValidPaper, match=words):
        check(_applicant(kind, 30, paper=False), 1, TODAY)


@pytest.mark.parametrize("level", [1, 2])
def test_organisation_has_no_level(level: int) -> None:
    """An organisation's account has no level: None, neither 0 nor 2."""
    assert check(_applicant(ORGANISATION, None), None, TODAY).levels == frozenset()
    with pytest.raises(OrganisationHasNoLevel):
        check(_applicant(ORGANISATION, None), level, TODAY)


def test_person_needs_a_level() -> None:
    """And a person's account always has one, of 1 and 2."""
    with pytest.raises(LevelRequired):
        check(_applicant(CITIZEN, 30), None, TODAY)
    with pytest.raises(LevelRefused):
        check(_applicant(CITIZEN, 30), 3, TODAY)


def test_table_is_dated() -> None:
    """Before 1 July 2024 none of these rules was in force."""
    check(_applicant(CITIZEN, 30), 2, date(2024, 7, 1))
    with pytest.raises(NoRuleInForce):
        check(_applicant(CITIZEN, 30), 2, date(2024, 6, 30))


def test_every_refusal_names_the_law() -> None:
    """A refusal without its article helps nobody."""
    for applicant, level in ((_applicant(CITIZEN, 5, guardian=True), 2), (_applicant(FOREIGNER, 30, paper=False), 1)):
        with pytest.raises(NotEligible) as error:
            check(applicant, level, TODAY)
        assert error.value.law in str(error.value)


def test_every_age_has_one_rule() -> None:
    """No gap and no overlap between the rows of the table."""
    for kind in (CITIZEN, FOREIGNER):
        for age in range(130):
            fitting = [rule for rule in levels.table() if rule.covers(kind, age)]
            assert len(fitting) == 1


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(2012, 11, 24), TODAY, 14),
        (date(2012, 11, 25), TODAY, 13),
        (date(2020, 2, 29), date(2026, 2, 28), 5),
        (date(2020, 2, 29), date(2026, 3, 1), 6),
    ],
)
def test_age(born: date, today: date, age: int) -> None:
    """Full years, reached on the birthday."""
    assert age_on(born, today) == age


def test_the_day_is_vietnams() -> None:
    """At 17:00 UTC the next day begins in Vietnam."""
    assert legal_day(datetime(2026, 11, 24, 16, 59, tzinfo=UTC)) == date(2026, 11, 24)
    assert legal_day(datetime(2026, 11, 24, 17, 0, tzinfo=UTC)) == date(2026, 11, 25)
