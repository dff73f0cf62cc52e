"""The two ceremonies of Web Authentication level 3, by py_webauthn: pure, without database, clock or Flask.

What the library leaves to its caller is checked here: that no other site framed ours (7.1 step 10, 7.2 step 13),
whose the user handle is (7.2 step 6), that backup eligibility never changes (step 19), and the signature counter
(step 22), which is looked at only when the signature is good: else anybody could accuse a passkey of being a copy.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Any

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_authenticator_data,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from idp.accounts.passkeys.info import PasskeyInfo
from idp.accounts.passkeys.terms import NewPasskey, Proof, Refused, RelyingParty

LONGEST_ANSWER = 64 * 1024  # characters; an attestation may carry certificates
TIMEOUT = 5 * 60 * 1000  # milliseconds: as long as the challenge lives
MULTI_DEVICE = CredentialDeviceType.MULTI_DEVICE
# What the library lets through of a text that is no such answer at all.
_NOISE = (
    WebAuthnException, UnsupportedAlgorithm, ValueError, KeyError, TypeError, IndexError, AttributeError,
    AssertionError, OverflowError, RecursionError, struct.error,
)  # fmt: skip


def user_handle(subject: str) -> bytes:
    """What an authenticator keeps of the account (14.6.1): nothing that names the person, or us to others."""
    return hashlib.sha256(b"mock-vneid passkey user handle\0" + subject.encode()).digest()


def creation_options(
    party: RelyingParty, subject: str, name: str, rp_name: str, known: Sequence[PasskeyInfo], challenge: bytes
) -> dict[str, Any]:
    """For `navigator.credentials.create()`: a resident key where it can be, the user verified always."""
    options = webauthn.generate_registration_options(
        rp_id=party.id, rp_name=rp_name, user_id=user_handle(subject), user_name=name, user_display_name=name,
        challenge=challenge, timeout=TIMEOUT, exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )  # fmt: skip
    return options_to_json_dict(options)


def request_options(party: RelyingParty, known: Sequence[PasskeyInfo], challenge: bytes) -> dict[str, Any]:
    """For `navigator.credentials.get()`; with nobody `known`, any passkey that the device itself finds."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id, challenge=challenge, timeout=TIMEOUT, allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return options_to_json_dict(options)


def read_registration(text: str) -> RegistrationCredential:
    """What the browser sent. Raises Refused."""
    credential: RegistrationCredential = _read(text, parse_registration_credential_json)
    return credential


def read_assertion(text: str) -> AuthenticationCredential:
    """What the browser sent. Raises Refused."""
    credential: AuthenticationCredential = _read(text, parse_authentication_credential_json)
    return credential


def challenge_of(client_data: bytes) -> bytes:
    """The challenge that was signed, not yet known to be ours. Raises Refused."""
    try:
        return parse_client_data_json(client_data).challenge
    except _NOISE as error:
        raise Refused("malformed") from error


def verify_registration(credential: RegistrationCredential, party: RelyingParty, challenge: bytes) -> NewPasskey:
    """Registering (7.1). Raises Refused."""
    client_data = credential.response.client_data_json
    _check_place(client_data, party)
    try:
        found = webauthn.verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=party.id,
            expected_origin=party.origin, require_user_verification=True,
        )  # fmt: skip
    except _NOISE as error:
        raise Refused("registration") from error
    return NewPasskey(
        credential_id=credential.id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        transports=tuple(one.value for one in credential.response.transports or ()),
        aaguid=found.aaguid,
        backup_eligible=found.credential_device_type is MULTI_DEVICE,
        backed_up=found.credential_backed_up,
    )


def verify_assertion(
    credential: AuthenticationCredential, party: RelyingParty, challenge: bytes, known: PasskeyInfo, *, named: bool
) -> Proof:
    """Authenticating (7.2); `named`: the account was known before, and no user handle is needed. Raises Refused."""
    handle = credential.response.user_handle
    if handle != user_handle(known.subject) and not (named and handle is None):
        raise Refused("user_handle")
    _check_place(credential.response.client_data_json, party)
    _check_authenticator(credential.response.authenticator_data, party)
    try:
        found = webauthn.verify_authentication_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=party.id,
            expected_origin=party.origin, credential_public_key=known.public_key,
            credential_current_sign_count=0, require_user_verification=True,
        )  # fmt: skip
    except _NOISE as error:
        raise Refused("signature") from error
    if (found.credential_device_type is MULTI_DEVICE) is not known.backup_eligible:
        raise Refused("backup_eligibility")
    if (found.new_sign_count or known.sign_count) and found.new_sign_count <= known.sign_count:
        raise Refused("sign_count")
    return Proof(found.new_sign_count, found.credential_backed_up)


def methods(backup_eligible: bool) -> tuple[str, ...]:
    """The `amr` (RFC 8176) of a passkey.

    "swk" where its key may leave the device (backup eligible, 6.1.3: it is copied between a person's devices), "hwk"
    where it may not. The authenticator signs that flag; its attachment (platform or roaming) is only the browser's
    word, and says nothing of where the key lies, so it plays no part. "user": the authenticator verified its user,
    by a code or a biometric, which it does not tell. Both together are two factors: "mfa".
    """
    return ("swk" if backup_eligible else "hwk", "user", "mfa")


def _read(text: str, parse: Any) -> Any:
    if len(text) > LONGEST_ANSWER:
        raise Refused("malformed")
    try:
        return parse(text)
    except _NOISE as error:
        raise Refused("malformed") from error


def _check_place(client_data: bytes, party: RelyingParty) -> None:
    """Where it was signed, told apart for the record; the library checks it again. Raises Refused."""
    try:
        found = parse_client_data_json(client_data)
    except _NOISE as error:
        raise Refused("malformed") from error
    if found.origin != party.origin:
        raise Refused("origin")
    if found.cross_origin:
        raise Refused("cross_origin")


def _check_authenticator(data: bytes, party: RelyingParty) -> None:
    """For which relying party, and whether the user was verified, told apart for the record. Raises Refused."""
    try:
        found = parse_authenticator_data(data)
    except _NOISE as error:
        raise Refused("malformed") from error
    if found.rp_id_hash != hashlib.sha256(party.id.encode()).digest():
        raise Refused("rp_id")
    if not (found.flags.up and found.flags.uv):
        raise Refused("user_verification")


def _descriptors(known: Sequence[PasskeyInfo]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in known]
