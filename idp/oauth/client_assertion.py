"""Client authentication by a signed assertion: private_key_jwt (RFC 7523 2.2 and 3, OpenID Connect Core 9)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy.orm import Session

from idp.keyset import UNREADABLE
from idp.oauth import store
from idp.oauth.hashing import digest
from idp.oauth.models import Client

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("ES256", "RS256", "PS256", "Ed25519")  # asymmetric only: a shared secret could not be kept hashed
LONGEST_LIFE = timedelta(minutes=10)
SKEW = timedelta(seconds=30)


def claimed_client(assertion: str) -> str:
    """The `sub` that an unverified assertion names, or "": only good for finding the keys to verify it with."""
    try:
        payload = assertion.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        sub = claims["sub"]
    except (IndexError, KeyError, TypeError, ValueError, RecursionError, binascii.Error):
        return ""
    return sub if isinstance(sub, str) else ""


def verify(session: Session, client: Client, assertion: str, audiences: tuple[str, ...], now: datetime) -> bool:
    """True for a fresh, unused assertion of this client, meant for us; a good one is used up."""
    if not client.jwks:
        return False
    keys = {"keys": [jwk for jwk in client.jwks["keys"] if jwk.get("use", "sig") == "sig"]}
    try:
        token = jwt.decode(assertion, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
    except UNREADABLE:
        return False
    expires_at = _expiry(token.claims, now)
    if expires_at is None or not _is_ours(token.claims, client.client_id, audiences):
        return False
    return store.remember_assertion(session, client.client_id, digest(token.claims["jti"]), expires_at)


def _is_ours(claims: Mapping[str, object], client_id: str, audiences: tuple[str, ...]) -> bool:
    # RFC 7523 3: iss and sub are the client_id, jti makes it single use.
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        return False
    jti, aud = claims.get("jti"), claims.get("aud")
    # One audience alone: an assertion for two servers could be replayed by one of them at the other. The issuer is
    # the right one (RFC 7523bis); the token endpoint's address is what older clients write (Core 9).
    sole = aud[0] if isinstance(aud, list) and len(aud) == 1 else aud
    return isinstance(jti, str) and 0 < len(jti) <= 500 and isinstance(sole, str) and sole in audiences


def _expiry(claims: Mapping[str, object], now: datetime) -> datetime | None:
    """When the assertion ends, or None where its times are missing or will not do."""
    expires_at, issued_at, not_before = (_instant(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires_at is None or not now - SKEW < expires_at <= now + LONGEST_LIFE + SKEW:
        return None
    if "iat" in claims and (issued_at is None or not now - LONGEST_LIFE - SKEW <= issued_at <= now + SKEW):
        return None
    if "nbf" in claims and (not_before is None or not_before > now + SKEW):
        return None
    return expires_at + SKEW


def _instant(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**11:
        return None
    return datetime.fromtimestamp(value, UTC)
