"""Writing down, in the transaction that ends a browser session, whom to tell of it (Back-Channel Logout 1.0 2.5)."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import linked_services_store, logout_store
from idp.oauth.models import LogoutDelivery

#: In `Session.info` where the transaction has something to be told.
NEWS = "logout_deliveries"


def announce(session: Session, session_id: str, now: datetime) -> None:
    """Each client once, however often the end of the same session is told here."""
    if logout_store.is_announced(session, session_id):
        return
    found = logout_store.parties(session, session_id)
    listening = {
        client.client_id
        for client in linked_services_store.clients(session, [party.client_id for party in found])
        if client.backchannel_logout_uri
    }
    for party in found:
        if party.client_id in listening:
            session.add(
                LogoutDelivery(
                    id=secrets.token_hex(16),
                    client_id=party.client_id,
                    session_id=session_id,
                    subject=party.subject,
                    acting_for=party.acting_for,
                    created_at=now,
                    attempts=0,
                    next_at=now,
                )
            )
            session.info[NEWS] = True
