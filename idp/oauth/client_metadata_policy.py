"""What a client is let do here: scopes, grants, profile and lenient switches (RFC 7591 2.1 and our own policy)."""

from __future__ import annotations

from idp.oauth import fapi
from idp.oauth.claims import SCOPES
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration


def check(client: ClientRegistration) -> None:
    scopes = frozenset(client.scope.split())
    if "openid" not in scopes or not scopes <= SCOPES:
        raise ClientMetadataError("scope", f"must hold openid, and else only {' '.join(sorted(SCOPES))}")
    # RFC 7591 2.1: response_types and grant_types must fit each other
    if "authorization_code" not in client.grant_types:
        raise ClientMetadataError("grant_types", "must hold authorization_code, which the response type code needs")
    if client.response_types != ("code",):
        raise ClientMetadataError("response_types", "must be code, which the grant authorization_code needs")
    if "offline_access" in scopes and "refresh_token" not in client.grant_types:
        raise ClientMetadataError("grant_types", "must hold refresh_token for the scope offline_access")
    fapi.check_registration(client)
