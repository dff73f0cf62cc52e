"""Which identity levels a client takes (Decree 69/2024/ND-CP art. 5): our own policy for one client."""

from __future__ import annotations

from sqlalchemy.orm import Session

from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices


def admits(services: OAuthServices, session: Session, client: Client, subject: str) -> bool:
    """True where the client names no levels, or this person's is among them.

    It is the level of who signs in, also where she acts for an organisation: that has none of its own.
    """
    if not client.identity_levels:
        return True
    known = services.subjects.claims(session, subject) or {}
    return known.get("identity_level") in client.identity_levels
