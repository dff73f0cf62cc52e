"""Status List Tokens (draft-ietf-oauth-status-list sections 5, 8.4 and 9): the lists as they are and were, signed.

A token is kept until its list changes or its `ttl` is over. Of the past a token is made when somebody asks: from the
changes that were kept, saying of one instant what was so, and good for no longer than a `ttl`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from idp.documents import status_cwt, store
from idp.documents.issuers import Issuers
from idp.documents.models import StatusListRow
from idp.documents.sd_jwt.encoding import b64url_encode
from idp.documents.sd_jwt.jws import sign
from idp.documents.status import BITS, LIFETIME, MEDIA_TYPE, TTL, TYPE, aggregation_uri, list_uri
from idp.documents.status_copies import StatusCopies
from idp.documents.verifier.status_list import compress_status_list

FORMATS = (MEDIA_TYPE, status_cwt.MEDIA_TYPE)


class NotKept(LookupError):
    """Nothing is known of this list at that time: before its history begins, or in the future."""


@dataclass(frozen=True)
class StatusToken:
    """A signed status list. `etag` changes whenever the token does."""

    content: bytes
    etag: str
    issued_at: datetime
    revision: int

    @property
    def text(self) -> str:
        """The token in JWT format."""
        return self.content.decode("ascii")

    def max_age(self, now: datetime) -> timedelta:
        """How long a copy handed out now may be kept, so that none is older than its `ttl`."""
        return max(timedelta(), self.issued_at + TTL - now)


class StatusTokens:
    """Signs status lists on demand, and copies each new token to the key folder."""

    def __init__(self, issuers: Issuers, provider: str, keys_dir: Path) -> None:
        self._issuers, self._provider = issuers, provider
        self._copies = StatusCopies(keys_dir)
        self._tokens: dict[tuple[str, int, str], StatusToken] = {}
        self._lists: dict[tuple[str, int], tuple[int, bytes]] = {}

    def token(
        self, session: Session, issuer_id: str, number: int, now: datetime, media_type: str = MEDIA_TYPE
    ) -> StatusToken | None:
        """The list as it stands, or None where there is no such list."""
        row = store.status_list(session, issuer_id, number)
        if row is None:
            return None
        kept = self._tokens.get((issuer_id, number, media_type))
        if kept is not None and kept.revision == row.revision and kept.issued_at <= now < kept.issued_at + TTL:
            return kept
        return self._make(session, row, now, media_type)

    def renew(self, session: Session, issuer_id: str, number: int, now: datetime) -> None:
        """Sign the list anew, so that the copy beside the documents has its whole `ttl` before it."""
        row = store.status_list(session, issuer_id, number)
        if row is not None:
            self._make(session, row, now, MEDIA_TYPE)

    def at(
        self, session: Session, issuer_id: str, number: int, instant: datetime, now: datetime, media_type: str
    ) -> StatusToken | None:
        """The list as it was (section 8.4), or None where there is no such list. Raises NotKept.

        It ends with its `ttl`: who keeps it has nothing to show as if it were of today.
        """
        row = store.status_list(session, issuer_id, number)
        if row is None:
            return None
        if row.history_from is None or not row.history_from <= instant <= now:
            raise NotKept
        was = store.statuses_at(session, issuer_id, number, instant)
        packed = compress_status_list(was.items(), row.size, BITS)
        claims = self._claims(row, instant, instant + TTL, packed)
        return self._signed(row, claims, packed, instant, media_type)

    def uris(self, session: Session, issuer_id: str | None = None) -> list[str]:
        """Where the lists of one issuer are published, or of all (section 9.3)."""
        rows = store.status_lists(session)
        return [
            list_uri(self._provider, row.issuer_id, row.number)
            for row in rows
            if issuer_id is None or row.issuer_id == issuer_id
        ]

    def export(self, session: Session, now: datetime, *, anew: bool = False) -> None:
        """Copy every list to the key folder; a copy that says what is so, and will for a while, is left alone."""
        for row in store.status_lists(session):
            lasting = self._claims(row, now, now, self._packed(session, row))
            for name in ("iat", "exp"):
                del lasting[name]
            x5c = self._issuers.x5c(row.issuer_id)
            if anew or not self._copies.stands(row.issuer_id, row.number, lasting, x5c, now + LIFETIME / 2):
                self._make(session, row, now, MEDIA_TYPE)

    def _make(self, session: Session, row: StatusListRow, now: datetime, media_type: str) -> StatusToken:
        packed = self._packed(session, row)
        claims = {**self._claims(row, now, now + LIFETIME, packed), "ttl": int(TTL.total_seconds())}
        made = self._signed(row, claims, packed, now, media_type)
        self._tokens[row.issuer_id, row.number, media_type] = made
        if media_type == MEDIA_TYPE:
            self._copies.put(row.issuer_id, row.number, made.text)
        return made

    def _claims(self, row: StatusListRow, start: datetime, end: datetime, packed: bytes) -> dict[str, Any]:
        return {
            "iss": self._issuers.profile(row.issuer_id).uri,
            "sub": list_uri(self._provider, row.issuer_id, row.number),
            "iat": int(start.timestamp()),
            "exp": int(end.timestamp()),
            "status_list": {
                "bits": BITS,
                "lst": b64url_encode(packed),
                "aggregation_uri": aggregation_uri(self._provider, row.issuer_id),
            },
        }

    def _signed(
        self, row: StatusListRow, claims: dict[str, Any], packed: bytes, at: datetime, media_type: str
    ) -> StatusToken:
        signer = self._issuers.credentials(row.issuer_id)
        if media_type == status_cwt.MEDIA_TYPE:
            content = status_cwt.encode(claims, packed, signer)
        else:
            # x5c as in the documents, without the root (HAIP 1.0 section 6.1).
            header = {"typ": TYPE, "x5c": self._issuers.x5c(row.issuer_id)}
            content = sign(header, claims, signer.key).encode("ascii")
        return StatusToken(content, hashlib.sha256(content).hexdigest()[:32], at, row.revision)

    def _packed(self, session: Session, row: StatusListRow) -> bytes:
        place = (row.issuer_id, row.number)
        kept = self._lists.get(place)
        if kept is None or kept[0] != row.revision:
            packed = compress_status_list(store.bad_statuses(session, *place), row.size, BITS)
            kept = self._lists[place] = (row.revision, packed)
        return kept[1]


def instant_of(timestamp: str) -> datetime:
    """The instant of a `time` parameter. Raises ValueError for what is no whole number of seconds."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 11:
        raise ValueError("time is a number of seconds")
    return datetime.fromtimestamp(int(timestamp), UTC)
