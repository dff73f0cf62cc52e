"""Consent: what is shown, what is remembered, and the receipt of it.

A receipt is never changed; asking for less than one that still holds needs no new one, asking for more does.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.oauth import claims, redirect_uris, store
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.models import Client, Consent

REMEMBERED_FOR = timedelta(days=180)
OFFLINE = "offline_access"


@dataclass(frozen=True)
class Shown:
    """What a consent page says: who asks (and where the answer goes), for which scopes, each claim with its value."""

    client_id: str
    name: str
    origin: str
    subject: str
    scopes: tuple[str, ...]
    values: Mapping[str, object]
    missing: tuple[str, ...]

    @property
    def hash(self) -> str:
        """Binds the decision to exactly this page: a value that changes meanwhile makes another hash."""
        document = {**self.__dict__, "values": dict(self.values)}
        return hashlib.sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest()


def shown(
    client: Client, request: AuthorizationRequest, subject: str, known: Mapping[str, object], lang: str
) -> Shown:
    """The page for this request and this person."""
    names = claims.released(request.scopes, request.claims, client.scopes)
    return Shown(
        client_id=client.client_id,
        name=client.name(lang),
        origin=redirect_uris.origin(request.redirect_uri),
        subject=subject,
        scopes=tuple(scope for scope in claims.SCOPE_CLAIMS if scope in request.scopes),
        values={name: known[name] for name in names if known.get(name) is not None},
        missing=tuple(name for name in names if known.get(name) is None),
    )


def covered(session: Session, client: Client, request: AuthorizationRequest, subject: str, now: datetime) -> bool:
    """True where one receipt that still holds covers every scope and every claim of this request."""
    wanted = set(claims.released(request.scopes, request.claims, client.scopes))
    return any(
        request.scopes <= set(receipt.scope.split()) and wanted <= set(receipt.claims)
        for receipt in store.consents(session, client.client_id, subject, now)
    )


def give(
    session: Session,
    client: Client,
    request: AuthorizationRequest,
    page: Shown,
    lang: str,
    now: datetime,
) -> Consent:
    """Keep the receipt: names of what was shown and the hash of the page, not the values themselves."""
    receipt = Consent(
        id=secrets.token_hex(16),
        client_id=client.client_id,
        subject=page.subject,
        scope=" ".join(page.scopes),
        claims=list(claims.released(request.scopes, request.claims, client.scopes)),
        language=lang,
        shown_hash=page.hash,
        given_at=now,
        expires_at=now + REMEMBERED_FOR,
    )
    session.add(receipt)
    return receipt
