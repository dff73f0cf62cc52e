"""Client authentication by a signed assertion: private_key_jwt (RFC 7523 2.2 and 3, OpenID Connect Core 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.oauth import client_jwt, client_keys, fapi, store
from idp.oauth.client_jwt import instant
from idp.oauth.hashing import digest
from idp.oauth.models import Client
from idp.oauth.ports import OAuthServices

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = client_jwt.ALGORITHMS  # asymmetric only: a shared secret could not be kept hashed
# What RFC 7523bis names it, what libraries write, and nothing; a JWT made for anything else is none (RFC 8725 3.11).
JWT_TYPES = ("client-authentication+jwt", "jwt", None)
LONGEST_LIFE = timedelta(minutes=10)
# FAPI 2.0 5.3.2.1, 13: an `iat` or `nbf` 10 seconds ahead must be let pass, 60 must not.
SKEW = timedelta(seconds=30)


def claimed_client(assertion: str) -> str:
    """The `sub` that an unverified assertion names, or "": only good for finding the keys to verify it with."""
    sub = client_jwt.claims_of(assertion).get("sub")
    return sub if isinstance(sub, str) else ""


def verify(
    services: OAuthServices, session: Session, client: Client, assertion: str, urls: Sequence[str], now: datetime
) -> bool:
    """True for a fresh, unused assertion of this client, meant for us; a good one is used up.

    `urls` are the addresses of the endpoint that it came to.
    """
    token = client_keys.signed(services, client, assertion, _algorithms(client))
    if token is None or not _is_an_assertion(token.header.get("typ")):
        return False
    expires_at = _expiry(token.claims, now)
    if expires_at is None or not _is_ours(token.claims, client, services.issuer, urls):
        return False
    return store.remember_assertion(session, client.client_id, digest(token.claims["jti"]), expires_at)


def _algorithms(client: Client) -> Sequence[str]:
    """The one it registered (Registration 2: MUST), among those of its profile."""
    allowed = fapi.ALGORITHMS if fapi.holds(client) else ALGORITHMS
    registered = client.token_endpoint_auth_signing_alg
    return [alg for alg in allowed if registered in (None, alg)]


def _is_an_assertion(typ: object) -> bool:
    # RFC 7515 4.1.9: a media type, in whichever case, with "application/" left out or not
    return (typ.lower().removeprefix("application/") if isinstance(typ, str) else typ) in JWT_TYPES


def _is_ours(claims: Mapping[str, object], client: Client, issuer: str, urls: Sequence[str]) -> bool:
    # RFC 7523 3: iss and sub are the client_id, jti makes it single use.
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        return False
    jti, aud = claims.get("jti"), claims.get("aud")
    if not isinstance(jti, str) or not 0 < len(jti) <= 500:
        return False
    if fapi.holds(client):
        return aud == issuer  # FAPI 2.0 5.3.2.1, 8: the issuer alone, as a text
    # One audience alone: an assertion for two servers could be replayed by one of them at the other. The issuer is
    # the right one (RFC 7523bis); the token endpoint's address is what older clients write (Core 9), and that of the
    # endpoint itself has to be taken (RFC 9126 2).
    sole = aud[0] if isinstance(aud, list) and len(aud) == 1 else aud
    return isinstance(sole, str) and sole in (issuer, f"{issuer}/token", *urls)


def _expiry(claims: Mapping[str, object], now: datetime) -> datetime | None:
    """When the assertion ends, or None where its times are missing or will not do."""
    expires_at, issued_at, not_before = (instant(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires_at is None or not now - SKEW < expires_at <= now + LONGEST_LIFE + SKEW:
        return None
    if "iat" in claims and (issued_at is None or not now - LONGEST_LIFE - SKEW <= issued_at <= now + SKEW):
        return None
    if "nbf" in claims and (not_before is None or not_before > now + SKEW):
        return None
    return expires_at + SKEW
