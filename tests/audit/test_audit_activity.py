"""History of use (Decree 69/2024/ND-CP art. 28): by person, period, kind and text, a page at a time, five years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from audit_chain import AT, check, record

from idp.app import forget
from idp.audit.store import activity, kept_since
from idp.db import Database


@pytest.fixture
def told(db: Database) -> Database:
    """Six records: 1 to 5 about lan, 6 about minh."""
    record(db, "document.issued", at=AT - timedelta(days=4), issuer="Công an tỉnh Đắk Lắk")
    record(db, "oauth.consent_given", at=AT - timedelta(days=3))
    record(db, "signed_out", at=AT - timedelta(days=2))
    record(db, "presentation.not_authentic", at=AT - timedelta(days=1))  # nothing that a holder is shown
    record(db, "signed_out", at=AT)
    record(db, "signed_out", subject="minh", at=AT)
    return db


def ids(db: Database, subject: str = "lan", **asked: object) -> list[int]:
    with db.read() as session:
        return [entry.id for entry in activity(session, subject, **asked)]  # type: ignore[arg-type]


def test_a_person_sees_her_own_last_first(told: Database) -> None:
    """And only what a holder is shown."""
    assert ids(told) == [5, 3, 2, 1]
    assert ids(told, "minh") == [6]
    assert ids(told, "nobody") == []


def test_a_page_goes_on_where_the_last_one_ended(told: Database) -> None:
    assert ids(told, limit=2) == [5, 3]
    assert ids(told, limit=2, before_id=3) == [2, 1]
    assert ids(told, limit=2, before_id=1) == []


def test_a_period_counts_its_beginning_and_not_its_end(told: Database) -> None:
    assert ids(told, since=AT - timedelta(days=3), until=AT) == [3, 2]


def test_the_kinds_can_be_chosen(told: Database) -> None:
    assert ids(told, events={"signed_out", "presentation.not_authentic"}) == [5, 4, 3]
    assert ids(told, events=set()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("đăng xuất", [5, 3]),
        ("DANG XUAT", [5, 3]),  # without the marks, as people type on a strange keyboard
        ("signed out", [5, 3]),
        ("đắk lắk", [1]),
        ("Dak Lak", [1]),
        ("portal", [5, 3, 2, 1]),
        ("%", []),
        ("nothing of the kind", []),
        ("  ", [5, 3, 2, 1]),
    ],
)
def test_a_text_is_looked_for_in_names_client_and_details(told: Database, text: str, expected: list[int]) -> None:
    """The same on both databases, whatever the case and the Vietnamese marks."""
    assert ids(told, text=text) == expected


def test_a_page_is_filled_from_behind_what_does_not_match(told: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idp.audit.chain_store.BATCH", 1)
    assert ids(told, text="Dak Lak", limit=1) == [1]


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2021, 11, 24, 2, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2023, 2, 28, tzinfo=UTC)),
    ],
)
def test_five_years_are_kept(now: datetime, since: datetime) -> None:
    assert kept_since(now) == since


def test_nothing_is_forgotten(db: Database) -> None:
    """What each start forgets is no record: neither one of nearly five years nor an older one."""
    record(db, at=kept_since(AT))
    record(db, at=kept_since(AT) - timedelta(days=400))
    forget(db, AT)
    assert ids(db, since=kept_since(AT)) == [1]
    assert (check(db).whole, check(db).records) == (True, 2)
