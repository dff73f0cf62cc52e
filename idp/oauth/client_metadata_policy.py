"""What a client is let do here: scopes, grants, profile and lenient switches (RFC 7591 2.1 and our own policy)."""

from __future__ import annotations

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
    if client.profile != "oidc":
        _check_fapi(client)


def _check_fapi(client: ClientRegistration) -> None:
    """FAPI 2.0 Security Profile 5.3.2.1: nothing is loosened for a client that is held to it."""
    if client.public:
        raise ClientMetadataError("token_endpoint_auth_method", f"must not be none under {client.profile}")
    if client.lenient:
        raise ClientMetadataError("lenient", f"is not for a client held to {client.profile}")
    if not client.require_pkce:
        raise ClientMetadataError("require_pkce", f"must be true under {client.profile}")
