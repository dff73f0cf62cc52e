"""Status List Tokens as CWT, good ones and wrong ones, made part by part."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from verifier_world import NOW, STATUS_URI, Issuer, World, stamp

SUB, EXP, IAT, STATUS_LIST, TTL = 2, 4, 6, 65533, 65534
ALG, CRIT, TYP, X5CHAIN = 1, 2, 16, 33
TYPE = "application/statuslist+cwt"


def packed(values: Mapping[int, int] | None = None, size: int = 64) -> bytes:
    """Two bits each, so that four of them are an octet."""
    octets = bytearray(size // 4)
    for index, value in (values or {}).items():
        octets[index // 4] |= value << index % 4 * 2
    return zlib.compress(bytes(octets))


def payload(**changes: Any) -> dict[Any, Any]:
    """The claims; `claim_6=None` takes `iat` away."""
    claims: dict[Any, Any] = {
        SUB: STATUS_URI,
        IAT: stamp(NOW - timedelta(hours=1)),
        EXP: stamp(NOW + timedelta(hours=23)),
        TTL: 3600,
        STATUS_LIST: {"bits": 2, "lst": packed()},
    }
    claims |= {int(name.removeprefix("claim_")): value for name, value in changes.items()}
    return {key: value for key, value in claims.items() if value is not None}


def token(
    world: World,
    content: object = None,
    *,
    issuer: Issuer | None = None,
    signer: Issuer | None = None,
    header: Mapping[int, object] | None = None,
    unprotected: Mapping[int, object] | None = None,
    tag: bytes = b"\xd2",
) -> bytes:
    """`signer` signs, `issuer` is whose certificate it brings; a content of bytes is taken as it is."""
    issuer = issuer or world.police
    protected = {ALG: -7, TYP: TYPE, **(header or {})}
    shown = {X5CHAIN: chain(issuer)} if unprotected is None else dict(unprotected)
    body = content if isinstance(content, bytes) else cbor2.dumps(payload() if content is None else content)
    head = cbor2.dumps({key: value for key, value in protected.items() if value is not None})
    return tag + cbor2.dumps([head, shown, body, signature(signer or issuer, head, body)])


def chain(issuer: Issuer) -> bytes:
    return issuer.chain[0].public_bytes(Encoding.DER)


def signature(issuer: Issuer, head: bytes, body: bytes) -> bytes:
    key = issuer.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    digest, half = (hashes.SHA256(), 32) if key.curve.name == "secp256r1" else (hashes.SHA384(), 48)
    r, s = decode_dss_signature(key.sign(cbor2.dumps(["Signature1", head, b"", body]), ec.ECDSA(digest)))
    return r.to_bytes(half, "big") + s.to_bytes(half, "big")
