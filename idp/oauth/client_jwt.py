"""JWTs that clients sign: assertions, DPoP proofs, request objects (RFC 7515, RFC 8725 3.1). No symmetric algorithms.

joserfc verifies. What is decided here is what it leaves open: which algorithms, how long a header may be (one with an
RSA key is longer than joserfc's default), that unknown header members are ignored (RFC 7515 4), and that the older
name EdDSA means Ed25519 alone (RFC 8037 3.1, RFC 9864 2.2).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc._rfc7515.model import JWSAlgModel
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.jwt import Token

from idp.keyset import UNREADABLE

ALGORITHMS = ("ES256", "PS256", "RS256", "EdDSA", "Ed25519")
RSA_BITS, RSA_MOST_BITS, EXPONENT_BITS = 2048, 4096, 32
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
CURVES = ("P-256", "Ed25519", "X25519")
LONGEST = 8192  # characters of an assertion or a proof
_KINDS: Mapping[str, type[Key]] = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}


class KeyRefused(Exception):
    """The JWK is none that we verify with: private, of another kind, weak, or malformed."""


class _Registry(JWSRegistry):
    max_header_length = 4096

    def get_alg(self, name: str) -> JWSAlgModel:
        return super().get_alg("Ed25519" if name == "EdDSA" else name)


def verify(text: str, key: Key, algorithms: Sequence[str] = ALGORITHMS, *, longest: int = LONGEST) -> Token | None:
    """Header and claims of a JWT that `key` signed by one of `algorithms`, or None."""
    if len(text) > longest:
        return None
    allowed = {*algorithms, *(("Ed25519",) if "EdDSA" in algorithms else ())}
    try:
        found = jwt.decode(text, key, registry=_Registry(algorithms=allowed, strict_check_header=False))
    except UNREADABLE:
        return None
    return found if found.header.get("alg") in algorithms else None


def header_of(text: str) -> Mapping[str, Any]:
    """The unverified header, or an empty one: good for finding the key to verify with."""
    return _object(text.split(".")[0])


def claims_of(text: str) -> Mapping[str, Any]:
    """The unverified claims, or none: good for finding whose key to verify with."""
    parts = text.split(".")
    return _object(parts[1]) if len(parts) == 3 else {}


def public_key(jwk: Mapping[str, Any]) -> Key:
    """The key of a public JWK, to verify with or to encrypt to. Raises KeyRefused."""
    kind = jwk.get("kty")
    if PRIVATE_MEMBERS & set(jwk) or not isinstance(kind, str) or kind not in _KINDS:
        raise KeyRefused
    try:
        # RFC 7518 3.3; looked at before, since it is the sender who chooses what importing and verifying cost
        if kind == "RSA" and (not RSA_BITS <= _bits(jwk["n"]) <= RSA_MOST_BITS or _bits(jwk["e"]) > EXPONENT_BITS):
            raise KeyRefused
        named = {**jwk, "alg": "Ed25519"} if jwk.get("alg") == "EdDSA" else dict(jwk)
        key = _KINDS[kind].import_key(named)
    except UNREADABLE as error:
        raise KeyRefused from error
    if isinstance(key, ECKey | OKPKey) and key.curve_name not in CURVES:
        raise KeyRefused
    return key


def _bits(number: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()


def _object(part: str) -> Mapping[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}


def instant(value: object) -> datetime | None:
    """A NumericDate (RFC 7519 2), or None where it is none of our centuries."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**11:
        return None
    return datetime.fromtimestamp(value, UTC)
