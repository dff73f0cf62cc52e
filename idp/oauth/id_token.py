"""ID Tokens (OpenID Connect Core 2 and 3.1.3.6), built and read here.

Authlib's own builder lets a person's claims overwrite the protocol's and takes the present for `auth_time`; this one
writes the protocol's claims last and knows only the session's time.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.keyset import KeySet
from idp.oauth import jws
from idp.oauth.jws import NotOurs
from idp.oauth.models import Client, Grant

LIFETIME = timedelta(minutes=10)
TYPE = "JWT"
HASHES = {"256": "sha256", "384": "sha384", "512": "sha512"}  # RFC 7518 3.1


class HintError(Exception):
    """The token was not issued by this provider, or not to this client."""


class EncryptedHint(HintError):
    """Only its client can read it, and is to decrypt it first (Core 3.1.2.1)."""


@dataclass(frozen=True)
class Hint:
    """What an `id_token_hint` proves: that we issued it, to whom, about whom and for which session."""

    aud: str
    sub: str
    sid: str | None


def sign(
    keys: KeySet,
    *,
    issuer: str,
    client: Client,
    grant: Grant,
    sub: str,
    sid: str,
    person: Mapping[str, object],
    access_token: str,
    nonce: str | None,
    now: datetime,
) -> str:
    """The signed ID Token, by the algorithm the client is registered with."""
    protocol: dict[str, object] = {
        "iss": issuer,
        "sub": sub,
        "aud": client.client_id,
        "exp": int((now + LIFETIME).timestamp()),
        "iat": int(now.timestamp()),
        "auth_time": int(grant.auth_time.timestamp()),
        "acr": grant.acr,
        "amr": grant.amr.split(),
        "sid": sid,
        "at_hash": half_hash(access_token, client.id_token_signed_response_alg),
    }
    if nonce is not None:
        protocol["nonce"] = nonce  # Core 2: passed through unmodified
    return jws.sign(keys, client.id_token_signed_response_alg, TYPE, {**person, **protocol})


def half_hash(access_token: str, alg: str) -> str:
    """`at_hash` (Core 3.1.3.6): the left half of the hash that `alg` uses; Ed25519 uses SHA-512 (RFC 8032 5.1)."""
    digest = hashlib.new(HASHES.get(alg[-3:], "sha512"), access_token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def read_hint(keys: KeySet, issuer: str, token: str) -> Hint:
    """Read an `id_token_hint`; one that has expired will do (Core 3.1.2.2, rule 5). Raises HintError."""
    if token.count(".") == 4:  # RFC 7516 3.1
        raise EncryptedHint
    try:
        claims = jws.read(keys, token, typ=TYPE)
    except NotOurs as error:
        raise HintError from error
    if "exp" not in claims:  # RFC 8725 3.12: nothing else that we sign is one
        raise HintError
    iss, aud, sub, sid = (claims.get(name) for name in ("iss", "aud", "sub", "sid"))
    if iss != issuer or not isinstance(aud, str) or not isinstance(sub, str):
        raise HintError
    return Hint(aud, sub, sid if isinstance(sid, str) else None)
