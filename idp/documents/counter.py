"""Showing a document at a counter: a presentation that waits at a one-time address, and what a clerk sees of it.

Our own way, beside OpenID4VP, for a counter without a system of its own. The clerk sends no nonce, so the address
itself is one: 192 random bits, read once, within two minutes. The presentation is bound to it (RFC 9901 section
4.3: `aud` = the address, `nonce` = its token), so that it proves itself for this showing and for no other.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.documents import holder_keys, wallet_store
from idp.documents.document import Document
from idp.documents.document_types import ClaimType
from idp.documents.issuance import TECHNICAL
from idp.documents.presentation_models import CounterShow, PresentationRecord
from idp.documents.sd_jwt.key_binding import bind
from idp.documents.sd_jwt.selecting import claims_of, present
from idp.encryption import AtRest

LIFETIME = timedelta(seconds=120)
#: How long the clerk who took it can look at it again and save it; the next use of a counter clears it away.
KEPT = timedelta(minutes=10)
#: Whose document it is, is always told: a clerk must be able to compare it with the person in front of her.
ALWAYS = ("personal_id_number", "full_name")
CLIENT = "counter"


class NotShowable(Exception):
    """A document that is not in force is shown to nobody."""


@dataclass(frozen=True)
class Taken:
    """What the clerk has taken."""

    document_id: str
    presentation: str
    taken_at: datetime


def choices(document: Document) -> tuple[ClaimType, ...]:
    """What the holder may add to what is always told."""
    held = claims_of(document.sd_jwt)
    own = (claim for claim in document.type.claims if len(claim.path) == 1 and claim.sd == "always")
    return tuple(claim for claim in own if claim.name in held and claim.name not in ALWAYS)


def address(provider: str, token: str) -> str:
    """Where the clerk reads it; also the audience of the key binding."""
    return f"{provider}/counter/{token}"


def show(
    session: Session, at_rest: AtRest, provider: str, document: Document, chosen: Collection[str], now: datetime
) -> str:
    """Make the presentation and lay it ready; returns the token, of which only the hash is kept.

    `chosen` are names of claims; what is none of the `choices` is ignored. Raises NotShowable,
    holder_keys.NoHolderKey, encryption.DecryptionError.
    """
    if document.state(now) != "valid":
        raise NotShowable(document.id)
    wallet_store.delete_counter_shows(session, now - KEPT)
    token = secrets.token_urlsafe(24)
    names = (*ALWAYS, *(claim.name for claim in choices(document) if claim.name in chosen))
    presentation = bind(
        present(document.sd_jwt, [(name,) for name in names]),
        holder_key=holder_keys.open_key(session, at_rest, document.id),
        audience=address(provider, token),
        nonce=token,
        issued_at=now,
    )
    session.add(
        CounterShow(
            token_hash=_hash(token),
            holder=document.holder,
            document_id=document.id,
            presentation=presentation,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    session.flush()
    return token


def state(session: Session, token: str, now: datetime, holder: str | None = None) -> str:
    """`waiting`, `taken`, `expired` or `unknown`; with `holder`, only what she herself laid ready is known."""
    row = wallet_store.counter_show(session, _hash(token))
    if row is None or (holder is not None and row.holder != holder):
        return "unknown"
    if row.taken_at is not None:
        return "taken"
    return "waiting" if now < row.expires_at else "expired"


def expires_at(session: Session, token: str) -> datetime | None:
    row = wallet_store.counter_show(session, _hash(token))
    return None if row is None else row.expires_at


def take(session: Session, audit: Audit, token: str, reader: str, party: Mapping[str, str], now: datetime) -> bool:
    """Take what waits, for the browser session `reader` alone; false where somebody was first or it is too late.

    From now on it is in the holder's history. `party` is the counter's name there, by language.
    """
    row = wallet_store.counter_show(session, _hash(token))
    waiting = "" if row is None else row.presentation
    if row is None or not wallet_store.claim_counter_show(session, _hash(token), now):
        return False
    wallet_store.delete_counter_shows(session, now - KEPT)
    copy = CounterShow(
        token_hash=_hash(token, reader), holder=row.holder, document_id=row.document_id, presentation=waiting,
        created_at=row.created_at, expires_at=now + KEPT, taken_at=now,
    )  # fmt: skip
    session.add_all((copy, _record(row, waiting, party, now)))
    details = {"document": row.document_id, "vct": claims_of(waiting)["vct"]}
    audit.record(session, event="counter.taken", subject=row.holder, client_id=None, details=details, now=now)
    return True


def taken(session: Session, token: str, reader: str, now: datetime) -> Taken | None:
    """What this browser session took, as long as it is kept."""
    row = wallet_store.counter_show(session, _hash(token, reader))
    if row is None or row.taken_at is None or row.expires_at <= now:
        return None
    return Taken(row.document_id, row.presentation, row.taken_at)


def _record(row: CounterShow, presentation: str, party: Mapping[str, str], now: datetime) -> PresentationRecord:
    claims = claims_of(presentation)
    shown = {
        "vct": claims["vct"],
        "document_id": row.document_id,
        "fields": [[name] for name in claims if name not in TECHNICAL],
    }
    return PresentationRecord(
        holder=row.holder, client_id=CLIENT, party=json.dumps(dict(party), ensure_ascii=False), procedure=None,
        documents=json.dumps([shown], ensure_ascii=False), outcome="given", reason=None, at=now,
    )  # fmt: skip


def _hash(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
