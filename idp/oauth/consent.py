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

from idp.db import insert_row
from idp.oauth import acting, claims, redirect_uris, store
from idp.oauth.authorization_request import AuthorizationRequest
from idp.oauth.models import Client, Consent
from idp.oauth.ports import ActingFor

REMEMBERED_FOR = timedelta(days=180)
OFFLINE = "offline_access"


@dataclass(frozen=True)
class Receipt:
    """What was consented to just now."""

    id: str
    scope: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What a consent page says: who asks (and where the answer goes), for which scopes, each claim with its value.

    `acting_for` is the subject of the organisation that the person acts for, None where she is there for herself.
    """

    client_id: str
    name: str
    origin: str
    subject: str
    scopes: tuple[str, ...]
    values: Mapping[str, object]
    missing: tuple[str, ...]
    acting_for: str | None = None

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


def shown_for(
    client: Client, request: AuthorizationRequest, subject: str, organisation: ActingFor, lang: str
) -> Shown:
    """The page where she acts for an organisation: it is named, she acts, and nothing personal is released."""
    scopes = claims.granted(request.scopes, acting=True)
    return Shown(
        client_id=client.client_id,
        name=client.name(lang),
        origin=redirect_uris.origin(request.redirect_uri),
        subject=subject,
        scopes=tuple(scope for scope in claims.SCOPE_CLAIMS if scope in scopes),
        values={"acting_for": acting.shown(organisation), "act": organisation.role},
        missing=(),
        acting_for=organisation.subject,
    )


def covered(
    session: Session,
    client: Client,
    request: AuthorizationRequest,
    subject: str,
    acting_for: str | None,
    now: datetime,
) -> bool:
    """True where one receipt that still holds covers every scope and every claim of this request."""
    scopes = claims.granted(request.scopes, acting=acting_for is not None)
    wanted = set(_released(client, request, acting_for))
    return any(
        scopes <= set(scope.split()) and wanted <= set(names)
        for scope, names in store.consents(session, client.client_id, subject, acting_for, now)
    )


def _released(client: Client, request: AuthorizationRequest, acting_for: str | None) -> tuple[str, ...]:
    if acting_for is not None:
        return claims.SCOPE_CLAIMS["organisation"]
    return claims.released(request.scopes, request.claims, client.scopes)


def give(
    session: Session,
    client: Client,
    request: AuthorizationRequest,
    page: Shown,
    lang: str,
    now: datetime,
) -> Receipt:
    """Keep the receipt: names of what was shown and the hash of the page, not the values themselves."""
    receipt = Receipt(
        secrets.token_hex(16), " ".join(page.scopes), tuple(_released(client, request, page.acting_for))
    )
    insert_row(
        session,
        Consent,
        id=receipt.id,
        client_id=client.client_id,
        subject=page.subject,
        acting_for=page.acting_for,
        scope=receipt.scope,
        claims=list(receipt.claims),
        language=lang,
        shown_hash=page.hash,
        given_at=now,
        expires_at=now + REMEMBERED_FOR,
    )
    return receipt
