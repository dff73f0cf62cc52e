"""DPoP proofs (RFC 9449 4): everything that can be said of a proof without looking anything up.

Whether it was seen before, and whether its nonce is ours, is decided where a database and the secret are:
`idp.oauth.sender_constraint`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from idp import refusal_log
from idp.oauth import client_jwt, clock_skew, redirect_uris
from idp.oauth.client_jwt import KeyRefused
from idp.oauth.errors import InvalidDPoPProofError

ALGORITHMS = client_jwt.ALGORITHMS
TYPE = "dpop+jwt"
TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # 4.1
FRESH = timedelta(seconds=60)
# FAPI 2.0 5.3.2.1, 13: 10 seconds ahead must be let pass, 60 must not; a client's clock may be behind as much.
SKEW = timedelta(seconds=30)
LONGEST_JTI = 500  # 11.1
PATH_CHARACTERS = "-._~!$&'()*+,;=:@"  # RFC 3986 3.3, without "%"
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Proof:
    """A good proof: the thumbprint of its key, and what tells it from every other one."""

    jkt: str
    jti: str
    url: str
    nonce: str | None
    alg: str
    expires_at: datetime

    @property
    def identity(self) -> str:
        """11.1: a `jti` is single in the context of a target, and here of a key, so that nobody uses up another's."""
        return "\0".join((self.jkt, self.url, self.jti))


def verify(header: str, *, method: str, urls: Sequence[str], now: datetime, access_token: str | None = None) -> Proof:
    """Check the value of a DPoP header (RFC 9449 4.3) for a request to one of `urls`. Raises InvalidDPoPProofError.

    `access_token` is that of a request to a resource.
    """
    if not TOKEN68.fullmatch(header):  # 4.3, 1 and 2: two headers arrive joined by a comma
        raise InvalidDPoPProofError("The DPoP header must hold one proof.")
    if header.count(".") != 2 or not client_jwt.header_of(header):
        raise InvalidDPoPProofError("The DPoP header must hold a signed JWT.")
    jwk = client_jwt.header_of(header).get("jwk")
    try:
        key = client_jwt.public_key(jwk if isinstance(jwk, Mapping) else {})  # 4.3, 7
    except KeyRefused as error:
        raise InvalidDPoPProofError("The proof must hold a public key: P-256, Ed25519 or RSA.") from error
    found = client_jwt.verify(header, key, ALGORITHMS)  # 4.3, 5 and 6
    if found is None or found.header.get("typ") != TYPE:  # 4.3, 4
        raise InvalidDPoPProofError("The proof must be a dpop+jwt that its own key has signed.")
    claims = found.claims
    url = _target(claims, method, urls)
    _check_access_token(claims, access_token)
    nonce, jti = claims.get("nonce"), claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_JTI or "\0" in jti:
        raise InvalidDPoPProofError("The proof needs a jti of its own.")
    if nonce is not None and not isinstance(nonce, str):
        raise InvalidDPoPProofError("The nonce of the proof must be a text.")
    return Proof(key.thumbprint(), jti, url, nonce, str(found.header["alg"]), _expiry(claims, now))


def token_hash(access_token: str) -> str:
    """`ath` (4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode("ascii")).digest()).rstrip(b"=").decode()


def _target(claims: Mapping[str, Any], method: str, urls: Sequence[str]) -> str:
    """The one of `urls` that the proof is for (4.3, 8 and 9)."""
    htu = claims.get("htu")
    if claims.get("htm") != method:
        raise _refused("The proof is for another method.", f"the htm of the proof is not {method}")
    if not isinstance(htu, str):
        raise InvalidDPoPProofError("The htu of the proof is missing.")
    said = normalized(htu)
    for url in urls:
        if said is not None and said == normalized(url):
            return url
    raise _refused("The proof is for another address.", _elsewhere(said, urls))


def _elsewhere(said: str | None, urls: Sequence[str]) -> str:
    """For the log: which address it should be, and in what the proof's differs; that itself is not repeated."""
    if said is None:
        return f"the htu of the proof is no http(s) address; expected is {urls[0]}"
    nearest, where = redirect_uris.nearest_of(urls, urlsplit(said))
    return f"the htu of the proof differs from {nearest} in: {', '.join(where) or 'its writing'}"


def _check_access_token(claims: Mapping[str, Any], access_token: str | None) -> None:
    if access_token is None:
        return
    if "ath" not in claims:
        raise InvalidDPoPProofError("The proof lacks ath, the hash of the access token.")
    if claims.get("ath") != token_hash(access_token):  # 4.3, 12
        raise InvalidDPoPProofError("The proof is for another access token.")


def _expiry(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When a proof made then can be forgotten (4.3, 11)."""
    issued_at = _instant(claims, "iat")
    if issued_at is None:
        raise InvalidDPoPProofError("The iat of the proof is missing, or no NumericDate.")
    if issued_at < now - FRESH - SKEW:
        raise _refused(
            "The iat of the proof is too long past.", clock_skew.past("the iat of the proof", issued_at, now)
        )
    ends = _instant(claims, "exp")  # RFC 7519 4.1.4
    if ends is not None and ends <= now - SKEW:
        raise _refused("The exp of the proof is past.", clock_skew.past("the exp of the proof", ends, now))
    for name in ("iat", "nbf"):  # 4.1.5
        begins = _instant(claims, name)
        if begins is not None and begins > now + SKEW:
            what = f"the {name} of the proof"
            raise _refused(f"The {name} of the proof is ahead.", clock_skew.ahead(what, begins, now))
    return issued_at + FRESH + SKEW + timedelta(seconds=1)


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    found = client_jwt.instant(claims.get(name))
    if name in claims and found is None:
        raise InvalidDPoPProofError(f"The {name} of the proof is missing, or no NumericDate.")
    return found


def _refused(told: str, check: str) -> InvalidDPoPProofError:
    """What is told, and for the operator's log the rest of it."""
    refusal_log.failed(check)
    return InvalidDPoPProofError(told)


def normalized(url: str) -> str | None:
    """For comparing: without query and fragment, by RFC 3986 6.2.2 and 6.2.3; None where it is no http(s) address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    authority = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    return f"{parts.scheme}://{authority}{_path(parts)}"


def _path(parts: SplitResult) -> str:
    """Escapes that say nothing are undone, the others in capitals; dot segments are not ours, and match nothing."""
    return "/".join(quote(unquote(each), safe=PATH_CHARACTERS) for each in parts.path.split("/")) or "/"
