"""Token Status Lists of the issuers (draft-ietf-oauth-status-list): entries given out, changed, and signed.

Every document has an entry; two bits tell valid, revoked or suspended. A list is large from the start and its
entries are given out at random, so that neither its size nor an index tells how many documents there are or in
which order they were made (section 12.5).
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp import key_files
from idp.audit.port import Audit
from idp.documents import store
from idp.documents.document import DocumentStatus
from idp.documents.issuers import Issuers
from idp.documents.models import StatusListRow
from idp.documents.sd_jwt.jws import sign
from idp.documents.verifier.status_list import encode_status_list

SIZE = 2**17
BITS = 2
TYPE = "statuslist+jwt"
MEDIA_TYPE = f"application/{TYPE}"
#: How long a copy may be used before asking again (`ttl`), so a revocation is seen within a minute.
TTL = timedelta(seconds=60)
#: How long a copy may be relied on at all (`exp`): a working day, for a counter without a network.
LIFETIME = timedelta(hours=12)
log = logging.getLogger("mock_vneid")


class UnknownDocument(LookupError):
    """There is no document with this id."""


class AlreadyRevoked(Exception):
    """A revocation is final; a new document is issued instead."""


@dataclass(frozen=True)
class StatusToken:
    """A signed status list. `etag` changes whenever the token does."""

    text: str
    etag: str
    issued_at: datetime
    revision: int


def list_uri(provider: str, issuer_id: str, number: int) -> str:
    """Where a list is published; many documents share it (section 12.2)."""
    return f"{provider}/status-lists/{issuer_id}/{number}"


def allocate(session: Session, issuer_id: str, now: datetime) -> tuple[int, int]:
    """An unused entry: list number and index. Never given out twice (section 13.3); should two transactions draw
    the same one at once, the table's constraint lets only one of them pass."""
    current = store.newest_status_list(session, issuer_id)
    if current is None or current.used * 2 >= current.size:
        current = _new_list(session, issuer_id, 1 if current is None else current.number + 1, now)
    index = secrets.randbelow(current.size)
    while store.index_is_used(session, issuer_id, current.number, index):
        index = secrets.randbelow(current.size)
    store.count_use(session, issuer_id, current.number)
    return current.number, index


def set_status(
    session: Session, audit: Audit, document_id: str, status: DocumentStatus, now: datetime, reason: str
) -> None:
    """Revoke, suspend or reinstate. Raises UnknownDocument, AlreadyRevoked."""
    row = store.document(session, document_id)
    if row is None:
        raise UnknownDocument(document_id)
    if row.status == status:
        return
    if row.status == DocumentStatus.REVOKED:
        raise AlreadyRevoked(document_id)
    row.status, row.updated_at = int(status), now
    session.flush()
    store.mark_changed(session, row.issuer_id, row.status_list, now)
    details = {"document": document_id, "vct": row.vct, "status": status.name.lower(), "reason": reason}
    audit.record(session, event="document.status", subject=row.holder, client_id=None, details=details, now=now)


class StatusTokens:
    """Signs status lists on demand. A token is kept until its list changes or its `ttl` is over.

    Each new token is also copied to `status/` in the key folder, for the command that checks without a network.
    """

    def __init__(self, issuers: Issuers, provider: str, keys_dir: Path) -> None:
        self._issuers, self._provider, self._keys_dir = issuers, provider, keys_dir
        self._tokens: dict[tuple[str, int], StatusToken] = {}
        self._lists: dict[tuple[str, int], tuple[int, str]] = {}

    def token(self, session: Session, issuer_id: str, number: int, now: datetime) -> StatusToken | None:
        """The list as it stands, or None where there is no such list."""
        row = store.status_list(session, issuer_id, number)
        if row is None or issuer_id not in self._issuers.profiles:  # the issuer of a user's own type that is gone
            return None
        kept = self._tokens.get((issuer_id, number))
        if kept is not None and kept.revision == row.revision and kept.issued_at <= now < kept.issued_at + TTL:
            return kept
        made = self._sign(session, row, now)
        self._tokens[issuer_id, number] = made
        self._copy(issuer_id, number, made)
        return made

    def export(self, session: Session, now: datetime) -> None:
        """Sign every list and copy it to the key folder."""
        for row in store.status_lists(session):
            self.token(session, row.issuer_id, row.number, now)

    def _sign(self, session: Session, row: StatusListRow, now: datetime) -> StatusToken:
        # x5c as in the documents, without the root (HAIP 1.0 section 6.1).
        header = {"typ": TYPE, "x5c": self._issuers.x5c(row.issuer_id)}
        payload = {
            "iss": self._issuers.profile(row.issuer_id).uri,
            "sub": list_uri(self._provider, row.issuer_id, row.number),
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "ttl": int(TTL.total_seconds()),
            "status_list": {"bits": BITS, "lst": self._packed(session, row)},
        }
        text = sign(header, payload, self._issuers.credentials(row.issuer_id).key)
        return StatusToken(text, hashlib.sha256(text.encode()).hexdigest()[:32], now, row.revision)

    def _packed(self, session: Session, row: StatusListRow) -> str:
        place = (row.issuer_id, row.number)
        kept = self._lists.get(place)
        if kept is None or kept[0] != row.revision:
            values = bytearray(row.size)
            for index, value in store.bad_statuses(session, *place):
                values[index] = value
            kept = self._lists[place] = (row.revision, encode_status_list(bytes(values), BITS))
        return kept[1]

    def _copy(self, issuer_id: str, number: int, token: StatusToken) -> None:
        name = issuer_id if number == 1 else f"{issuer_id}-{number}"
        path = self._keys_dir / "status" / f"{name}.jwt"
        try:
            key_files.write(path, token.text.encode("ascii"), key_files.PUBLIC)
        except OSError as error:  # publishing goes on where the folder cannot be written
            log.warning("cannot copy a status list to %s: %s", path, error.strerror)


def _new_list(session: Session, issuer_id: str, number: int, now: datetime) -> StatusListRow:
    row = StatusListRow(issuer_id=issuer_id, number=number, size=SIZE, used=0, revision=1, changed_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another transaction was first
        found = store.status_list(session, issuer_id, number)
        if found is None:
            raise
        return found
    return row
