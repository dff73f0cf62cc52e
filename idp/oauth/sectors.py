"""Sector identifiers (OpenID Connect Core 8.1, Registration 5): which clients know a person by the same `sub`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp.oauth import redirect_uris, strict_json
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_metadata_uris import check_web_address
from idp.oauth.client_registration import ClientRegistration
from idp.outbound import Outbound, OutboundError

FIELD = "sector_identifier_uri"


@dataclass(frozen=True)
class Vouched:
    """What a sector's document said when it was fetched."""

    uri: str
    redirect_uris: frozenset[str]


def fetch(outbound: Outbound, client: ClientRegistration) -> Vouched | None:
    """The sector's document, where one is named. To be called outside a transaction. Raises ClientMetadataError."""
    uri = client.sector_identifier_uri
    if uri is None:
        return None
    check_web_address(FIELD, uri)
    try:
        reply = outbound.get(uri, registered=(uri,), accept="application/json")
    except OutboundError as error:
        raise ClientMetadataError(FIELD, f"could not be fetched ({error.code})") from error
    if reply.status != 200:
        raise ClientMetadataError(FIELD, "could not be fetched: it must answer with status 200")
    return Vouched(uri, _entries(reply.body))


def check(client: ClientRegistration, vouched: Vouched | None) -> None:
    """Raises ClientMetadataError where the sector is not proven to be the client's."""
    if client.sector_identifier_uri is None:
        return
    if client.sector_identifier is not None:
        raise ClientMetadataError("sector_identifier", "and sector_identifier_uri must not both be given")
    if vouched is None or vouched.uri != client.sector_identifier_uri:
        raise ClientMetadataError(FIELD, "was not fetched")
    # Registration 5: the document "MUST" hold all redirect_uris, compared as strings
    if not set(client.redirect_uris) <= vouched.redirect_uris:
        raise ClientMetadataError(FIELD, "does not list every redirect URI of this client")


def sector_of(client: ClientRegistration, client_id: str) -> str:
    """The sector identifier (Core 8.1): the one registered, else the host of the redirect URIs.

    A loopback address or a private scheme is nobody's domain, so such a client is a sector of its own.
    """
    if client.sector_identifier:
        return client.sector_identifier
    if client.sector_identifier_uri:
        return redirect_uris.host(client.sector_identifier_uri)
    hosts = {redirect_uris.host(uri) for uri in client.redirect_uris}
    if len(hosts) > 1:
        raise ClientMetadataError(
            "sector_identifier", "or sector_identifier_uri is needed: the redirect URIs are on several hosts"
        )
    host = hosts.pop()
    return f"client:{client_id}" if not host or host in redirect_uris.LOOPBACK_HOSTS else host


def _entries(body: bytes) -> frozenset[str]:
    try:
        found: Any = strict_json.loads(body)
    except strict_json.NotJson as error:
        raise ClientMetadataError(FIELD, "must answer with a JSON array of strings") from error
    if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
        raise ClientMetadataError(FIELD, "must answer with a JSON array of strings")
    return frozenset(found)
