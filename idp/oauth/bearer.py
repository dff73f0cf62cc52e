"""Bearer tokens (RFC 6750 2 and 3): where one may stand, and what it stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from idp.oauth import access_tokens, resources
from idp.oauth.access_tokens import Live
from idp.oauth.errors import (
    InsufficientScopeError,
    InsufficientUserAuthenticationError,
    InvalidRequestError,
    InvalidTokenError,
    OAuth2Error,
)
from idp.oauth.ports import OAuthServices

CREDENTIALS = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*)")  # RFC 6750 2.1, RFC 9110 11.4


def find(authorization: str | None, form: Sequence[str], query: Sequence[str]) -> str | None:
    """The token of a request, or None where it carries none. Raises InvalidRequestError, InvalidTokenError."""
    if query:  # RFC 9700 4.3.2: addresses end up in logs and histories
        raise InvalidRequestError("An access token in the query is not accepted.")
    found = list(form)
    if authorization is not None:
        match = CREDENTIALS.fullmatch(authorization)
        if match is None:
            raise InvalidTokenError("The Authorization header must hold a Bearer token.")
        found.append(match.group(1))
    if len(found) > 1:  # RFC 6750 2: MUST NOT use more than one method
        raise InvalidRequestError("More than one access token is sent.")
    return found[0] if found else None


def accepted(services: OAuthServices, session: Session, token: str, scope: str, now: datetime) -> Live:
    """The access token, if it is good at our own resource. Raises InvalidTokenError, InsufficientScopeError."""
    found = access_tokens.find(services, session, token, now)
    if found is None:
        raise InvalidTokenError("The access token is unknown, expired or revoked.")
    if resources.userinfo(services.issuer) not in found.audience:  # RFC 8707 3, RFC 9068 4
        raise InvalidTokenError("The access token is for another resource.")
    if scope not in found.scopes:
        raise InsufficientScopeError("The access token lacks the scope for this.")
    return found


def challenge(error: OAuth2Error | None, scope: str) -> str:
    """The WWW-Authenticate value (RFC 6750 3); without an error where no token was sent (3.1)."""
    parts = ['realm="mock-vneid"']
    if error is not None:
        parts += [f'error="{error.error}"', f'error_description="{error.description}"']
        if isinstance(error, InsufficientScopeError):
            parts.append(f'scope="{scope}"')
        if isinstance(error, InsufficientUserAuthenticationError):  # RFC 9470 3
            if error.acr_values:
                parts.append(f'acr_values="{" ".join(error.acr_values)}"')
            if error.max_age is not None:
                parts.append(f'max_age="{error.max_age}"')
    return "Bearer " + ", ".join(parts)
