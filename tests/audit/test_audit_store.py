"""The audit record: appended to, read by person, never changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from idp.audit.models import AppendOnly, AuditRow
from idp.audit.store import AuditLog, entries_of
from idp.db import Database


def record(db: Database, event: str, subject: str | None, now: datetime, **details: object) -> None:
    with db.begin() as session:
        AuditLog(b"k" * 32).record(
            session, event=event, subject=subject, client_id="demo-portal", details=details, now=now
        )


def test_a_person_sees_what_concerns_her_newest_first(db: Database, now: datetime) -> None:
    """History of use (Decree 69/2024/ND-CP art. 28): hers, of the asked kinds, in Vietnamese letters."""
    record(db, "document.presented", "lan", now, to="Cổng dịch vụ công")
    record(db, "document.presented", "minh", now)
    record(db, "document.issued", "lan", now)
    record(db, "document.refused", "lan", now + timedelta(hours=1))
    with db.read() as session:
        found = entries_of(session, "lan", {"document.presented", "document.refused"})
    assert [entry.event for entry in found] == ["document.refused", "document.presented"]
    assert found[1].details == {"to": "Cổng dịch vụ công"}
    assert (found[1].at, found[1].client_id) == (now, "demo-portal")


def change_subject(db: Database) -> None:
    with db.begin() as session:
        session.scalars(select(AuditRow)).one().subject = "minh"


def delete(db: Database) -> None:
    with db.begin() as session:
        session.delete(session.scalars(select(AuditRow)).one())


@pytest.mark.parametrize("change", [change_subject, delete])
def test_an_entry_is_never_changed_nor_deleted(
    db: Database, now: datetime, change: Callable[[Database], None]
) -> None:
    """Append-only: the attempt is an error and the entry stays."""
    record(db, "document.presented", "lan", now)
    with pytest.raises(AppendOnly):
        change(db)
    with db.read() as session:
        assert len(entries_of(session, "lan", {"document.presented"})) == 1


def test_an_entry_falls_with_its_transaction(db: Database, now: datetime) -> None:
    """What did not happen is not recorded."""
    with db.begin() as session:
        AuditLog(b"k" * 32).record(session, event="x", subject="lan", client_id=None, details={}, now=now)
        session.rollback()
    with db.read() as session:
        assert entries_of(session, "lan", {"x"}) == []
