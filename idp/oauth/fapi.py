"""FAPI 2.0 Security Profile, as a profile that one client is held to: what its clauses 5.3.2.1 and 5.4.1 demand.

What they demand of authorization requests is in the authorization endpoint. Everybody else is held to OpenID Connect
with RFC 9700, and may have more liberties: RS256, secrets, bearer tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from idp.oauth import mutual_tls
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration

AUTH_METHODS = ("private_key_jwt", *mutual_tls.METHODS)  # 5.3.2.1, 6
ALGORITHMS = ("PS256", "ES256", "EdDSA", "Ed25519")  # 5.4.1, 1
SIGNED = (
    "token_endpoint_auth_signing_alg",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "request_object_signing_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
)


class Held(Protocol):
    """As much of a client as is needed here."""

    @property
    def profile(self) -> str | None: ...


def holds(client: Held) -> bool:
    """True where the client is held to FAPI 2.0."""
    return client.profile not in (None, "", "oidc")  # None: a row that is not stored yet


def signed_by_default(client: Held) -> str:
    """The algorithm where a client registered none: RS256 (JARM 3, RFC 9701 6), but 5.4.1 leaves it out."""
    return "ES256" if holds(client) else "RS256"


def registration_mistakes(
    client: ClientRegistration, choices: Mapping[str, Sequence[str | int]]
) -> Iterator[ClientMetadataError]:
    if not holds(client):
        return
    if client.token_endpoint_auth_method not in AUTH_METHODS:  # 5.3.2.1, 3 and 6: confidential, no shared secret
        yield ClientMetadataError(
            "token_endpoint_auth_method", f"must be one of {', '.join(AUTH_METHODS)} for FAPI 2.0"
        )
    for field in SIGNED:
        if getattr(client, field) not in (None, *ALGORITHMS):
            allowed = [str(one) for one in choices[field] if one in ALGORITHMS]
            yield ClientMetadataError(field, f"must be one of {', '.join(allowed)} for FAPI 2.0")
    if not client.require_pkce:  # 5.3.2.2, 5
        yield ClientMetadataError("require_pkce", "must be true for FAPI 2.0")
    if client.lenient:
        yield ClientMetadataError("lenient", "is not for a client that is held to FAPI 2.0")
    plain = any(uri.startswith("http:") for uri in client.redirect_uris)
    if plain and client.application_type != "native":  # 5.3.2.2, 8
        yield ClientMetadataError("redirect_uris", "must use https for FAPI 2.0", "invalid_redirect_uri")
