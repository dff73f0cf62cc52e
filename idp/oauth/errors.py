"""Every protocol error of this package, by its specification code.

The classes are Authlib's where it has them, so that its token endpoint answers ours and its own alike. Descriptions
are constants of ours in ASCII: RFC 6749 4.1.2.1 allows nothing else, and nothing a client sent is echoed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from authlib.oauth2.rfc6749.errors import (
    AccessDeniedError,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnauthorizedClientError,
    UnsupportedGrantTypeError,
    UnsupportedTokenTypeError,
)
from authlib.oidc.core.errors import (
    AccountSelectionRequiredError,
    ConsentRequiredError,
    LoginRequiredError,
    RegistrationNotSupportedError,
)

__all__ = [
    "AccessDeniedError",
    "AccountSelectionRequiredError",
    "ConsentRequiredError",
    "InsufficientScopeError",
    "InsufficientUserAuthenticationError",
    "InteractionRequiredError",
    "InvalidClientError",
    "InvalidDPoPProofError",
    "InvalidGrantError",
    "InvalidRequestError",
    "InvalidRequestObjectError",
    "InvalidRequestURIError",
    "InvalidScopeError",
    "InvalidTargetError",
    "InvalidTokenError",
    "LoginRequiredError",
    "NoEncryptionKeyError",
    "OAuth2Error",
    "RegistrationNotSupportedError",
    "ServerPageError",
    "TemporarilyUnavailableError",
    "UnauthorizedClientError",
    "UnmetAuthenticationRequirementsError",
    "UnsupportedGrantTypeError",
    "UnsupportedResponseTypeError",
    "UnsupportedTokenTypeError",
    "UseDPoPNonceError",
]

STRONGER = "A different authentication level is required."
NEWER = "More recent authentication is required."


class UnsupportedResponseTypeError(OAuth2Error):  # type: ignore[misc]
    """RFC 6749 4.1.2.1. Authlib's own echoes what the client sent, and fails where that is not ASCII."""

    error = "unsupported_response_type"
    description = "Only response_type=code is supported."


class InteractionRequiredError(OAuth2Error):  # type: ignore[misc]
    """OpenID Connect Core 3.1.2.6."""

    error = "interaction_required"


class UnmetAuthenticationRequirementsError(OAuth2Error):  # type: ignore[misc]
    """OpenID Connect Core Error Code unmet_authentication_requirements 1.0."""

    error = "unmet_authentication_requirements"


class InvalidTokenError(OAuth2Error):  # type: ignore[misc]
    """RFC 6750 3.1: expired, revoked, malformed or not ours."""

    error = "invalid_token"
    status_code = 401


class InvalidDPoPProofError(OAuth2Error):  # type: ignore[misc]
    """RFC 9449 5 at the token endpoint, 7.1 at a resource."""

    error = "invalid_dpop_proof"


class UseDPoPNonceError(OAuth2Error):  # type: ignore[misc]
    """RFC 9449 8 at the token endpoint, 9 at a resource: a nonce of ours is needed, or another one."""

    error = "use_dpop_nonce"
    description = "The DPoP proof needs the nonce of the header DPoP-Nonce."


class InvalidTargetError(OAuth2Error):  # type: ignore[misc]
    """RFC 8707 2."""

    error = "invalid_target"
    description = "The resource is no absolute URI without fragment, or not one that the client may have a token for."


class InsufficientScopeError(OAuth2Error):  # type: ignore[misc]
    """RFC 6750 3.1."""

    error = "insufficient_scope"
    status_code = 403


class InsufficientUserAuthenticationError(OAuth2Error):  # type: ignore[misc]
    """RFC 9470 3; `acr_values` where a stronger sign-in is needed, `max_age` (seconds) where a newer one is."""

    error = "insufficient_user_authentication"
    status_code = 401

    def __init__(self, acr_values: tuple[str, ...] = (), max_age: int | None = None) -> None:
        super().__init__(STRONGER if acr_values else NEWER)
        self.acr_values, self.max_age = acr_values, max_age


class NoEncryptionKeyError(OAuth2Error):  # type: ignore[misc]
    """RFC 7591 3.2.2: it is registered for encrypted answers, and none of its keys will do."""

    error = "invalid_client_metadata"


class InvalidRequestObjectError(OAuth2Error):  # type: ignore[misc]
    """RFC 9101 7, OpenID Connect Core 3.1.2.6.

    `told` holds the parameters of an object that is the client's own, whatever else is wrong with it: among them
    where the client wants to be told so.
    """

    error = "invalid_request_object"
    told: Mapping[str, Sequence[str]] | None = None


class InvalidRequestURIError(OAuth2Error):  # type: ignore[misc]
    """RFC 9101 7, OpenID Connect Core 3.1.2.6; RFC 9126 4 for one that is unknown, over or used."""

    error = "invalid_request_uri"


class TemporarilyUnavailableError(OAuth2Error):  # type: ignore[misc]
    """RFC 6749 4.1.2.1, with the status of RFC 9126 2.3."""

    error = "temporarily_unavailable"
    status_code = 429


class ServerPageError(Exception):
    """A request that may not be answered by a redirect (RFC 6749 4.1.2.1): the person is told on a page instead.

    `key` names the page's messages, `code` the error a developer looks for; `description` is for a client that asks
    by itself (RFC 9126 2.3). `check` is for the operator's log, where the page's reference leads to.
    """

    def __init__(
        self,
        key: str,
        code: str = "invalid_request",
        description: str = "The request is invalid.",
        *,
        check: str = "",
    ) -> None:
        super().__init__(key)
        self.key, self.code, self.description, self.check = key, code, description, check
