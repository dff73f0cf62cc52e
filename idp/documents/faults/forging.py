"""What the codec refuses to write: any bytes, signed rightly or wrongly (RFC 7515, RFC 9901)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey

from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode

Object = Mapping[str, object]


def new_key() -> ECKey:
    """A key of nobody."""
    return ECKey.generate_key("P-256")


def encoded(value: object) -> bytes:
    """JSON as most libraries write it: NaN and all."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def decoded(part: str) -> object:
    """A base64url part of a token as JSON; for what was made here, never for what came from elsewhere."""
    return json.loads(b64url_decode(part))


def signed(header: Object | bytes, payload: Object | bytes, key: ECKey) -> str:
    """A JWS of these members or these very bytes, signed with ES256 whatever the header says."""
    start = unsigned(header, payload)
    return f"{start}.{b64url_encode(raw_signature(start, key))}"


def unsigned(header: Object | bytes, payload: Object | bytes) -> str:
    """What is signed: `header.payload`."""
    parts = (one if isinstance(one, bytes) else encoded(one) for one in (header, payload))
    return ".".join(map(b64url_encode, parts))


def raw_signature(start: str, key: ECKey) -> bytes:
    """r and s side by side (RFC 7518 section 3.4)."""
    r, s = decode_dss_signature(der_signature(start, key))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def der_signature(start: str, key: ECKey) -> bytes:
    """The same as OpenSSL writes it, which JWS does not take."""
    private = key.private_key
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError("a private key signs")
    return private.sign(start.encode(), ec.ECDSA(hashes.SHA256()))


def with_mac(header: Object, payload: Object, secret: bytes) -> str:
    """A JWS under HS256."""
    start = unsigned(header, payload)
    return f"{start}.{b64url_encode(hmac.digest(secret, start.encode(), hashlib.sha256))}"


def with_signature(header: Object, payload: Object, signature: bytes) -> str:
    """A JWS with any bytes in the place of the signature."""
    return f"{unsigned(header, payload)}.{b64url_encode(signature)}"


def disclosure(*content: object) -> str:
    """A Disclosure with any content."""
    return b64url_encode(encoded(list(content)))


def with_digests(payload: Object, *disclosures: str) -> dict[str, object]:
    """The payload, referring to these Disclosures as well."""
    listed = payload.get("_sd", [])
    digests: Sequence[object] = listed if isinstance(listed, list) else []
    return {**payload, "_sd_alg": "sha-256", "_sd": [*digests, *map(digest, disclosures)]}


def flipped(text: str, place: int) -> str:
    """One character changed, all its bits: those that base64url leaves over too."""
    return text[:place] + ("A" if text[place] != "A" else "_") + text[place + 1 :]
