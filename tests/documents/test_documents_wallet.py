"""What is in a wallet: its own documents, their keys, and the newest file of each record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from issuing_support import HOLDER, RecordedAudit, jwt_part, new_document, verified

from idp.db import Database
from idp.documents import holder_keys, issuance, status, wallet
from idp.documents.document import DocumentStatus
from idp.documents.issuance import AlreadySuperseded, Issuing
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import Superseded, Suspended
from idp.encryption import AtRest, DecryptionError


def test_each_document_has_a_holder_key_of_its_own(
    db: Database, issuing: Issuing, at_rest: AtRest, now: datetime
) -> None:
    """Two documents cannot be linked by `cnf`, and the stored key is the one that is named there."""
    with db.begin() as session:
        documents = [issuance.issue(session, issuing, new_document("health-book"), now) for _ in range(2)]
    keys = []
    with db.read() as session:
        for document in documents:
            key = holder_keys.open_key(session, at_rest, document.id)
            assert key.as_dict(private=False) == jwt_part(document.sd_jwt, 1)["cnf"]["jwk"]
            keys.append(key.thumbprint())
    assert len(set(keys)) == 2


def test_a_holder_key_is_sealed_for_its_document(
    db: Database, issuing: Issuing, at_rest: AtRest, now: datetime
) -> None:
    """Moved to another row, or read with another key, it does not open; in the table there is no plain key."""
    from idp.documents.models import HolderKeyRow

    with db.begin() as session:
        first, second = (issuance.issue(session, issuing, new_document("health-book"), now) for _ in range(2))
        row = session.get(HolderKeyRow, first.id)
        assert row is not None
        assert b'"d"' not in row.sealed
        other = session.get(HolderKeyRow, second.id)
        assert other is not None
        other.sealed = row.sealed
    with db.read() as session:
        with pytest.raises(DecryptionError):
            holder_keys.open_key(session, at_rest, second.id)
        with pytest.raises(DecryptionError):
            holder_keys.open_key(session, AtRest(b"u" * 32), first.id)
        with pytest.raises(holder_keys.NoHolderKey):
            holder_keys.open_key(session, at_rest, "nobody")


def test_a_wallet_shows_its_own_documents_only(db: Database, issuing: Issuing, now: datetime) -> None:
    """Another person's document is as unknown as none at all."""
    with db.begin() as session:
        document = issuance.issue(session, issuing, new_document("health-book"), now)
    with db.read() as session:
        assert [each.id for each in wallet.documents_of(session, HOLDER)] == [document.id]
        assert wallet.documents_of(session, "somebody-else") == []
        assert wallet.document(session, HOLDER, document.id) is not None
        assert wallet.document(session, "somebody-else", document.id) is None
        assert wallet.document(session, HOLDER, "unknown") is None


def test_reissue_replaces_the_file_and_supersedes_the_old_one(
    db: Database, issuing: Issuing, keys_dir: Path, now: datetime
) -> None:
    """The wallet shows the record as it is; the file that left it before is refused from then on."""
    later = now + timedelta(days=1)
    with db.begin() as session:
        old = issuance.issue(session, issuing, new_document("health-book"), now)
        changed = new_document("health-book", date(2026, 11, 25), address="Thôn 1")
        new = issuance.reissue(session, issuing, old.id, changed, later, "moved house")
    with db.read() as session:
        assert [each.id for each in wallet.documents_of(session, HOLDER)] == [new.id]
        assert issuance.content_of(new)["address"] == "Thôn 1"
        assert verified(session, issuing, keys_dir, new.sd_jwt, later).answers.in_force is Answer.YES
        with pytest.raises(Superseded):
            verified(session, issuing, keys_dir, old.sd_jwt, later)
    assert jwt_part(new.sd_jwt, 1)["cnf"] != jwt_part(old.sd_jwt, 1)["cnf"]


def test_reissue_does_not_lift_a_suspension(
    db: Database, issuing: Issuing, keys_dir: Path, audit: RecordedAudit, now: datetime
) -> None:
    """A change of address must not make a suspended document good."""
    with db.begin() as session:
        old = issuance.issue(session, issuing, new_document("health-book"), now)
        status.set_status(session, audit, old.id, DocumentStatus.SUSPENDED, now, "test")
        new = issuance.reissue(session, issuing, old.id, new_document("health-book"), now, "test")
        assert new.status is DocumentStatus.SUSPENDED
        with pytest.raises(Suspended):
            verified(session, issuing, keys_dir, new.sd_jwt, now)


def test_a_document_is_replaced_once(db: Database, issuing: Issuing, now: datetime) -> None:
    """Two changes at once leave one current file."""
    with db.begin() as session:
        old = issuance.issue(session, issuing, new_document("health-book"), now)
        issuance.reissue(session, issuing, old.id, new_document("health-book"), now, "test")
    with pytest.raises(AlreadySuperseded), db.begin() as session:
        issuance.reissue(session, issuing, old.id, new_document("health-book"), now, "test")
    with pytest.raises(status.UnknownDocument), db.begin() as session:
        issuance.reissue(session, issuing, "unknown", new_document("health-book"), now, "test")
