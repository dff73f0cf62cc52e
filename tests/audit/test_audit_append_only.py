"""The database itself refuses to change or delete a record, by triggers, on both databases."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from audit_chain import check, fill
from sqlalchemy import text

from idp.db import Database

COLUMNS = "sequence, at, event, subject, client_id, details, previous_hash, hash"
STATEMENTS: Mapping[str, str] = {
    "update": "UPDATE audit_record SET subject = 'minh'",
    "update one": "UPDATE audit_record SET subject = 'minh' WHERE sequence = 2",
    "delete": "DELETE FROM audit_record",
    "delete one": "DELETE FROM audit_record WHERE sequence = 2",
}
#: What only one of the databases knows.
OWN = {
    "postgresql": "TRUNCATE audit_record",
    "sqlite": f"INSERT OR REPLACE INTO audit_record SELECT {COLUMNS} FROM audit_record",
}


@pytest.mark.parametrize("name", [*STATEMENTS, "own"])
def test_the_database_refuses_to_change_a_record(db: Database, name: str) -> None:
    """A slip in the program, or at a database console, is an error and changes nothing."""
    fill(db, 3)
    statement = STATEMENTS.get(name) or OWN[db.engine.dialect.name]
    with pytest.raises(Exception, match="append-only"), db.begin() as session:
        session.execute(text(statement))
    assert (check(db).whole, check(db).records) == (True, 3)
