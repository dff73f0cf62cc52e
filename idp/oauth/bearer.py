"""Access tokens at a resource (RFC 6750 2 and 3, RFC 9449 7.1): where one may stand, and what it stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from idp import refusal_log
from idp.oauth import access_token_presented, access_tokens, dpop, resources
from idp.oauth.access_token_presented import BEARER, DPOP, Presented
from idp.oauth.access_tokens import Live
from idp.oauth.errors import (
    InsufficientScopeError,
    InsufficientUserAuthenticationError,
    InvalidRequestError,
    InvalidTokenError,
    OAuth2Error,
)
from idp.oauth.ports import OAuthServices

REALM = "mock-vneid"
# RFC 6750 2.1, RFC 9449 7.1, RFC 9110 11.4
OURS = re.compile(r"(?:\A|,)\s*(?:bearer|dpop)(?![^\s,])", re.IGNORECASE)  # another scheme is no token (3.1)
CREDENTIALS = re.compile(r"(?:([Bb][Ee][Aa][Rr][Ee][Rr])|[Dd][Pp][Oo][Pp]) +([A-Za-z0-9._~+/-]+=*)")


def find(authorization: str | None, form: Sequence[str], query: Sequence[str]) -> tuple[str, str] | None:
    """Scheme and token of a request, or None where it carries none of ours.

    Raises InvalidRequestError, InvalidTokenError.
    """
    if query:  # RFC 9700 4.3.2: addresses end up in logs and histories
        raise InvalidRequestError("An access token in the query is not accepted.")
    found = [(BEARER, token) for token in form]
    if authorization is not None and OURS.search(authorization):
        found.append(_read(authorization))
    elif authorization and found:
        raise InvalidRequestError("An access token is sent beside credentials of another scheme.")
    if len(found) > 1:  # RFC 6750 2: MUST NOT use more than one method
        raise InvalidRequestError("More than one access token is sent.")
    return found[0] if found else None


def _read(authorization: str) -> tuple[str, str]:
    """RFC 6750 3.1: a malformed request is not a malformed token. Raises InvalidRequestError, InvalidTokenError."""
    if "," in authorization:  # two headers arrive as one: RFC 9449 7.2
        raise InvalidRequestError("More than one Authorization header is sent.")
    if len(authorization.split()) != 2:
        raise InvalidRequestError("The Authorization header must hold one token after its scheme.")
    match = CREDENTIALS.fullmatch(authorization)
    if match is None:
        raise InvalidTokenError("The access token is malformed.")
    return (BEARER if match[1] else DPOP), match[2]


def accepted(services: OAuthServices, session: Session, presented: Presented, scope: str, now: datetime) -> Live:
    """The access token, if it is good at our own resource and its sender's.

    Raises InvalidTokenError, InvalidDPoPProofError, UseDPoPNonceError, InsufficientScopeError.
    """
    found = access_tokens.find(services, session, presented.token, now)
    if found is None:
        raise InvalidTokenError("The access token is unknown, expired or revoked.")
    refusal_log.asked_by(found.client.client_id, known=True)
    access_token_presented.check(services, found.client, found.row.cnf, presented, now)
    if resources.userinfo(services.issuer) not in found.audience:  # RFC 8707 3, RFC 9068 4
        raise InvalidTokenError("The access token is for another resource.")
    if scope not in found.scopes:
        raise InsufficientScopeError("The access token lacks the scope for this.")
    return found


def tell_whose(services: OAuthServices, token: str, now: datetime) -> None:
    """For the log of a request that is refused before its token was looked at."""
    with services.db.read() as session:
        found = access_tokens.find(services, session, token, now)
        if found is not None:
            refusal_log.asked_by(found.client.client_id, known=True)


def challenge(error: OAuth2Error | None, scope: str, authorization: str | None = None) -> str:
    """The WWW-Authenticate value (RFC 6750 3, RFC 9449 7.2): the error under the scheme that was used.

    Without an error where no token was sent (3.1).
    """
    parts = [f'realm="{REALM}"', *(_told_of(error, scope) if error else ())]
    algorithms = f'algs="{" ".join(dpop.ALGORITHMS)}"'  # RFC 9449 7.1
    if access_token_presented.concerns_proof(error) or (authorization or "").lower().startswith("dpop "):
        return "DPoP " + ", ".join([*parts, algorithms])
    return f"Bearer {', '.join(parts)}, DPoP {algorithms}"


def _told_of(error: OAuth2Error, scope: str) -> list[str]:
    parts = [f'error="{error.error}"', f'error_description="{error.description}"']
    if isinstance(error, InsufficientScopeError):
        parts.append(f'scope="{scope}"')
    if isinstance(error, InsufficientUserAuthenticationError):  # RFC 9470 3
        if error.acr_values:
            parts.append(f'acr_values="{" ".join(error.acr_values)}"')
        if error.max_age is not None:
            parts.append(f'max_age="{error.max_age}"')
    return parts
