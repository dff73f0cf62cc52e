"""The client registry: registering, changing, listing, and what the wallet may know of a relying party."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from idp.oauth import client_document, client_metadata, lenient, sectors, store
from idp.oauth.client_metadata import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration
from idp.oauth.hashing import digest, new_secret
from idp.oauth.models import Client
from idp.oauth.sectors import Vouched

log = logging.getLogger("mock_vneid.oauth")
ONE_TIME_SEGMENT = re.compile(r"[A-Za-z0-9_-]{22,}")  # 128 bits or more, base64url
NO_PKCE = "registered without PKCE: plain OpenID Connect Core 1.0, for testing against an older client only"


@dataclass(frozen=True)
class Registered:
    """A client just registered or changed. The secret exists here and nowhere else; None: there is no new one."""

    client_id: str
    client_secret: str | None


@dataclass(frozen=True)
class RelyingParty:
    """What a wallet needs of a registered client: its names, its keys or where they are, and its addresses."""

    client_id: str
    name_vi: str
    name_en: str
    jwks: Mapping[str, Any]
    redirect_uris: tuple[str, ...]
    request_uris: tuple[str, ...]
    response_uris: tuple[str, ...]
    document_types: frozenset[str]
    jwks_uri: str | None = None

    def admits_request_uri(self, uri: str) -> bool:
        """True for a registered request URI.

        Our own rule: an entry ending in "/" admits exactly one more path segment of 22 or more base64url characters,
        since each request has an address of its own that cannot be guessed.
        """
        if uri in self.request_uris:
            return not uri.endswith("/")
        prefix, _, segment = uri.rpartition("/")
        return f"{prefix}/" in self.request_uris and ONE_TIME_SEGMENT.fullmatch(segment) is not None


@dataclass(frozen=True)
class Listed:
    """A client as lists show it; it outlives its transaction."""

    client_id: str
    name_vi: str
    name_en: str
    method: str
    profile: str
    sector: str
    registered_by: str
    issued_at: datetime
    disabled_at: datetime | None
    has_secret: bool
    redirect_uris: tuple[str, ...]
    switches: tuple[str, ...]

    def name(self, lang: str) -> str:
        return self.name_vi if lang == "vi" else self.name_en

    def matches(self, wanted: str) -> bool:
        """True where every word of `wanted` is in its names, identifier or addresses."""
        said = [text.casefold() for text in (self.client_id, self.name_vi, self.name_en, *self.redirect_uris)]
        return all(any(word in text for text in said) for word in wanted.casefold().split())


def listed(client: Client) -> Listed:
    return Listed(
        client.client_id, client.client_name_vi, client.client_name_en, client.token_endpoint_auth_method,
        client.profile, client.sector_identifier, client.registered_by, client.client_id_issued_at,
        client.disabled_at, client.client_secret_hash is not None, tuple(client.redirect_uris), lenient.of(client),
    )  # fmt: skip


def register(
    session: Session, registration: ClientRegistration, now: datetime, vouched: Vouched | None = None
) -> Registered:
    """Register a client, with a new secret where its method needs one. Raises ClientMetadataError.

    `vouched` is what `sectors.fetch` brought, where a sector_identifier_uri is registered.
    """
    registration = _checked(registration, vouched)
    client_id = registration.client_id or _new_id()
    if store.registered_client(session, client_id) is not None:
        raise ClientMetadataError("client_id", "is registered already")
    secret = new_secret() if has_secret(registration) else None
    client = Client(client_id=client_id, client_id_issued_at=now)
    client.client_secret_hash = digest(secret) if secret else None
    _write(client, registration)
    session.add(client)
    session.flush()
    _warn(client)
    return Registered(client_id, secret)


def _new_id() -> str:
    """None that a command would take for an option."""
    made = secrets.token_urlsafe(16)
    return _new_id() if made.startswith("-") else made


def change(
    session: Session, client: Client, registration: ClientRegistration, vouched: Vouched | None = None
) -> Registered:
    """Replace everything that is registered of a client; its id stays. Raises ClientMetadataError.

    A secret is made where its method needs one and it has none, and forgotten where it needs none any more. Requests
    on their way were checked against what was registered before, so they end here.
    """
    if registration.client_id not in (None, client.client_id):
        raise ClientMetadataError("client_id", "is for good: register another client")
    registration = _checked(replace(registration, client_id=client.client_id), vouched)
    secret = new_secret() if has_secret(registration) and client.client_secret_hash is None else None
    if secret or not has_secret(registration):
        client.client_secret_hash = digest(secret) if secret else None
    _write(client, registration)
    store.end_pending(session, client.client_id)
    session.flush()
    _warn(client)
    return Registered(client.client_id, secret)


def has_secret(registration: ClientRegistration) -> bool:
    return registration.token_endpoint_auth_method.startswith("client_secret_")


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
        jwks_uri=client.jwks_uri,
    )


def metadata(client: Client) -> dict[str, Any]:
    """The client's metadata as JSON in the words of RFC 7591, without anything secret."""
    return {
        **client_document.write(client_document.of(client)),
        "client_id_issued_at": int(client.client_id_issued_at.timestamp()),
        "registered_by": client.registered_by or "operator",
        **({"disabled_at": int(client.disabled_at.timestamp())} if client.disabled_at else {}),
    }


def _checked(registration: ClientRegistration, vouched: Vouched | None) -> ClientRegistration:
    registration = client_metadata.completed(registration)
    sectors.check(registration, vouched)
    return registration


def _write(client: Client, registration: ClientRegistration) -> None:
    for field in client_document.FIELDS:
        if field != "client_id":
            setattr(client, field, _stored(getattr(registration, field)))
    client.sector_identifier = client_metadata.sector_of(registration, client.client_id)


def _warn(client: Client) -> None:
    if not client.require_pkce:
        log.warning("client %s %s", client.client_id, NO_PKCE)
    if client.lenient:
        log.warning(
            "client %s is registered with the lenient switches %s", client.client_id, ", ".join(lenient.of(client))
        )


def _stored(value: object) -> object:
    """As the columns hold it: JSON has lists and objects."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
