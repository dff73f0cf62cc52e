"""Token Status Lists of the issuers (draft-ietf-oauth-status-list): entries given out and changed.

Every document has an entry; two bits tell valid, revoked, suspended or superseded. A list is large from the start
and its entries are given out at random, so that neither its size nor an index tells how many documents there are or
in which order they were made (section 12.5). Each change is kept, so that an audit can ask what was so at a time.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.documents import store
from idp.documents.document import DocumentStatus
from idp.documents.models import StatusListRow

SIZE = 2**17
BITS = 2
TYPE = "statuslist+jwt"
MEDIA_TYPE = f"application/{TYPE}"
#: How long a copy may be used before asking again (`ttl`), so a revocation is seen within a minute.
TTL = timedelta(seconds=60)
#: How long a copy may be relied on at all (`exp`): a working day, for a counter without a network.
LIFETIME = timedelta(hours=12)
#: From these nothing leads back.
FINAL = frozenset({DocumentStatus.REVOKED, DocumentStatus.SUPERSEDED})


class UnknownDocument(LookupError):
    """There is no document with this id."""


class AlreadyRevoked(Exception):
    """A revocation is final, and so is being superseded; a new document is issued instead."""


def list_uri(provider: str, issuer_id: str, number: int) -> str:
    """Where a list is published; many documents share it (section 12.2)."""
    return f"{provider}/status-lists/{issuer_id}/{number}"


def aggregation_uri(provider: str, issuer_id: str) -> str:
    """Where all lists of an issuer are named (section 9)."""
    return f"{provider}/status-lists/{issuer_id}"


def allocate(session: Session, issuer_id: str, now: datetime) -> tuple[int, int]:
    """An unused entry: list number and index. Never given out twice (section 13.3): who draws holds the list until
    her transaction ends, so that the next one sees what was drawn; the table's constraint watches over it."""
    current = store.newest_status_list(session, issuer_id)
    while current is None or current.used * 2 >= current.size:  # a list reserved by a bulk run is full from the start
        current = _new_list(session, issuer_id, 1 if current is None else current.number + 1, now)
    store.count_use(session, issuer_id, current.number)
    index = secrets.randbelow(current.size)
    while store.index_is_used(session, issuer_id, current.number, index):
        index = secrets.randbelow(current.size)
    return current.number, index


def set_status(
    session: Session,
    audit: Audit,
    document_id: str,
    status: DocumentStatus,
    now: datetime,
    reason: str,
    by: Mapping[str, object] | None = None,
) -> None:
    """Revoke, suspend, reinstate or mark as superseded. Raises UnknownDocument, AlreadyRevoked.

    `by` says who did it: an officer with purpose and case number.
    """
    row = store.document(session, document_id)
    if row is None:
        raise UnknownDocument(document_id)
    if row.status == status:
        return
    if row.status in FINAL:
        raise AlreadyRevoked(document_id)
    if not store.change_status(session, row, int(status), now, reason):
        session.refresh(row)  # somebody was faster: what may be done is judged by what is so now
        return set_status(session, audit, document_id, status, now, reason, by)
    store.add_change(session, row, now)
    session.flush()
    store.mark_changed(session, row.issuer_id, row.status_list, now)
    details = {
        "document": document_id, "vct": row.vct, "issuer": row.issuer_id, "status": status.name.lower(),
        "reason": reason, **(by or {}),
    }  # fmt: skip
    audit.record(session, event="document.status", subject=row.holder, client_id=None, details=details, now=now)


def _new_list(session: Session, issuer_id: str, number: int, now: datetime) -> StatusListRow:
    row = StatusListRow(
        issuer_id=issuer_id, number=number, size=SIZE, used=0, revision=1, changed_at=now, history_from=now
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another transaction was first
        found = store.status_list(session, issuer_id, number)
        if found is None:
            raise
        return found
    return row
