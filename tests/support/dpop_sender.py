"""A client's DPoP key, and the proofs it makes with it (RFC 9449 4.2)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

MADE_FOR = {
    "ES256": lambda: ECKey.generate_key("P-256"),
    "Ed25519": lambda: OKPKey.generate_key("Ed25519"),
    "RS256": lambda: RSAKey.generate_key(2048),
    "PS256": lambda: RSAKey.generate_key(2048),
}


class DPoPSender:
    """Makes proofs; every part of one can be made wrong."""

    def __init__(self, alg: str = "ES256", key: Key | None = None) -> None:
        self.alg = alg
        self.key = key or MADE_FOR[alg]()

    @property
    def jkt(self) -> str:
        return self.key.thumbprint()

    def proof(
        self,
        method: str,
        url: str,
        now: datetime,
        *,
        access_token: str | None = None,
        header: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """A change to None leaves the claim or header member out."""
        ath = {"ath": hash_of(access_token)} if access_token is not None else {}
        told = {"jti": secrets.token_urlsafe(12), "htm": method, "htu": url, "iat": int(now.timestamp())}
        claims = {**told, **ath, **changes}
        head = {"typ": "dpop+jwt", "alg": self.alg, "jwk": self.key.as_dict(private=False), **(header or {})}
        return sign(
            {name: value for name, value in head.items() if value is not None},
            {name: value for name, value in claims.items() if value is not None},
            self.key,
        )


def sign(header: Mapping[str, Any], claims: Mapping[str, Any], key: Key) -> str:
    """A compact JWS by `key`, whatever the header says; EdDSA is what Ed25519 was called before RFC 9864."""
    text = b".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    alg = "Ed25519" if header["alg"] == "EdDSA" else header["alg"]
    return b".".join([text, _encoded(jws.JWSRegistry.algorithms[alg].sign(text, key))]).decode()


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def hash_of(access_token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()).rstrip(b"=").decode()
