"""Which algorithms go together: `enc` never without `alg`, and its default where it is left out.

OpenID Connect Registration 2, JARM 3, RFC 9701 6. What may be chosen from is in `client_metadata_forms.CHOICES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from idp.oauth import jwe
from idp.oauth.client_metadata_errors import ClientMetadataError
from idp.oauth.client_registration import ClientRegistration

#: What of the provider's answers may be encrypted.
ENCRYPTED = ("id_token", "userinfo", "authorization", "introspection")


def default_encodings(client: ClientRegistration) -> dict[str, Any]:
    """The `enc` of each answer that has an `alg` alone."""
    return {
        f"{one}_encrypted_response_enc": jwe.DEFAULT_ENCODING
        for one in ENCRYPTED
        if getattr(client, f"{one}_encrypted_response_alg") is not None
        and getattr(client, f"{one}_encrypted_response_enc") is None
    }


def key_algorithms(client: ClientRegistration) -> tuple[tuple[str, str], ...]:
    """Field and algorithm of each answer that is encrypted to a key of the client."""
    named = ((f"{one}_encrypted_response_alg", getattr(client, f"{one}_encrypted_response_alg")) for one in ENCRYPTED)
    return tuple((field, alg) for field, alg in named if alg is not None)


def mistakes(client: ClientRegistration) -> Iterator[ClientMetadataError]:
    for one in ENCRYPTED:
        alg, enc = f"{one}_encrypted_response_alg", f"{one}_encrypted_response_enc"
        # Registration 2: "when [enc] is included, [alg] MUST also be provided"
        if getattr(client, enc) is not None and getattr(client, alg) is None:
            yield ClientMetadataError(enc, f"needs {alg}")
    if client.token_endpoint_auth_signing_alg and client.token_endpoint_auth_method != "private_key_jwt":
        yield ClientMetadataError("token_endpoint_auth_signing_alg", "goes with private_key_jwt only")
