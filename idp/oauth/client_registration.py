"""What is registered of a client (RFC 7591 2 and 3.2.1, OpenID Connect Registration 2), in the specifications' names.

The rules are in `idp.oauth.client_metadata`; a field without default has none in any specification either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: How strictly a client is held: OpenID Connect with OAuth 2.1's rules, or FAPI 2.0 as a whole.
PROFILES = ("oidc", "fapi2_security", "fapi2_message_signing")
ACCESS_TOKEN_FORMATS = ("opaque", "jwt")


@dataclass(frozen=True)
class ClientRegistration:
    """Everything that may be said of a client; `client_id` None lets one be made."""

    client_name_vi: str
    client_name_en: str
    redirect_uris: tuple[str, ...]
    client_id: str | None = None

    # RFC 7591 2
    application_type: str = "web"
    token_endpoint_auth_method: str = "client_secret_basic"
    scope: str = "openid"
    grant_types: tuple[str, ...] = ("authorization_code",)
    response_types: tuple[str, ...] = ("code",)
    contacts: tuple[str, ...] = ()
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    software_id: str | None = None
    software_version: str | None = None

    # OpenID Connect Registration 2
    sector_identifier: str | None = None
    sector_identifier_uri: str | None = None
    subject_type: str = "pairwise"
    id_token_signed_response_alg: str = "RS256"
    id_token_encrypted_response_alg: str | None = None
    id_token_encrypted_response_enc: str | None = None
    userinfo_signed_response_alg: str | None = None
    userinfo_encrypted_response_alg: str | None = None
    userinfo_encrypted_response_enc: str | None = None
    request_object_signing_alg: str | None = None
    token_endpoint_auth_signing_alg: str | None = None
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    initiate_login_uri: str | None = None
    request_uris: tuple[str, ...] = ()

    # RP-Initiated, Front-Channel and Back-Channel Logout
    post_logout_redirect_uris: tuple[str, ...] = ()
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False

    # RFC 9126 6, RFC 9101 10.5, RFC 9449 5.2, RFC 8705 2.1.2 and 3.4
    require_pushed_authorization_requests: bool = False
    require_signed_request_object: bool = False
    dpop_bound_access_tokens: bool = False
    tls_client_certificate_bound_access_tokens: bool = False
    tls_client_auth_subject_dn: str | None = None
    tls_client_auth_san_dns: str | None = None
    tls_client_auth_san_uri: str | None = None
    tls_client_auth_san_ip: str | None = None
    tls_client_auth_san_email: str | None = None

    # JARM 3, RFC 9701 6
    authorization_signed_response_alg: str | None = None
    authorization_encrypted_response_alg: str | None = None
    authorization_encrypted_response_enc: str | None = None
    introspection_signed_response_alg: str | None = None
    introspection_encrypted_response_alg: str | None = None
    introspection_encrypted_response_enc: str | None = None

    # OpenID4VP: where the wallet answers, and what it may be asked for
    response_uris: tuple[str, ...] = ()
    document_types: tuple[str, ...] = ()

    # Our own policy for one client: how strictly it is held, and what it is let do
    profile: str = "oidc"
    require_pkce: bool = True
    lenient: tuple[str, ...] = ()
    identity_levels: tuple[int, ...] = ()
    resources: tuple[str, ...] = ()
    access_token_format: str = "opaque"

    @property
    def public(self) -> bool:
        return self.token_endpoint_auth_method == "none"
