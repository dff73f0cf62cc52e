"""Queries of pushed authorization requests (RFC 9126)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from idp.oauth.models import PushedRequest
from idp.oauth.store import one


def pushed(session: Session, reference_hash: str) -> PushedRequest | None:
    return session.get(PushedRequest, reference_hash)


def use_pushed(session: Session, reference_hash: str, now: datetime) -> bool:
    """True for the one caller that may answer what was pushed."""
    row = PushedRequest
    return one(
        session, update(row).where(row.reference_hash == reference_hash, row.used_at.is_(None)).values(used_at=now)
    )


def waiting_pushed(session: Session, client_id: str, now: datetime, most: int) -> int:
    """How many pushed requests of a client may still be used; not counted beyond `most`."""
    row = PushedRequest
    waiting = select(row.reference_hash).where(
        row.client_id == client_id, row.expires_at > now, row.used_at.is_(None)
    )
    return session.scalar(select(func.count()).select_from(waiting.limit(most).subquery())) or 0
