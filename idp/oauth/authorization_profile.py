"""What the authorization endpoint demands of one client, by its registration or its profile.

FAPI 2.0 Security Profile 5.3.2.2, FAPI 2.0 Message Signing 5.3.1; RFC 9126 6 and RFC 9101 10.5 for other clients.
"""

from __future__ import annotations

from idp.oauth import client_jwt, fapi, redirect_uris
from idp.oauth.models import Client

ALGORITHMS = client_jwt.ALGORITHMS
MESSAGE_SIGNING = "fapi2_message_signing"


def must_push(client: Client) -> bool:
    """FAPI 2.0 5.3.2.2 (3): requests sent without PAR are rejected."""
    return fapi.holds(client) or client.require_pushed_authorization_requests


def must_sign(client: Client) -> bool:
    """FAPI 2.0 Message Signing 5.3.1: the pushed request is a signed request object."""
    return client.profile == MESSAGE_SIGNING or client.require_signed_request_object


def must_have_signed_answers(client: Client) -> bool:
    """FAPI 2.0 Message Signing 5.4.1: the use of JARM is required, not offered alone."""
    return client.profile == MESSAGE_SIGNING


def must_use_pkce(client: Client) -> bool:
    """FAPI 2.0 5.3.2.2 (5)."""
    return fapi.holds(client) or client.require_pkce


def admits_redirect_uri(client: Client, uri: str) -> bool:
    """FAPI 2.0 5.3.2.2 (8): no plain http, but for native clients on the loopback interface."""
    return not fapi.holds(client) or not uri.startswith("http:") or _native_loopback(client, uri)


def _native_loopback(client: Client, uri: str) -> bool:
    return client.application_type == "native" and redirect_uris.host(uri) in redirect_uris.LOOPBACK_HOSTS


def signing_algorithms(client: Client) -> tuple[str, ...]:
    """Those a request object may be signed with: exactly the registered one (Core 6.3.2), else any that we take.

    FAPI 2.0 5.4.1 leaves RS256 out. EdDSA is the older name of Ed25519 (RFC 9864 2.2).
    """
    allowed = tuple(alg for alg in ALGORITHMS if not (fapi.holds(client) and alg not in fapi.ALGORITHMS))
    registered = client.request_object_signing_alg
    if registered is None:
        return allowed
    names = ("EdDSA", "Ed25519") if registered in ("EdDSA", "Ed25519") else (registered,)
    return tuple(alg for alg in names if alg in allowed)
