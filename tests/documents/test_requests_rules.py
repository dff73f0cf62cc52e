"""The law on requests (Law 28/2009/QH12 art. 41-49, Law 107/2025/QH15): by certificate, purpose, age and day."""

from __future__ import annotations

from datetime import date

import pytest

from idp.documents.document_types import document_types
from idp.documents.requests import rules
from idp.documents.requests.rules import NotAllowed

ADULT = date(1990, 3, 14)
BEFORE, FROM = date(2026, 6, 30), date(2026, 7, 1)
BIRTHDAY_16 = date(2010, 11, 24)


def reason(type_id: str, purpose: str, day: date, birthdate: date = ADULT) -> str | None:
    found = {one.id: one for one in rules.purposes()}[purpose]
    try:
        rules.check(document_types().by_id(type_id), found, birthdate, day)
    except NotAllowed as refused:
        return next(one for one in rules.refusals() if one == refused.reason)
    return None


@pytest.mark.parametrize("type_id", ["judicial-record-1", "judicial-record-2"])
def test_who_may_request_what(type_id: str) -> None:
    """To know her own record always; until 30 June 2026 for anybody's demand; then No. 2 for none, No. 1 by law."""
    second = type_id == "judicial-record-2"
    assert reason(type_id, "own_knowledge", FROM) is None
    for purpose in ("lawyer", "adoption", "by_law", "no_law"):
        assert reason(type_id, purpose, BEFORE) is None
    for purpose in ("lawyer", "adoption", "by_law"):
        assert reason(type_id, purpose, FROM) == ("nobody_may_ask" if second else None)
    assert reason(type_id, "no_law", FROM) == ("nobody_may_ask" if second else "no_legal_basis")


@pytest.mark.parametrize("type_id", ["judicial-record-1", "judicial-record-2"])
def test_from_the_sixteenth_birthday(type_id: str) -> None:
    """The day before is too early, whatever the purpose."""
    assert reason(type_id, "own_knowledge", date(2026, 11, 23), BIRTHDAY_16) == "under_age"
    assert reason(type_id, "lawyer", date(2026, 11, 23), BIRTHDAY_16) == "under_age"
    assert reason(type_id, "own_knowledge", date(2026, 11, 24), BIRTHDAY_16) is None


def test_the_time_for_deciding() -> None:
    """Ten working days, five from 1 July 2026."""
    for kind in rules.types():
        assert rules.working_days(kind.id, BEFORE) == 10
        assert rules.working_days(kind.id, FROM) == 5


def test_each_change_has_its_reasons() -> None:
    """An act that nobody named has none."""
    assert all(rules.reasons(act) for act in ("suspend", "resume", "revoke", "amend"))
    assert rules.reasons("delete") == ()
