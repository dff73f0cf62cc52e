"""What a sign-in by the phone alone is good for: less, and for a shorter time (RFC 10027 6.1.9 and 6.1.10).

Whoever relayed a live code to a victim holds what is issued afterwards. So there is no access without the person,
and each access token is short, until the browser itself has proven something more: a passkey, a password, a code.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from idp.oauth.authorization_request import AuthorizationRequest

ACCESS_TOKEN_LIFETIME = timedelta(minutes=5)
WITHHELD = frozenset({"offline_access"})
_KEYS = frozenset({"swk", "hwk"})
#: `amr` (RFC 8176) of a phone's key with its passcode, and their sum: nothing of it was given in this browser.
_ON_THE_PHONE = _KEYS | {"pin", "mfa"}


def by_phone_alone(amr: Collection[str]) -> bool:
    """Whether nothing was proven but on a phone. A passkey of this browser says `user` too."""
    methods = frozenset(amr)
    return bool(methods & _KEYS) and methods <= _ON_THE_PHONE


def narrowed(request: AuthorizationRequest, amr: Collection[str]) -> AuthorizationRequest:
    """The request as it is shown, remembered and granted (RFC 6749 3.3: the token response says which scope)."""
    return replace(request, scopes=request.scopes - WITHHELD) if by_phone_alone(amr) else request
