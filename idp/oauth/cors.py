"""Cross-origin requests of browser applications: where the Fetch standard lets a script read our answers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from idp.oauth import redirect_uris, store


def admits(session: Session, origin: str) -> bool:
    """True for the origin of a public client's redirect URI; of no other: only such a client runs in a browser."""
    for client in store.public_clients(session):
        known = [redirect_uris.origin(uri) for uri in client.redirect_uris if redirect_uris.host(uri)]
        if redirect_uris.matches(known, origin, client.application_type):
            return True
    return False
