"""What a device signs: a compact JWS (RFC 7515), ES256 and nothing else, explicitly typed (RFC 8725 3.11)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

LONGEST_TEXT = 4096
LIFE, SKEW = timedelta(seconds=60), timedelta(seconds=30)


class SignedTextError(Exception):
    """What the device sent is not accepted; `code` names why."""

    code = "not_accepted"


class Malformed(SignedTextError):
    """Not a compact JWS of the type expected, or a member is missing or of the wrong kind."""

    code = "malformed"


class SignatureInvalid(SignedTextError):
    """Not signed with ES256 by this device's key."""

    code = "signature_invalid"


class WrongAudience(SignedTextError):
    """Meant for another server."""

    code = "wrong_audience"


class WrongDevice(SignedTextError):
    """Names another device than the one whose key is used."""

    code = "wrong_device"


class NotFresh(SignedTextError):
    """Signed too long ago, or in the future."""

    code = "not_fresh"


class UnusableKey(SignedTextError):
    """Not a public P-256 key."""

    code = "unusable_key"


@dataclass(frozen=True)
class Signed:
    """Header and payload of a text whose signature, type, audience and time are good."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]

    def text(self, name: str, longest: int = 200) -> str:
        """A member that must be a text. Raises Malformed."""
        value = self.payload.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise Malformed(f"{name} must be a text of at most {longest} letters")
        return value


def public_key(jwk: object) -> dict[str, Any]:
    """The four members of a public P-256 key and no other. Raises UnusableKey."""
    if not isinstance(jwk, Mapping) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise UnusableKey("a device key is an EC key on P-256")
    if "d" in jwk:
        raise UnusableKey("a private key has no business leaving the device")
    members: dict[str, Any] = {name: jwk.get(name) for name in ("crv", "kty", "x", "y")}
    if not all(isinstance(value, str) for value in members.values()):
        raise UnusableKey("x and y must be texts")
    try:
        key = ECKey.import_key(members)
        key.public_key  # noqa: B018 - imported lazily: a point off the curve fails here
    except (JoseError, ValueError) as error:
        raise UnusableKey("not a point of P-256") from error
    return members


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The key's name (RFC 7638)."""
    return ECKey.import_key(dict(jwk)).thumbprint()


def read_header(text: str) -> Mapping[str, Any]:
    """The unverified header: only good for finding the key to verify with. Raises Malformed."""
    try:
        header = jws.extract_compact(text.encode("ascii")).headers()
    except (JoseError, ValueError, RecursionError) as error:
        raise Malformed("not a compact JWS") from error
    return header


def verify(text: str, jwk: Mapping[str, Any], *, typ: str, audience: str, now: datetime) -> Signed:
    """The signed content. Raises a SignedTextError."""
    if len(text) > LONGEST_TEXT or read_header(text).get("typ") != typ:
        raise Malformed(f"a compact JWS of type {typ} is expected")
    try:
        found = jws.deserialize_compact(text, ECKey.import_key(public_key(jwk)), algorithms=["ES256"])
    except (JoseError, ValueError) as error:
        raise SignatureInvalid("not signed by this device") from error
    payload = _object(found.payload)
    if payload.get("aud") != audience:
        raise WrongAudience("signed for another server")
    _check_time(payload.get("iat"), now)
    return Signed(found.headers(), payload)


def _object(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Malformed("the payload is not JSON") from error
    if not isinstance(found, dict):
        raise Malformed("the payload is not an object")
    return found


def _check_time(iat: object, now: datetime) -> None:
    if isinstance(iat, bool) or not isinstance(iat, int | float):
        raise Malformed("iat must be a number")
    at = now.timestamp()
    if not at - LIFE.total_seconds() <= iat <= at + SKEW.total_seconds():
        raise NotFresh("signed too long ago, or in the future")
