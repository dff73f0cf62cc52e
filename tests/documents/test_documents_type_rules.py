"""Rules between claims as data (`type_rules`), and the source of every field: what a type's file answers for."""

from __future__ import annotations

from datetime import date

import pytest
from issuing_support import new_document

from idp.documents import content
from idp.documents.content import ContentError
from idp.documents.document_types import document_types
from idp.documents.type_rules import Rule, months_after, read_rule, years_after

LICENCE = document_types().by_id("driving-licence")
#: Law 36/2024/QH15 art. 57(5): years by class, None for no end; art. 59(1): least age.
TERMS = {
    **dict.fromkeys(("A1", "A", "B1"), None), **dict.fromkeys(("B", "C1"), 10),
    **dict.fromkeys(("C", "D1", "D2", "D", "BE", "C1E", "CE", "D1E", "D2E", "DE"), 5),
}  # fmt: skip
AGES = {
    **dict.fromkeys(("A1", "A", "B1", "B", "C1"), 18), **dict.fromkeys(("C", "BE"), 21),
    **dict.fromkeys(("D1", "D2", "C1E", "CE"), 24), **dict.fromkeys(("D", "D1E", "D2E", "DE"), 27),
}  # fmt: skip


def problems(type_id: str, **changes: object) -> list[str]:
    """What is wrong with content that is changed so; a claim changed to None is left out."""
    new = new_document(type_id, **changes)
    try:
        content.check(new.type, {**new.claims, "date_of_issuance": new.issued_on.isoformat()})
    except ContentError as error:
        return [str(problem) for problem in error.problems]
    return []


def licence(*classes: tuple[str, str, str | None], until: str | None = None, **changes: object) -> list[str]:
    listed = [
        {"class": name, "issued_on": start} | ({"expires_on": end} if end else {}) for name, start, end in classes
    ]
    return problems("driving-licence", classes=listed, date_of_expiry=until, **changes)


def test_the_classes_are_those_of_the_law() -> None:
    """Art. 57(1): fifteen, and the rules speak of each."""
    claim = LICENCE.claim(("classes", None, "class"))
    assert claim is not None
    assert list(claim.one_of) == [
        "A1", "A", "B1", "B", "C1", "C", "D1", "D2", "D", "BE", "C1E", "CE", "D1E", "D2E", "DE",
    ]  # fmt: skip
    term, age, _ = LICENCE.rules
    assert term.years == {name: years for name, years in TERMS.items() if years}
    assert age.years == AGES
    assert set(claim.one_of) == set(TERMS) == set(AGES)


@pytest.mark.parametrize("name", AGES)
def test_a_class_ends_when_the_law_says(name: str) -> None:
    """Not a day sooner or later, and never where it has no end (art. 57(5))."""
    years, start = TERMS[name], "2025-06-30"
    if years is None:
        assert licence((name, start, None)) == []
        assert "has no end" in licence((name, start, "2035-06-30"), until="2035-06-30")[0]
        return
    end = f"{2025 + years}-06-30"
    assert licence((name, start, end), until=end) == []
    for wrong in (f"{2025 + years}-06-29", f"{2025 + years}-07-01", f"{2024 + years}-06-30"):
        assert f"must be {end}: {name} is for {years} years" in licence((name, start, wrong), until=wrong)[0]
    assert any("expires_on" in said for said in licence((name, start, None)))


@pytest.mark.parametrize("name", AGES)
def test_a_class_is_from_an_age_on(name: str) -> None:
    """On the birthday it may be given, the day before not (art. 59)."""
    years = TERMS[name]

    def given(day: date) -> list[str]:
        end = years_after(day, years).isoformat() if years else None
        return licence((name, day.isoformat(), end), until=end, birthdate="1990-03-14")

    assert given(date(1990 + AGES[name], 3, 14)) == []
    (said,) = given(date(1990 + AGES[name], 3, 13))
    assert said == f"classes[0].issued_on: {name} is from the age of {AGES[name]} on"


def test_the_licence_ends_with_its_last_class() -> None:
    """And names no day where one class has no end."""
    b, c = ("B", "2025-01-06", "2035-01-06"), ("C", "2025-01-06", "2030-01-06")
    assert licence(b, c, until="2035-01-06") == []
    assert "must be 2035-01-06" in licence(b, c, until="2030-01-06")[0]
    assert "must be 2035-01-06" in licence(b, c)[0]
    assert licence(("A1", "2020-01-06", None), b) == []
    assert "must be left out" in licence(("A1", "2020-01-06", None), b, until="2035-01-06")[0]


@pytest.mark.parametrize(
    ("type_id", "changes", "said"),
    [
        ("birth-certificate", {"registered_on": "1990-03-13"}, "registered_on: lies before birthdate"),
        ("birth-certificate", {"registered_on": "2027-01-01"}, "date_of_issuance: lies before registered_on"),
        ("marriage-certificate", {"registered_on": "2027-01-01"}, "date_of_issuance: lies before registered_on"),
        ("health-referral", {"treated_from": "2026-03-06"}, "treated_to: lies before treated_from"),
        ("health-referral", {"valid_to": "2026-11-01"}, "valid_to: lies before date_of_issuance"),
        ("health-revisit", {"appointment_on": "2026-11-01"}, "appointment_on: lies before date_of_issuance"),
        (
            "vehicle-registration",
            {"first_registered": "2027-01-01"},
            "date_of_issuance: lies before first_registered",
        ),
        ("driving-licence", {"classes": [{"class": "B2", "issued_on": "2025-01-06"}]}, "must be one of A1, A, B1"),
        ("driving-licence", {"points": 12.5}, "points: must be 12 or less"),
        ("merit-person", {"injury_rate": 20}, "injury_rate: must be 21 or more"),
        ("social-protection", {"coefficient": 4}, "coefficient: must be 3 or less"),
        ("tax-code", {"tax_code": "0650000101"}, "12 digits as text"),
    ],
)
def test_what_breaks_a_rule_is_refused(type_id: str, changes: dict[str, object], said: str) -> None:
    """Before anything is signed."""
    assert any(said in one for one in problems(type_id, **changes)), problems(type_id, **changes)


@pytest.mark.parametrize(
    "table",
    [{"kind": "sum"}, {}, {"kind": "term", "each": "a", "unit": "x"}, {"kind": "term", "years": {"B": "ten"}}],
    ids=range(4),
)
def test_a_rule_that_is_none_is_refused(table: dict[str, object]) -> None:
    """A misspelt rule would let everything pass."""
    with pytest.raises(ValueError, match=r"rule|ten"):
        read_rule(table)


def test_a_leap_day_ends_in_february() -> None:
    """29 February has its year's end on the 28th, and the 31st a month later on the month's last day."""
    assert years_after(date(2024, 2, 29), 5) == date(2029, 2, 28)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert [months_after(date(2026, 8, 31), months) for months in (1, 6, 12)] == [
        date(2026, 9, 30), date(2027, 2, 28), date(2027, 8, 31),
    ]  # fmt: skip
    assert months_after(date(2026, 12, 1), 1) == date(2027, 1, 1)


def test_a_rule_that_finds_nothing_says_nothing() -> None:
    """Claims that are held back or left out break no order."""
    rule = Rule("order", "", "", "a", "b", {})
    assert list(rule.broken({"a": "2026-01-01"})) == []
    assert list(rule.broken({"a": "2026-01-02", "b": "2026-01-01"})) == [(("b",), "lies before a")]


@pytest.mark.parametrize("type_id", ["driving-licence", "health-book", "judicial-record-1", "judicial-record-2"])
def test_every_field_of_an_exemplary_type_names_its_source(type_id: str) -> None:
    """Law, form or table, field by field."""
    kind = document_types().by_id(type_id)
    assert [".".join(map(str, claim.path)) for claim in kind.claims if not claim.source] == []


def test_every_type_names_where_its_fields_come_from() -> None:
    """One source for all, or one for each."""
    for kind in document_types():
        assert kind.source or all(claim.source for claim in kind.claims), kind.id
