"""Logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from idp.keyset import KeySet
from idp.oauth import jws
from idp.oauth.models import Client

TYP = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = timedelta(minutes=2)  # section 4: short, two minutes at most


def sign(keys: KeySet, *, issuer: str, client: Client, sub: str, sid: str, now: datetime) -> str:
    """Signed as the client's ID Tokens are (2.6 item 1), never to be taken for one: no nonce, a `typ` of its own."""
    claims = {
        "iss": issuer,
        "aud": client.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "jti": secrets.token_urlsafe(16),
        "sub": sub,
        "sid": sid,
        "events": {EVENT: {}},
    }
    return jws.sign(keys, client.id_token_signed_response_alg, TYP, claims)
