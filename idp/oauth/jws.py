"""Signed JWTs of the provider (RFC 7519, RFC 7515): each kind says by `typ` what it is (RFC 8725 3.11)."""

from __future__ import annotations

from collections.abc import Mapping

from joserfc import jwt

from idp.keyset import KeySet


def sign(keys: KeySet, alg: str, typ: str, claims: Mapping[str, object]) -> str:
    """A JWT by the key in use for `alg`. Raises KeySetError where there is none for it."""
    key = keys.signing_key(alg)
    return jwt.encode({"alg": alg, "kid": key.kid, "typ": typ}, dict(claims), key, algorithms=[alg])
