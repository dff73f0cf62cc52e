"""Status List Tokens as CWT (Token Status List draft, sections 4.3 and 5.2; RFC 8392, RFC 9052)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from idp.pki import Credentials

MEDIA_TYPE = "application/statuslist+cwt"
COSE_SIGN1 = 18
ALG, X5CHAIN, TYPE = 1, 33, 16  # RFC 9052 3.1, RFC 9360, RFC 9596
ES256 = -7
SUB, EXP, IAT = 2, 4, 6  # RFC 8392 3.1
STATUS_LIST, TTL = 65533, 65534
_HALF = 32


def encode(claims: Mapping[str, Any], compressed: bytes, signer: Credentials) -> bytes:
    """The token with the claims of the one in JWT format; not tagged as CWT, tagged as COSE_Sign1 (section 5.2)."""
    import cbor2

    listed = {"bits": claims["status_list"]["bits"], "lst": compressed}
    if "aggregation_uri" in claims["status_list"]:
        listed["aggregation_uri"] = claims["status_list"]["aggregation_uri"]
    payload = {SUB: claims["sub"], IAT: claims["iat"], EXP: claims["exp"], STATUS_LIST: listed}
    if "ttl" in claims:
        payload[TTL] = claims["ttl"]
    protected = cbor2.dumps({ALG: ES256, TYPE: MEDIA_TYPE})
    body = cbor2.dumps(payload)
    signature = _signature(signer, cbor2.dumps(["Signature1", protected, b"", body]))
    chain = {X5CHAIN: signer.certificate.public_bytes(Encoding.DER)}
    token: bytes = cbor2.dumps(cbor2.CBORTag(COSE_SIGN1, [protected, chain, body, signature]))
    return token


def _signature(signer: Credentials, signed: bytes) -> bytes:
    """ES256 as COSE has it: both halves, each of 32 octets (RFC 9053 2.1)."""
    key = signer.key.private_key
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("an issuer signs with a key of its own on P-256")
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
