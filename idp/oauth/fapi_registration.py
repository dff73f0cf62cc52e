"""What FAPI 2.0 means for a registration: what follows from the profile alone, and what it leaves to choose."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from idp.oauth import fapi
from idp.oauth.client_registration import ClientRegistration

MESSAGE_SIGNING = "fapi2_message_signing"


def implied(wanted: ClientRegistration, named: Collection[str]) -> ClientRegistration:
    """Where nobody named an algorithm for ID tokens: one that 5.4.1 allows and the client's keys are of."""
    if not fapi.holds(wanted) or "id_token_signed_response_alg" in named:
        return wanted
    if wanted.id_token_signed_response_alg in fapi.ALGORITHMS:  # chosen before, and allowed
        return wanted
    return replace(wanted, id_token_signed_response_alg="PS256" if _rsa_alone(wanted) else "ES256")


def enforced(registration: ClientRegistration) -> ClientRegistration:
    """With what the profile demands of every request said as true, since it is enforced whatever was registered.

    Which proof binds the tokens, DPoP or the certificate, is the client's to say.
    """
    if not fapi.holds(registration):
        return registration
    signed = registration.require_signed_request_object or registration.profile == MESSAGE_SIGNING
    return replace(
        registration,
        require_pushed_authorization_requests=True,  # 5.3.2.2, 2
        require_signed_request_object=signed,  # Message Signing 5.3.1
    )


def _rsa_alone(wanted: ClientRegistration) -> bool:
    keys = wanted.jwks.get("keys") if wanted.jwks is not None else None
    kinds = {key.get("kty") for key in keys if isinstance(key, dict)} if isinstance(keys, list) else set()
    return kinds == {"RSA"}
