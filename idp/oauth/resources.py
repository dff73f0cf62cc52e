"""Resource indicators (RFC 8707): for which protected resources an access token is.

A token for none in particular is for our own UserInfo endpoint alone (RFC 9068 3: the default resource). A client is
registered for every other resource that it may name; one that names UserInfo beside others is registered for it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from idp.oauth.errors import InvalidTargetError
from idp.oauth.models import AccessToken, Client, Grant

LONGEST = 500  # characters of one resource


def userinfo(issuer: str) -> str:
    """Our own protected resource."""
    return f"{issuer}/userinfo"


def is_indicator(value: str) -> bool:
    """RFC 8707 2: an absolute URI (RFC 3986 4.3), and no fragment."""
    if len(value) > LONGEST or not value.isascii() or not value.isprintable() or " " in value or "#" in value:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


def check(client: Client, wanted: Sequence[str]) -> tuple[str, ...]:
    """The resources an authorization is asked for, once each. Raises InvalidTargetError (RFC 8707 2)."""
    if not all(is_indicator(value) and value in client.resources for value in wanted):
        raise InvalidTargetError
    return tuple(dict.fromkeys(wanted))


def narrowed(grant: Grant, client: Client, issuer: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """The audience of an access token (RFC 8707 2.2): what was granted, or the part of it that is asked for.

    What the client is registered for no longer is left out. Raises InvalidTargetError for more than that, or nothing.
    """
    ours = userinfo(issuer)
    granted = [value for value in grant.resource if value in client.resources] if grant.resource else [ours]
    if not granted or not set(wanted) <= set(granted):
        raise InvalidTargetError
    return tuple(dict.fromkeys(wanted or granted))


def audience(token: AccessToken, issuer: str) -> tuple[str, ...]:
    """Whom a token is for."""
    return tuple(token.audience) if token.audience else (userinfo(issuer),)
