"""The client registry: registering, listing, and what the wallet may know of a relying party."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.oauth import client_metadata, store
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.hashing import digest, new_secret
from idp.oauth.models import Client

log = logging.getLogger("mock_vneid.oauth")
ONE_TIME_SEGMENT = re.compile(r"[A-Za-z0-9_-]{22,}")  # 128 bits or more, base64url
# Columns that are secret, or have another form in JSON.
NOT_METADATA = frozenset(
    {
        "client_secret_hash",
        "registration_access_token_hash",
        "client_id_issued_at",
        "client_name_vi",
        "client_name_en",
        "disabled_at",
    }
)
NO_PKCE = "registered without PKCE: plain OpenID Connect Core 1.0, for testing against an older client only"


@dataclass(frozen=True)
class Registered:
    """A client just registered. The secret exists here and nowhere else."""

    client_id: str
    client_secret: str | None


@dataclass(frozen=True)
class RelyingParty:
    """What a wallet needs of a registered client: its names, public keys and the addresses it may use."""

    client_id: str
    name_vi: str
    name_en: str
    jwks: Mapping[str, Any]
    redirect_uris: tuple[str, ...]
    request_uris: tuple[str, ...]
    response_uris: tuple[str, ...]
    document_types: frozenset[str]

    def admits_request_uri(self, uri: str) -> bool:
        """True for a registered request URI.

        Our own rule: an entry ending in "/" admits exactly one more path segment of 22 or more base64url characters,
        since each request has an address of its own that cannot be guessed.
        """
        if uri in self.request_uris:
            return not uri.endswith("/")
        prefix, _, segment = uri.rpartition("/")
        return f"{prefix}/" in self.request_uris and ONE_TIME_SEGMENT.fullmatch(segment) is not None


def register(session: Session, registration: ClientRegistration, now: datetime) -> Registered:
    """Register a client, with a new secret where its method needs one. Raises ClientMetadataError."""
    client_metadata.check(registration)
    client_id = registration.client_id or secrets.token_urlsafe(16)
    if store.registered_client(session, client_id) is not None:
        raise ClientMetadataError("client_id", "is registered already")
    secret = new_secret() if registration.token_endpoint_auth_method.startswith("client_secret_") else None
    session.add(_row(registration, client_id, secret, now))
    session.flush()
    if not registration.require_pkce:
        log.warning("client %s %s", client_id, NO_PKCE)
    return Registered(client_id, secret)


def list_all(session: Session) -> Sequence[Client]:
    """Every client, oldest first."""
    return store.clients(session)


def relying_party(session: Session, client_id: str) -> RelyingParty | None:
    """The registered client as the wallet sees it, or None."""
    client = store.client(session, client_id)
    if client is None:
        return None
    return RelyingParty(
        client_id=client.client_id,
        name_vi=client.client_name_vi,
        name_en=client.client_name_en,
        jwks=client.jwks or {"keys": []},
        redirect_uris=tuple(client.redirect_uris),
        request_uris=tuple(client.request_uris),
        response_uris=tuple(client.response_uris),
        document_types=frozenset(client.document_types),
    )


def metadata(client: Client) -> dict[str, Any]:
    """The client's metadata as JSON in the words of RFC 7591, without anything secret."""
    document = {
        column.key: getattr(client, column.key)
        for column in Client.__table__.columns
        if column.key not in NOT_METADATA
    }
    document["client_id_issued_at"] = int(client.client_id_issued_at.timestamp())
    document["client_name#vi"], document["client_name#en"] = client.client_name_vi, client.client_name_en
    return {name: value for name, value in document.items() if name == "require_pkce" or not _says_nothing(value)}


def _says_nothing(value: object) -> bool:
    return value is None or value is False or value == []


def _row(registration: ClientRegistration, client_id: str, secret: str | None, now: datetime) -> Client:
    values = {field.name: _stored(getattr(registration, field.name)) for field in fields(registration)}
    return Client(
        **{
            **values,
            "client_id": client_id,
            "client_id_issued_at": now,
            "client_secret_hash": digest(secret) if secret else None,
            "client_name_vi": registration.client_name_vi.strip(),
            "client_name_en": registration.client_name_en.strip(),
            "sector_identifier": client_metadata.sector_of(registration, client_id),
            "scope": " ".join(sorted(registration.scope.split())),
        }
    )


def _stored(value: object) -> object:
    """As the columns hold it: JSON has lists and objects."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
