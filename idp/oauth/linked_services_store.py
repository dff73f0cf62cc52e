"""Queries of what one person has let services have: her receipts of consent, and the grants that came of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import Update

from idp.oauth.models import Client, Consent, Grant


def receipts(session: Session, subject: str, now: datetime) -> Sequence[Consent]:
    """Receipts that still hold, the newest first."""
    query = select(Consent).where(
        Consent.subject == subject, Consent.expires_at > now, Consent.withdrawn_at.is_(None)
    )
    return session.scalars(query.order_by(Consent.given_at.desc(), Consent.id)).all()


def grants(session: Session, subject: str, since: datetime) -> Sequence[Grant]:
    """Grants that are not revoked and not older than `since`."""
    query = select(Grant).where(Grant.subject == subject, Grant.revoked_at.is_(None), Grant.created_at > since)
    return session.scalars(query).all()


def clients(session: Session, client_ids: Collection[str]) -> Sequence[Client]:
    return session.scalars(select(Client).where(Client.client_id.in_(client_ids))).all()


def withdraw(session: Session, subject: str, client_id: str, now: datetime) -> bool:
    """Withdraw and revoke all that this client has of her; False where it has nothing.

    The receipts go first: whoever is about to grant by one of them holds it until the grant is there to be revoked.
    """
    receipt, grant = Consent, Grant
    withdrawn = _count(
        session,
        update(receipt)
        .where(receipt.subject == subject, receipt.client_id == client_id, receipt.withdrawn_at.is_(None))
        .where(receipt.expires_at > now)
        .values(withdrawn_at=now),
    )
    revoked = _count(
        session,
        update(grant)
        .where(grant.subject == subject, grant.client_id == client_id, grant.revoked_at.is_(None))
        .values(revoked_at=now),
    )
    return withdrawn + revoked > 0


def _count(session: Session, statement: Update) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount
