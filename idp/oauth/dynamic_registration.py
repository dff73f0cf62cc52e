"""Clients that register and manage themselves (RFC 7591, RFC 7592, OpenID Connect Registration 3 and 4).

What our own operator decides of a client (documents, lenient switches, resources, its sector) she cannot give
herself; the profile, the identity levels and the form of access tokens she may choose: they only make her stricter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.oauth import client_document, client_metadata, initial_access_tokens, redirect_uris, store
from idp.oauth.client_metadata_errors import ClientMetadataError, refuse
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.clients import Registered
from idp.oauth.hashing import digest, new_secret, same
from idp.oauth.models import Client
from idp.oauth.registry import Registry
from idp.oauth.sectors import Vouched

BY = "client"
OPERATORS_OWN = (
    "sector_identifier", "response_uris", "document_types", "require_pkce", "lenient", "resources",
)  # fmt: skip
# RFC 7592 2.2: "MUST NOT include"
NEVER_SENT = (
    "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at",
)  # fmt: skip
UNNAMED = {"vi": "Ứng dụng chưa đặt tên (MÔ PHỎNG)", "en": "Unnamed application (MOCK)"}


class TokenRefused(Exception):
    """RFC 6750 3.1 invalid_token: no such token, used up, over, or another client's."""


@dataclass(frozen=True)
class Answer:
    """What the client is told of itself (RFC 7591 3.2.1, RFC 7592 3)."""

    document: Mapping[str, Any]
    client_id: str


def requested(
    document: Mapping[str, Any], limit: frozenset[str], present: ClientRegistration | None = None
) -> ClientRegistration:
    """What the client asks to be registered as; `present` is what it is now. Raises ClientMetadataError.

    Members that mean nothing here are ignored (RFC 7591 2), as are those that the registry itself tells.
    """
    _check_software_statement(document)
    wanted = client_document.read({name: value for name, value in document.items() if name != "client_id"})
    mistakes: list[ClientMetadataError] = []
    try:
        wanted = replace(wanted, scope=_scope(document, wanted, limit))
    except ClientMetadataError as error:
        mistakes.append(error)
    wanted = replace(wanted, **_names(wanted))
    base = present or replace(wanted, **_defaults())
    mistakes += [
        ClientMetadataError(field, "is the operator's to set")
        for field in OPERATORS_OWN
        if document.get(field) is not None and getattr(wanted, field) != getattr(base, field)
    ]
    wanted = replace(wanted, client_id=None, **{field: getattr(base, field) for field in OPERATORS_OWN})
    if mistakes:  # then what is wrong besides is told with them
        refuse([*mistakes, *_further(wanted)])
    return wanted


def register(
    registry: Registry, session: Session, token: str, registration: ClientRegistration, vouched: Vouched | None,
    issuer: str, now: datetime,
) -> Answer:  # fmt: skip
    """Register, using the initial access token up by one. Raises TokenRefused or ClientMetadataError."""
    row = initial_access_tokens.live(session, token, now)
    if row is None or not initial_access_tokens.use(session, token, now):
        raise TokenRefused
    made = registry.add(session, registration, now, vouched)
    client = registry.find(session, made.client_id)
    own_token = new_secret()
    client.registered_by, client.registrable_scope = BY, row.scope
    client.registration_access_token_hash = digest(own_token)
    session.flush()
    return told(client, issuer, own_token, made)


def authenticate(session: Session, client_id: str, token: str) -> Client:
    """The client of this registration access token. Raises TokenRefused, for one that is disabled too."""
    client = store.client(session, client_id)
    if not same(token, client.registration_access_token_hash if client else None) or client is None:
        raise TokenRefused
    return client


def check_update(client: Client, document: Mapping[str, Any]) -> None:
    """RFC 7592 2.2: what an update must hold, and must not. Raises ClientMetadataError."""
    for name in NEVER_SENT:
        if name in document:
            raise ClientMetadataError(name, "must not be sent (RFC 7592 2.2)")
    if document.get("client_id") != client.client_id:
        raise ClientMetadataError("client_id", "must be the client's own (RFC 7592 2.2)")
    secret = document.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and same(secret, client.client_secret_hash)):
        raise ClientMetadataError("client_secret", "must be the present one where it is sent (RFC 7592 2.2)")


def update(
    registry: Registry, session: Session, client_id: str, token: str, registration: ClientRegistration,
    vouched: Vouched | None, issuer: str, now: datetime,
) -> Answer:  # fmt: skip
    """Replace everything, and the registration access token with it: of two updates by one token one is refused.

    Raises TokenRefused or ClientMetadataError.
    """
    authenticate(session, client_id, token)
    own_token = new_secret()
    if not store.replace_registration_token(session, client_id, digest(token), digest(own_token)):
        raise TokenRefused
    made = registry.change(session, client_id, registration, now, vouched)
    return told(registry.find(session, client_id), issuer, own_token, made)


def remove(registry: Registry, session: Session, client_id: str, token: str, now: datetime) -> None:
    """RFC 7592 2.3. Raises TokenRefused."""
    authenticate(session, client_id, token)
    registry.remove(session, client_id, now)


def limit_of(client: Client) -> frozenset[str]:
    """The scopes that the client may have: those of the token it came with, and what an operator gave it since."""
    return frozenset((client.registrable_scope or "").split()) | client.scopes


def told(client: Client, issuer: str, token: str, made: Registered | None = None) -> Answer:
    """A secret is kept hashed, so it is in the answer that made it and in no other."""
    document: dict[str, Any] = {
        **client_document.write(client_document.of(client)),
        "client_id": client.client_id,
        "client_id_issued_at": int(client.client_id_issued_at.timestamp()),
        "registration_client_uri": f"{issuer}/connect/register/{client.client_id}",
        "registration_access_token": token,
    }
    if made is not None and made.client_secret is not None:
        # RFC 7591 3.2.1: REQUIRED with a secret; 0: it does not expire
        document |= {"client_secret": made.client_secret, "client_secret_expires_at": 0}
    return Answer(document, client.client_id)


def _check_software_statement(document: Mapping[str, Any]) -> None:
    """RFC 7591 3.2.2: nobody's statements are approved here, so that none is silently taken for nothing."""
    if "software_statement" not in document:
        return
    statement = document["software_statement"]
    if not isinstance(statement, str) or statement.count(".") != 2 or not all(statement.split(".")):
        raise ClientMetadataError("software_statement", "is not a signed JWT", "invalid_software_statement")
    raise ClientMetadataError(
        "software_statement", "is by nobody who is approved here", "unapproved_software_statement"
    )


def _further(wanted: ClientRegistration) -> Sequence[ClientMetadataError]:
    try:
        client_metadata.completed(wanted)
    except ClientMetadataError as error:
        return error.all
    return ()


def _scope(document: Mapping[str, Any], wanted: ClientRegistration, limit: frozenset[str]) -> str:
    """RFC 7591 2: where no scope is asked for, a default set: all that may be had and used."""
    if document.get("scope") is None:
        unusable = frozenset() if "refresh_token" in wanted.grant_types else frozenset({"offline_access"})
        return " ".join(sorted(limit - unusable))
    if not frozenset(wanted.scope.split()) <= limit:
        raise ClientMetadataError("scope", f"may hold only what the token was made for: {' '.join(sorted(limit))}")
    return wanted.scope


def _names(wanted: ClientRegistration) -> dict[str, Any]:
    """client_name is OPTIONAL: a client without one is called by its host, which the consent page shows anyway."""
    given = wanted.client_name_vi.strip() or wanted.client_name_en.strip()
    parts = redirect_uris.split(wanted.redirect_uris[0]) if wanted.redirect_uris else None
    host = parts.hostname if parts is not None and parts.hostname not in redirect_uris.LOOPBACK_HOSTS else None
    return {
        "client_name_vi": wanted.client_name_vi.strip() or given or host or UNNAMED["vi"],
        "client_name_en": wanted.client_name_en.strip() or given or host or UNNAMED["en"],
    }


def _defaults() -> dict[str, Any]:
    plain = ClientRegistration("", "", ())
    return {field: getattr(plain, field) for field in OPERATORS_OWN}
