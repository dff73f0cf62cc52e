"""Holder keys: one P-256 key a document, so that two documents cannot be linked by their `cnf`.

The wallet is custodial: it keeps the private keys, sealed at rest for the one document they belong to.
"""

from __future__ import annotations

import json
from datetime import datetime

from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from idp.documents import store
from idp.documents.models import HolderKeyRow
from idp.encryption import AtRest


class NoHolderKey(Exception):
    """There is no key for this document."""


def make() -> ECKey:
    """A new P-256 key pair."""
    return ECKey.generate_key("P-256", private=True)


def keep(session: Session, at_rest: AtRest, document_id: str, key: ECKey, now: datetime) -> None:
    """Seal the private key and store it beside its document."""
    session.add(HolderKeyRow(document_id=document_id, sealed=sealed(at_rest, document_id, key), created_at=now))


def sealed(at_rest: AtRest, document_id: str, key: ECKey) -> bytes:
    """The private key, to be opened for this document alone."""
    return at_rest.seal(json.dumps(key.as_dict(private=True)).encode(), _purpose(document_id))


def open_key(session: Session, at_rest: AtRest, document_id: str) -> ECKey:
    """The private key that `document_id` is bound to. Raises NoHolderKey, DecryptionError."""
    row = store.holder_key(session, document_id)
    if row is None:
        raise NoHolderKey(document_id)
    return ECKey.import_key(json.loads(at_rest.open(row.sealed, _purpose(document_id))))


def _purpose(document_id: str) -> str:
    return f"holder-key:{document_id}"
