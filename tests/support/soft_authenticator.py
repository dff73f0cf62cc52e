"""A passkey authenticator in software, with every byte in the test's hands (WebAuthn 6.1, 6.5, 7)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

AAGUID = bytes(range(16))
USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftAuthenticator:
    """One authenticator with one credential; what it claims can be changed at will.

    `rp_id` replaces the relying party's; `synced` makes the credential backup eligible; `counts` makes it count.
    """

    origin: str = "http://localhost:5000"
    rp_id: str | None = None
    verified: bool = True
    present: bool = True
    synced: bool = False
    backed_up: bool = False
    counts: bool = True
    sign_count: int = 0
    cross_origin: bool = False
    user_handle: bytes | None = None
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def copy(self, **changes: Any) -> SoftAuthenticator:
        """The same credential elsewhere, for example a clone."""
        return replace(self, **changes)

    def create(self, options: dict[str, Any]) -> str:
        """`navigator.credentials.create()`, as the page's script sends it."""
        self.user_handle = unb64(options["user"]["id"])
        client_data = self._client_data("webauthn.create", options["challenge"])
        attested = AAGUID + struct.pack(">H", len(self.credential_id)) + self.credential_id + self._cose_key()
        data = self._authenticator_data(options["rp"]["id"], ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": b64(client_data), "attestationObject": b64(attestation),
            "transports": ["internal", "hybrid", "made-up"],
        }  # fmt: skip
        return self._answer(response)

    def get(self, options: dict[str, Any], **changes: str) -> str:
        """`navigator.credentials.get()`; `changes` replace members of the response."""
        if self.counts:
            self.sign_count += 1
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._authenticator_data(options["rpId"], 0)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": b64(client_data), "authenticatorData": b64(data), "signature": b64(signature),
            **({"userHandle": b64(self.user_handle)} if self.user_handle else {}), **changes,
        }  # fmt: skip
        return self._answer(response)

    # --- parts ---------------------------------------------------------------------------------------
    def _answer(self, response: dict[str, Any]) -> str:
        name = b64(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client_data(self, kind: str, challenge: str) -> bytes:
        found = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(found).encode()

    def _authenticator_data(self, rp_id: str, flags: int) -> bytes:
        flags |= USER_PRESENT * self.present | USER_VERIFIED * self.verified
        flags |= BACKUP_ELIGIBLE * self.synced | BACKED_UP * self.backed_up
        party = hashlib.sha256((self.rp_id or rp_id).encode()).digest()
        return party + bytes([flags]) + struct.pack(">I", self.sign_count)

    def _cose_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
