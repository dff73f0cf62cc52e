"""Logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4), and when one is believed (section 2.6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

TYP = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY = timedelta(seconds=60)
LONGEST = 8_000  # characters of a token
LONGEST_TEXT = 255  # characters of sub, sid and jti
LATEST = 10**11  # seconds since 1970


class LogoutTokenError(Exception):
    """Not a logout token that the provider meant for this portal now; the message says in which way."""


@dataclass(frozen=True)
class LogoutNotice:
    """What a token says: whose session is over, by `sid` or, where there is none, all of `sub`."""

    jti: str
    sid: str | None
    sub: str | None
    issued_at: datetime
    expires_at: datetime


def read(
    token: str, find_key: Callable[[str], ECKey | None], *, algorithm: str, issuer: str, client_id: str, now: datetime
) -> LogoutNotice:
    """Validate a token in the order of section 2.6; a second one of the same `jti` is the caller's to refuse.

    `find_key` gives the provider's key of that `kid`. Raises LogoutTokenError.
    """
    claims = _signed(token, find_key, algorithm)
    if claims.get("iss") != issuer:
        raise LogoutTokenError("iss is not the provider of this portal")
    if claims.get("aud") not in (client_id, [client_id]):
        raise LogoutTokenError("aud is not this portal alone")
    issued_at, expires_at = _instant(claims, "iat"), _instant(claims, "exp")
    if issued_at > now + LEEWAY:
        raise LogoutTokenError("iat is in the future")
    if expires_at <= now - LEEWAY:
        raise LogoutTokenError("the token has expired")
    sid, sub = (_text(claims, name) if name in claims else None for name in ("sid", "sub"))
    if sid is None and sub is None:
        raise LogoutTokenError("neither sid nor sub is there")
    _check_kind(claims)
    return LogoutNotice(_text(claims, "jti"), sid, sub, issued_at, expires_at)


def _signed(token: str, find_key: Callable[[str], ECKey | None], algorithm: str) -> Mapping[str, Any]:
    if len(token) > LONGEST:
        raise LogoutTokenError("the token is longer than any of the provider's")
    try:
        unverified = jws.extract_compact(token.encode("ascii")).headers()
        # Items 2 and 3: as for ID Tokens, so by the one algorithm that we are registered with, and never `none`.
        if unverified.get("alg") != algorithm:
            raise LogoutTokenError("alg is not the one this portal is registered with")
        if unverified.get("typ") != TYP:  # section 4.1: an ID Token is no logout token
            raise LogoutTokenError(f"typ is not {TYP}")
        key = find_key(str(unverified.get("kid", "")))
        if key is None:
            raise LogoutTokenError("kid is no key of the provider's")
        claims = json.loads(jws.deserialize_compact(token, key, algorithms=[algorithm]).payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise LogoutTokenError("not a JWT that the provider signed") from error
    if not isinstance(claims, dict):
        raise LogoutTokenError("the payload is not a JSON object")
    return claims


def _check_kind(claims: Mapping[str, Any]) -> None:
    events = claims.get("events")
    # Section 2.4: the member's value MUST be a JSON object.
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise LogoutTokenError("events does not say that this is a logout")
    if "nonce" in claims:
        raise LogoutTokenError("nonce must not be there")


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < LATEST:
        raise LogoutTokenError(f"{name} is not a time")
    return datetime.fromtimestamp(value, UTC)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise LogoutTokenError(f"{name} is not a short text")
    return value
