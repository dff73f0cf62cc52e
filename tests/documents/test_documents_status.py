"""Status lists: entries given out, changed, signed and served (draft-ietf-oauth-status-list)."""

from __future__ import annotations

import contextlib
import json
import random
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from issuing_support import PROVIDER, RecordedAudit, jwt_part, new_document, verified

from idp.db import Database
from idp.documents import issuance, status, store
from idp.documents.document import Document, DocumentStatus
from idp.documents.issuance import Issuing
from idp.documents.issuers import Issuers
from idp.documents.models import StatusListRow
from idp.documents.status import AlreadyRevoked, UnknownDocument
from idp.documents.status_tokens import StatusTokens
from idp.documents.verifier.errors import Revoked, StatusListExpired, Suspended
from idp.documents.verifier.status_list import decode_status_list

HOSPITAL = "hospital-song-ba"


def issue(db: Database, issuing: Issuing, now: datetime) -> Document:
    with db.begin() as session:
        return issuance.issue(session, issuing, new_document("health-book"), now)


def change(db: Database, audit: RecordedAudit, document: Document, to: DocumentStatus, now: datetime) -> None:
    with db.begin() as session:
        status.set_status(session, audit, document.id, to, now, "test")


def entry(document: Document) -> tuple[int, str]:
    reference = jwt_part(document.sd_jwt, 1)["status"]["status_list"]
    return reference["idx"], reference["uri"]


def test_a_list_is_large_and_its_entries_random(db: Database, issuing: Issuing, now: datetime) -> None:
    """Section 12.5: an index tells neither order nor number, and many documents share one list."""
    documents = [issue(db, issuing, now) for _ in range(8)]
    indexes = [entry(document)[0] for document in documents]
    assert len(set(indexes)) == 8
    assert indexes != sorted(indexes)
    assert max(indexes) > 8
    assert {entry(document)[1] for document in documents} == {f"{PROVIDER}/status-lists/{HOSPITAL}/1"}


def test_an_issuer_has_a_list_of_its_own(db: Database, issuing: Issuing, now: datetime) -> None:
    with db.begin() as session:
        book = issuance.issue(session, issuing, new_document("health-book"), now)
        record = issuance.issue(session, issuing, new_document("judicial-record-1"), now)
    assert entry(book)[1] != entry(record)[1]


def test_a_half_full_list_is_followed_by_a_new_one(db: Database, issuing: Issuing, now: datetime) -> None:
    """Random indexes stay easy to find, and old documents keep their list."""
    first = issue(db, issuing, now)
    with db.begin() as session:
        row = session.get(StatusListRow, (HOSPITAL, 1))
        assert row is not None
        row.used = row.size // 2
    second = issue(db, issuing, now)
    assert entry(first)[1].endswith("/1")
    assert entry(second)[1].endswith("/2")


def test_an_index_is_never_given_out_twice(
    db: Database, issuing: Issuing, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 13.3: where chance draws a used index, it draws again."""
    drawn = iter([7, 7, 7, 9])
    monkeypatch.setattr(status.secrets, "randbelow", lambda _size: next(drawn))
    first, second = issue(db, issuing, now), issue(db, issuing, now)
    assert (entry(first)[0], entry(second)[0]) == (7, 9)


def test_two_at_once_never_draw_the_same_entry(
    db: Database, issuing: Issuing, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chance draws among five entries only, and of five documents four are made at the same time."""
    monkeypatch.setattr(status.secrets, "randbelow", lambda _size: random.randrange(5))  # noqa: S311
    made = [issue(db, issuing, now)]
    threads = [threading.Thread(target=lambda: made.append(issue(db, issuing, now))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entry(document)[0] for document in made) == [0, 1, 2, 3, 4]


def test_first_documents_at_once_share_one_new_list(db: Database, issuing: Issuing, now: datetime) -> None:
    """Whoever is second to make the list takes the first one's."""
    found: list[Document] = []
    threads = [threading.Thread(target=lambda: found.append(issue(db, issuing, now))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {entry(document)[1] for document in found} == {f"{PROVIDER}/status-lists/{HOSPITAL}/1"}
    assert len({entry(document)[0] for document in found}) == 6
    with db.read() as session:
        row = store.status_list(session, HOSPITAL, 1)
        assert row is not None
        assert row.used == 6


def test_the_token_is_as_the_draft_says(
    db: Database, issuing: Issuing, status_tokens: StatusTokens, now: datetime
) -> None:
    """Section 5.1: typ, sub = the list's URI, iat, exp, ttl, bits and list; signed with x5c."""
    document = issue(db, issuing, now)
    with db.read() as session:
        token = status_tokens.token(session, HOSPITAL, 1, now)
    assert token is not None
    header, payload = jwt_part(token.text, 0), jwt_part(token.text, 1)
    assert header["typ"] == "statuslist+jwt"
    assert header["x5c"] == jwt_part(document.sd_jwt, 0)["x5c"]
    assert payload["sub"] == entry(document)[1]
    assert payload["iat"] == int(now.timestamp())
    assert payload["exp"] == int((now + status.LIFETIME).timestamp())
    assert payload["ttl"] == 60
    found = decode_status_list(payload["status_list"])
    assert (found.bits, len(found.data)) == (2, status.SIZE // 4)
    assert not any(found.data)


def test_suspended_and_revoked_are_seen_by_the_verifier(
    db: Database, issuing: Issuing, keys_dir: Path, audit: RecordedAudit, now: datetime
) -> None:
    """Suspended is refused, reinstated is good again, revoked is refused; others are untouched."""
    document, other = issue(db, issuing, now), issue(db, issuing, now)
    change(db, audit, document, DocumentStatus.SUSPENDED, now)
    with db.read() as session, pytest.raises(Suspended):
        verified(session, issuing, keys_dir, document.sd_jwt, now)
    change(db, audit, document, DocumentStatus.VALID, now)
    with db.read() as session:
        verified(session, issuing, keys_dir, document.sd_jwt, now)
    change(db, audit, document, DocumentStatus.REVOKED, now)
    with db.read() as session:
        with pytest.raises(Revoked):
            verified(session, issuing, keys_dir, document.sd_jwt, now)
        assert verified(session, issuing, keys_dir, other.sd_jwt, now).status == "valid"


@pytest.mark.parametrize("to", [DocumentStatus.VALID, DocumentStatus.SUSPENDED])
def test_a_revocation_is_final(
    db: Database, issuing: Issuing, audit: RecordedAudit, now: datetime, to: DocumentStatus
) -> None:
    document = issue(db, issuing, now)
    change(db, audit, document, DocumentStatus.REVOKED, now)
    with pytest.raises(AlreadyRevoked):
        change(db, audit, document, to, now)


def test_an_unknown_document_has_no_status(db: Database, audit: RecordedAudit, now: datetime) -> None:
    with db.begin() as session, pytest.raises(UnknownDocument):
        status.set_status(session, audit, "unknown", DocumentStatus.REVOKED, now, "test")


def test_a_change_is_recorded_once(db: Database, issuing: Issuing, audit: RecordedAudit, now: datetime) -> None:
    """With the reason; setting what is already so changes and records nothing."""
    document = issue(db, issuing, now)
    for _ in range(2):
        change(db, audit, document, DocumentStatus.SUSPENDED, now)
    changes = [each["details"] for each in audit.entries if each["event"] == "document.status"]
    assert [(c["issuer"], c["status"], c["reason"]) for c in changes] == [(document.issuer_id, "suspended", "test")]


def test_a_change_makes_a_new_token_at_once(
    db: Database, issuing: Issuing, audit: RecordedAudit, status_tokens: StatusTokens, now: datetime
) -> None:
    """A token is kept for its ttl, but not past a change."""
    document = issue(db, issuing, now)
    with db.read() as session:
        first = status_tokens.token(session, HOSPITAL, 1, now)
        assert status_tokens.token(session, HOSPITAL, 1, now + timedelta(seconds=59)) == first
    change(db, audit, document, DocumentStatus.REVOKED, now)
    with db.read() as session:
        second = status_tokens.token(session, HOSPITAL, 1, now)
    assert first is not None
    assert second is not None
    assert second.etag != first.etag
    values = decode_status_list(jwt_part(second.text, 1)["status_list"])
    assert values[entry(document)[0]] == 1


def test_a_token_is_signed_again_after_its_ttl(
    db: Database, issuing: Issuing, status_tokens: StatusTokens, now: datetime
) -> None:
    """What is served is never older than what it says it may be kept."""
    issue(db, issuing, now)
    with db.read() as session:
        status_tokens.token(session, HOSPITAL, 1, now)
        again = status_tokens.token(session, HOSPITAL, 1, now + status.TTL)
        earlier = status_tokens.token(session, HOSPITAL, 1, now - timedelta(hours=1))
    assert again is not None
    assert again.issued_at == now + status.TTL
    assert earlier is not None
    assert earlier.issued_at == now - timedelta(hours=1)


def test_an_old_token_is_not_relied_on(
    db: Database, issuing: Issuing, keys_dir: Path, status_tokens: StatusTokens, now: datetime
) -> None:
    """`exp` is checked: a copy from before yesterday says nothing."""
    from issuing_support import trust

    from idp.documents.verifier.key_binding import NO_KEY_BINDING
    from idp.documents.verifier.status import StatusLists
    from idp.documents.verifier.verify import verify

    document = issue(db, issuing, now)
    with db.read() as session:
        token = status_tokens.token(session, HOSPITAL, 1, now)
    assert token is not None
    later = now + status.LIFETIME
    lists = StatusLists({entry(document)[1]: token.text})
    with pytest.raises(StatusListExpired):
        verify(document.sd_jwt, trust=trust(keys_dir, later), now=later, key_binding=NO_KEY_BINDING, status=lists)


def test_copies_for_checking_without_a_network(
    db: Database, issuing: Issuing, keys_dir: Path, status_tokens: StatusTokens, now: datetime
) -> None:
    """One file an issuer in the key folder, the token as served; an empty list packs into a few bytes."""
    issue(db, issuing, now)
    with db.read() as session:
        status_tokens.export(session, now)
        token = status_tokens.token(session, HOSPITAL, 1, now)
    assert token is not None
    assert (keys_dir / "status" / f"{HOSPITAL}.jwt").read_text() == token.text
    assert len(json.dumps(jwt_part(token.text, 1))) < 500


def test_publishing_goes_on_where_the_folder_cannot_be_written(
    db: Database, issuing: Issuing, keys_dir: Path, tmp_path: Path, now: datetime
) -> None:
    issue(db, issuing, now)
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    tokens = StatusTokens(Issuers(keys_dir), PROVIDER, blocked)
    with db.read() as session:
        assert tokens.token(session, HOSPITAL, 1, now) is not None


def test_an_unknown_list_has_no_token(db: Database, status_tokens: StatusTokens, now: datetime) -> None:
    with db.read() as session:
        assert status_tokens.token(session, HOSPITAL, 1, now) is None
        assert status_tokens.token(session, "nobody", 1, now) is None


def test_changes_at_once_are_all_counted(db: Database, issuing: Issuing, audit: RecordedAudit, now: datetime) -> None:
    """The list's revision grows with each, so that no kept token survives a change."""
    documents = [issue(db, issuing, now) for _ in range(4)]
    threads = [
        threading.Thread(target=change, args=(db, audit, document, DocumentStatus.REVOKED, now))
        for document in documents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as session:
        row = store.status_list(session, HOSPITAL, 1)
        assert row is not None
        assert (row.revision, row.used) == (5, 4)
        assert len(store.bad_statuses(session, HOSPITAL, 1)) == 4


def test_no_other_change_undoes_a_revocation(
    db: Database, issuing: Issuing, audit: RecordedAudit, now: datetime
) -> None:
    """Whoever restores at the same time has read a state that is no more."""
    document = issue(db, issuing, now)
    change(db, audit, document, DocumentStatus.SUSPENDED, now)
    revoked: list[bool] = []

    def act(to: DocumentStatus) -> None:
        with contextlib.suppress(AlreadyRevoked):
            change(db, audit, document, to, now)
            revoked.append(to is DocumentStatus.REVOKED)

    wanted = (DocumentStatus.VALID, DocumentStatus.REVOKED, DocumentStatus.SUSPENDED, DocumentStatus.VALID)
    threads = [threading.Thread(target=act, args=(to,)) for to in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revoked.count(True) == 1
    with db.read() as session:
        row = store.document(session, document.id)
        assert row is not None
        assert row.status == DocumentStatus.REVOKED
        assert store.statuses_at(session, HOSPITAL, 1, now) == {entry(document)[0]: 1}
