"""Client authentication by a signed assertion: private_key_jwt (RFC 7523 2.2 and 3, OpenID Connect Core 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.oauth import client_jwt, client_keys, clock_skew, fapi, store
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


def fault(
    services: OAuthServices, session: Session, client: Client, assertion: str, urls: Sequence[str], now: datetime
) -> str | None:
    """None for a fresh, unused assertion of this client, meant for us, which is used up; else what is wrong with it.

    `urls` are the addresses of the endpoint that it came to.
    """
    token = client_keys.signed(services, client, assertion, _algorithms(client))
    if token is None:
        return _unsigned(services, client, assertion)
    if not _is_an_assertion(token.header.get("typ")):
        return "the typ of the assertion is that of another kind of JWT"
    ends = _expiry(token.claims, now)
    wrong = ends if isinstance(ends, str) else _foreign(token.claims, client, services.issuer, urls)
    if wrong is not None or isinstance(ends, str):
        return wrong
    fresh = store.remember_assertion(session, client.client_id, digest(token.claims["jti"]), ends)
    return None if fresh else "the jti of the assertion was used before"


def _unsigned(services: OAuthServices, client: Client, assertion: str) -> str:
    """Why no key of the client verifies it."""
    header, keys = client_jwt.header_of(assertion), client_keys.of(services, client)
    if len(assertion) > client_jwt.LONGEST or "alg" not in header:
        return "the assertion is no signed JWT, or too long"
    if header["alg"] not in _algorithms(client):
        return "the alg of the assertion is not one that the client may use"
    if not keys:
        return "the client has no keys, or its jwks_uri cannot be fetched"
    if "kid" in header and header["kid"] not in [jwk.get("kid", header["kid"]) for jwk in keys]:
        return "no key of the client has the kid of the assertion"
    return "the signature of the assertion is not by a key of the client"


def _algorithms(client: Client) -> Sequence[str]:
    """The one it registered (Registration 2: MUST), among those of its profile."""
    allowed = fapi.ALGORITHMS if fapi.holds(client) else ALGORITHMS
    registered = client.token_endpoint_auth_signing_alg
    return [alg for alg in allowed if registered in (None, alg)]


def _is_an_assertion(typ: object) -> bool:
    # RFC 7515 4.1.9: a media type, in whichever case, with "application/" left out or not
    return (typ.lower().removeprefix("application/") if isinstance(typ, str) else typ) in JWT_TYPES


def _foreign(claims: Mapping[str, object], client: Client, issuer: str, urls: Sequence[str]) -> str | None:
    # RFC 7523 3: iss and sub are the client_id, jti makes it single use.
    for name in ("iss", "sub"):
        if claims.get(name) != client.client_id:
            return f"the {name} of the assertion is not the client_id"
    jti, aud = claims.get("jti"), claims.get("aud")
    if not isinstance(jti, str) or not 0 < len(jti) <= 500:
        return "the jti of the assertion is missing, or too long"
    if fapi.holds(client):
        return (
            None if aud == issuer else "the aud of the assertion is not the issuer alone, as a text"
        )  # FAPI 2.0 5.3.2.1, 8: the issuer alone, as a text
    # One audience alone: an assertion for two servers could be replayed by one of them at the other. The issuer is
    # the right one (RFC 7523bis); the token endpoint's address is what older clients write (Core 9), and that of the
    # endpoint itself has to be taken (RFC 9126 2).
    sole = aud[0] if isinstance(aud, list) and len(aud) == 1 else aud
    ours = isinstance(sole, str) and sole in (issuer, f"{issuer}/token", *urls)
    return None if ours else "the aud of the assertion is not this issuer or endpoint alone"


def _expiry(claims: Mapping[str, object], now: datetime) -> datetime | str:
    """When the assertion ends, or which of its times will not do."""
    expires_at = instant(claims.get("exp"))
    if expires_at is None:
        return clock_skew.missing("the exp of the assertion")
    if expires_at <= now - SKEW:
        return clock_skew.past("the exp of the assertion", expires_at, now)
    if expires_at > now + LONGEST_LIFE + SKEW:
        return clock_skew.too_far("the exp of the assertion", expires_at, now, LONGEST_LIFE)
    return _beginning(claims, now) or expires_at + SKEW


def _beginning(claims: Mapping[str, object], now: datetime) -> str | None:
    """What is wrong with the times from which it is good; both may be left out (RFC 7523 3)."""
    for name in ("iat", "nbf"):
        what, begins = f"the {name} of the assertion", instant(claims.get(name))
        if name in claims and begins is None:
            return clock_skew.missing(what)
        if begins is not None and begins > now + SKEW:
            return clock_skew.ahead(what, begins, now)
        if name == "iat" and begins is not None and begins < now - LONGEST_LIFE - SKEW:
            return clock_skew.too_far(what, begins, now, LONGEST_LIFE)
    return None
