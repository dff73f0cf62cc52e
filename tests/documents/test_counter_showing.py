"""Showing at a counter: a presentation made for one address, read once, for two minutes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from issuing_support import HOLDER, PROVIDER, RecordedAudit, jwt_part, new_document

from idp.clock import FixedClock
from idp.db import Database
from idp.documents import counter, issuance, wallet_store
from idp.documents.document import Document, DocumentStatus
from idp.documents.issuance import Issuing
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.status import set_status

PARTY = {"vi": "Quầy", "en": "A counter"}
FIXED = {"document_number", "date_of_issuance", "issuing_authority"}


@pytest.fixture
def document(db: Database, issuing: Issuing, clock: FixedClock) -> Document:
    with db.begin() as session:
        return issuance.issue(session, issuing, new_document("health-book"), clock.now())


def show(db: Database, issuing: Issuing, document: Document, clock: FixedClock, *chosen: str) -> str:
    with db.begin() as session:
        return counter.show(session, issuing.at_rest, PROVIDER, document, chosen, clock.now())


def take(db: Database, audit: RecordedAudit, token: str, reader: str, clock: FixedClock) -> counter.Taken | None:
    with db.begin() as session:
        counter.take(session, audit, token, reader, PARTY, clock.now())
    with db.read() as session:
        return counter.taken(session, token, reader, clock.now())


def test_only_what_was_chosen_is_shown(
    db: Database, issuing: Issuing, audit: RecordedAudit, document: Document, clock: FixedClock
) -> None:
    """Whose document it is, what the issuer fixed, what she chose; a claim that is no choice is ignored."""
    token = show(db, issuing, document, clock, "birthdate", "status", "nonsense")
    found = take(db, audit, token, "clerk", clock)
    assert found is not None
    told = set(claims_of(found.presentation)) - issuance.TECHNICAL
    assert told == FIXED | {"personal_id_number", "full_name", "birthdate"}


def test_choices_are_the_disclosable_claims_that_it_holds(document: Document) -> None:
    """Neither what is always shown nor what this document does not have is offered."""
    assert [claim.name for claim in counter.choices(document)] == ["birthdate", "sex", "history"]


def test_it_is_bound_to_its_address_and_token(
    db: Database, issuing: Issuing, audit: RecordedAudit, document: Document, clock: FixedClock
) -> None:
    """RFC 9901 section 4.3: audience is the address, nonce the token of 192 bits; the database keeps a hash of it."""
    token = show(db, issuing, document, clock)
    found = take(db, audit, token, "clerk", clock)
    assert found is not None
    payload = jwt_part(found.presentation.rpartition("~")[2], 1)
    assert (payload["aud"], payload["nonce"]) == (f"{PROVIDER}/counter/{token}", token)
    assert len(token) == 32
    with db.read() as session:
        assert wallet_store.counter_show(session, token) is None


def test_it_is_read_once(
    db: Database, issuing: Issuing, audit: RecordedAudit, document: Document, clock: FixedClock
) -> None:
    """The second reader gets nothing, and nothing is left at the address."""
    token = show(db, issuing, document, clock)
    assert take(db, audit, token, "first", clock) is not None
    assert take(db, audit, token, "second", clock) is None
    with db.read() as session:
        row = wallet_store.counter_show(session, counter._hash(token))
        assert row is not None
        assert row.presentation == ""
        assert counter.state(session, token, clock.now()) == "taken"


def test_eight_readers_at_once_are_one_reader(
    db: Database, issuing: Issuing, audit: RecordedAudit, document: Document, clock: FixedClock
) -> None:
    """Single use holds under concurrency: one gets it, one record is made."""
    token = show(db, issuing, document, clock)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: take(db, audit, token, f"clerk-{number}", clock), range(8)))
    assert sum(one is not None for one in found) == 1
    with db.read() as session:
        assert len(wallet_store.records(session, HOLDER, None, 10)) == 1


def test_after_two_minutes_it_is_gone(
    db: Database, issuing: Issuing, audit: RecordedAudit, document: Document, clock: FixedClock
) -> None:
    """An old code shows nothing to whoever kept a picture of it, and no history tells of a showing."""
    token = show(db, issuing, document, clock)
    clock.instant += timedelta(seconds=120)
    assert take(db, audit, token, "clerk", clock) is None
    with db.read() as session:
        assert counter.state(session, token, clock.now()) == "expired"
        assert wallet_store.records(session, HOLDER, None, 10) == []


def test_the_reader_keeps_it_for_ten_minutes(
    db: Database, issuing: Issuing, audit: RecordedAudit, document: Document, clock: FixedClock
) -> None:
    """Long enough to look again and save; then it is no longer there, and the next use clears it away."""
    token = show(db, issuing, document, clock)
    assert take(db, audit, token, "clerk", clock) is not None
    clock.instant += timedelta(minutes=9, seconds=59)
    with db.read() as session:
        assert counter.taken(session, token, "clerk", clock.now()) is not None
        assert counter.taken(session, token, "somebody", clock.now()) is None
    clock.instant += timedelta(seconds=1)
    with db.read() as session:
        assert counter.taken(session, token, "clerk", clock.now()) is None
    clock.instant += counter.KEPT
    show(db, issuing, document, clock)
    with db.read() as session:
        assert wallet_store.counter_show(session, counter._hash(token, "clerk")) is None


@pytest.mark.parametrize("status", [DocumentStatus.REVOKED, DocumentStatus.SUSPENDED])
def test_a_document_not_in_force_is_not_shown(
    db: Database,
    issuing: Issuing,
    audit: RecordedAudit,
    document: Document,
    clock: FixedClock,
    status: DocumentStatus,
) -> None:
    """The wallet offers nobody what every verifier must refuse."""
    with db.begin() as session:
        set_status(session, audit, document.id, status, clock.now(), "test")
    with db.read() as session:
        row = issuance.store.document(session, document.id)
        assert row is not None
        changed = issuance.view(row)
    with pytest.raises(counter.NotShowable):
        show(db, issuing, changed, clock)


def test_an_expired_document_is_not_shown(
    db: Database, issuing: Issuing, document: Document, clock: FixedClock
) -> None:
    """The same after its last day."""
    clock.instant = document.expires_at
    with pytest.raises(counter.NotShowable):
        show(db, issuing, document, clock)


def test_a_showing_is_in_the_history_and_the_audit(
    db: Database, issuing: Issuing, audit: RecordedAudit, document: Document, clock: FixedClock
) -> None:
    """To whom, when and which fields; no value of a claim is kept."""
    take(db, audit, show(db, issuing, document, clock, "birthdate"), "clerk", clock)
    with db.begin() as session:
        (record,) = wallet_store.records(session, HOLDER, None, 10)
    assert (record.outcome, record.client_id, json.loads(record.party), record.at) == (
        "given",
        "counter",
        PARTY,
        clock.now(),
    )
    (shown,) = json.loads(record.documents)
    assert shown["document_id"] == document.id
    assert ["birthdate"] in shown["fields"]
    assert "1990-03-14" not in record.documents
    assert audit.entries[-1]["event"] == "counter.taken"


def test_a_code_is_known_to_its_own_holder_only(
    db: Database, issuing: Issuing, document: Document, clock: FixedClock
) -> None:
    """Another holder cannot follow what becomes of it."""
    token = show(db, issuing, document, clock)
    with db.read() as session:
        assert counter.state(session, token, clock.now(), HOLDER) == "waiting"
        assert counter.state(session, token, clock.now(), "somebody-else") == "unknown"
