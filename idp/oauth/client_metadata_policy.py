"""What a client is let do here: scopes, grants, profile and lenient switches (RFC 7591 2.1 and our own policy)."""

from __future__ import annotations

from collections.abc import Iterator

from idp.oauth import fapi
from idp.oauth.claims import SCOPES
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_metadata_forms import CHOICES
from idp.oauth.client_registration import ClientRegistration


def mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    scopes = frozenset(client.scope.split())
    if not scopes <= SCOPES:
        yield ClientMetadataError("scope", f"must hold openid, and else only {' '.join(sorted(SCOPES))}")
    elif "openid" not in scopes:
        yield ClientMetadataError("scope", "lacks openid, without which nobody is signed in")
    # RFC 7591 2.1: response_types and grant_types must fit each other
    if "authorization_code" not in client.grant_types:
        yield ClientMetadataError("grant_types", "must hold authorization_code, which the response type code needs")
    if client.response_types != ("code",):
        yield ClientMetadataError("response_types", "must be code, which the grant authorization_code needs")
    if "offline_access" in scopes and "refresh_token" not in client.grant_types:
        yield ClientMetadataError("grant_types", "must hold refresh_token for the scope offline_access")
    yield from fapi.registration_mistakes(client, CHOICES)
