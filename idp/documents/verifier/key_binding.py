"""Whether who shows a document is whom it was issued to (RFC 9901 sections 4.3 and 7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hmac import compare_digest
from typing import Final, final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt import errors as codec
from idp.documents.sd_jwt.disclosures import digest
from idp.documents.sd_jwt.encoding import b64url_decode
from idp.documents.sd_jwt.jws import JoseKey, PublicKey, UnverifiedJws, parse_jws, verify_signature
from idp.documents.sd_jwt.key_binding import TYPE
from idp.documents.sd_jwt.opened import Opened
from idp.documents.sd_jwt.parsing import UnverifiedSdJwt
from idp.documents.verifier.dates import numeric_date
from idp.documents.verifier.errors import (
    KeyBindingAlgorithmNotAllowed,
    KeyBindingMalformed,
    KeyBindingMissing,
    KeyBindingSignatureInvalid,
    KeyBindingStale,
    KeyBindingUnexpected,
    KeyBindingWrongAudience,
    KeyBindingWrongHash,
    KeyBindingWrongNonce,
    KeyBindingWrongType,
)


@dataclass(frozen=True)
class ExpectedKeyBinding:
    """The proof that is required: made for this audience and nonce, no longer ago than `max_age`."""

    audience: str
    nonce: str
    max_age: timedelta

    def __post_init__(self) -> None:
        if not self.audience or not self.nonce or self.max_age <= timedelta():
            raise ValueError("audience and nonce are not empty and max_age is positive")


@final
class NoKeyBinding:
    """No proof is required: a file at a counter. Use the one instance, `NO_KEY_BINDING`."""

    def __repr__(self) -> str:
        return "NO_KEY_BINDING"


#: Says explicitly that no key binding is expected; nothing is ever inferred from the input (9.5).
NO_KEY_BINDING: Final = NoKeyBinding()


def check_key_binding(
    sd_jwt: Opened | UnverifiedSdJwt,
    claims: Mapping[str, object],
    expected: ExpectedKeyBinding,
    *,
    now: datetime,
    leeway: timedelta,
) -> None:
    """Raise one of the `KeyBinding...` errors unless the proof is there and is the expected one (7.3)."""
    if sd_jwt.key_binding_jwt is None:
        raise KeyBindingMissing
    token = _parse(sd_jwt.key_binding_jwt)
    if token.header.get("typ") != TYPE:
        raise KeyBindingWrongType(f"typ is not {TYPE}")
    _check_signature(token, _holder_key(claims))
    _check_freshness(token, now, expected.max_age, leeway)
    if not _equal(token, "aud", expected.audience):  # 4.3: a single string
        raise KeyBindingWrongAudience
    if not _equal(token, "nonce", expected.nonce):
        raise KeyBindingWrongNonce
    if not _equal(token, "sd_hash", digest(sd_jwt.without_key_binding, sd_jwt.hash_name)):
        raise KeyBindingWrongHash


def refuse_key_binding(sd_jwt: Opened | UnverifiedSdJwt) -> None:
    """Who expects a bare SD-JWT MUST see that its last component is empty (RFC 9901 section 4).

    A presentation made for somebody else was never meant to be passed on, so its KB-JWT is not ignored.
    """
    if sd_jwt.key_binding_jwt is not None:
        raise KeyBindingUnexpected("a bare document was expected")


def _parse(text: str) -> UnverifiedJws:
    try:
        return parse_jws(text)
    except codec.SdJwtError as error:
        raise KeyBindingMalformed("the KB-JWT cannot be read") from error


def _holder_key(claims: Mapping[str, object]) -> JoseKey | PublicKey:
    """The public key in `cnf` (RFC 7800 section 3.2)."""
    cnf = claims.get("cnf")
    jwk = cnf.get("jwk") if isinstance(cnf, dict) else None
    if not isinstance(jwk, dict) or "d" in jwk:
        raise KeyBindingMalformed("cnf holds no public key as jwk")
    plain = _plain_p256(jwk)
    if plain is not None:
        return plain
    kinds: dict[object, type[ECKey] | type[OKPKey]] = {"EC": ECKey, "OKP": OKPKey}
    kind = kinds.get(jwk.get("kty"))
    if kind is None:
        raise KeyBindingMalformed("the holder key is neither EC nor OKP")
    try:
        return kind.import_key(jwk)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise KeyBindingMalformed("the holder key cannot be read") from error


def _plain_p256(jwk: dict[str, object]) -> EllipticCurvePublicKey | None:
    """A P-256 key that says nothing more of itself, read straight away; None for any other, and for what is odd."""
    x, y = jwk.get("x"), jwk.get("y")
    if jwk.keys() != _PLAIN or (jwk["kty"], jwk["crv"]) != ("EC", "P-256"):
        return None
    if not isinstance(x, str) or not isinstance(y, str) or len(x) != 43 or len(y) != 43:
        return None
    try:
        return _point(x, y)
    except ValueError:  # not base64url, or no point of the curve
        return None


@lru_cache(maxsize=1024)
def _point(x: str, y: str) -> EllipticCurvePublicKey:
    """By its letters, which say all there is to it: who shows one document often shows another."""
    return EllipticCurvePublicKey.from_encoded_point(_P256, b"\x04" + b64url_decode(x) + b64url_decode(y))


_PLAIN = {"kty", "crv", "x", "y"}
_P256 = SECP256R1()


def _check_signature(token: UnverifiedJws, key: JoseKey | PublicKey) -> None:
    try:
        verify_signature(token, key)
    except codec.AlgorithmNotAllowed as error:
        raise KeyBindingAlgorithmNotAllowed(error.detail) from error
    except codec.SignatureInvalid as error:
        raise KeyBindingSignatureInvalid from error


def _check_freshness(token: UnverifiedJws, now: datetime, max_age: timedelta, leeway: timedelta) -> None:
    try:
        claims = token.payload
        issued_at = numeric_date(claims, "iat")
        expires_at = numeric_date(claims, "exp") if "exp" in claims else None
        not_before = numeric_date(claims, "nbf") if "nbf" in claims else None
    except ValueError as error:
        raise KeyBindingMalformed(str(error)) from error
    if issued_at is None:
        raise KeyBindingMalformed("iat is required")
    if not issued_at - leeway <= now <= issued_at + max_age + leeway:  # 7.3 step 5.5
        raise KeyBindingStale("outside the accepted window")
    if (expires_at and now >= expires_at + leeway) or (not_before and now < not_before - leeway):
        raise KeyBindingStale("outside its own dates")  # 7.3 step 5.8


def _equal(token: UnverifiedJws, claim: str, expected: str) -> bool:
    value = token.payload.get(claim)
    return isinstance(value, str) and compare_digest(value.encode(), expected.encode())
