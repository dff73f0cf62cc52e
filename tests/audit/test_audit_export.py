"""`audit export`: lines that somebody else can check, with a few lines of another language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from audit_chain import check, fill, head, record, unguarded
from sqlalchemy import text

from idp.audit import chain_store
from idp.audit.export import lines
from idp.db import Database


def exported(db: Database, start: int = 1) -> list[str]:
    with db.read() as session:
        return list(lines(session, start))


@pytest.fixture
def told(db: Database) -> Database:
    fill(db, 3)
    record(db, note='“ngoặc”\u2028 "\\/\t', n=-1, empty={}, many=[None, True, {"đ": "😀", "a": ""}])
    return db


def test_each_line_can_be_hashed_again(told: Database) -> None:
    """By this test's own few lines, which share nothing with the program."""
    previous = "0" * 64
    for number, line in enumerate(exported(told), 1):
        content = json.loads(line)
        told_hash = content.pop("hash")
        form = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(form.encode()).hexdigest() == told_hash
        assert (content["sequence"], content["previous_hash"]) == (number, previous)
        previous = told_hash
    assert previous == head(told).hash


@pytest.mark.node
def test_javascript_comes_to_the_same_hashes(told: Database, node_run: Callable[..., str]) -> None:
    """RFC 8785 follows what JavaScript writes: another language, another JSON writer."""
    assert node_run("audit_chain_check.mjs", stdin="\n".join(exported(told))).strip() == f"4 {head(told).hash}"


def test_an_export_can_begin_further_on(told: Database) -> None:
    assert [json.loads(line)["sequence"] for line in exported(told, 3)] == [3, 4]


def test_it_is_read_in_batches(told: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(told)
    monkeypatch.setattr(chain_store, "BATCH", 2)
    assert exported(told) == whole


def test_what_was_tampered_with_is_exported_as_it_is(told: Database) -> None:
    """An export is evidence: it neither fails nor mends."""
    with unguarded(told) as connection:
        connection.execute(text("UPDATE audit_record SET details = 'không phải JSON' WHERE sequence = 2"))
    assert [json.loads(line)["details"] for line in exported(told)][1] == "không phải JSON"
    assert not check(told).whole
