"""Signed JWTs of the provider (RFC 7519, RFC 7515): each kind says by `typ` what it is (RFC 8725 3.11).

Written and read here, on joserfc's signature algorithms alone: its own layer above them warns of the name `EdDSA`, by
which client libraries know Ed25519 (RFC 9864 gives it a new one), and costs as much as the signature.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from idp.keyset import ALGORITHMS, UNREADABLE, KeySet

_MODELS = {alg: jws.default_registry.algorithms["Ed25519" if alg == "EdDSA" else alg] for alg in ALGORITHMS}
LONGEST = 20_000  # characters


class NotOurs(Exception):
    """The token is not one that this provider signed."""


def sign(keys: KeySet, alg: str, typ: str, claims: Mapping[str, object]) -> str:
    """A JWT by the key in use for `alg`. Raises KeySetError where there is none for it."""
    key = keys.signing_key(alg)
    signed = _part({"alg": alg, "kid": key.kid, "typ": typ}) + b"." + _part(claims)
    return (signed + b"." + urlsafe_b64encode(_MODELS[alg].sign(signed, key))).decode("ascii")


def read(keys: KeySet, token: str, typ: str | None = None, only: str | None = None) -> Mapping[str, Any]:
    """The claims of a token of ours, whenever it was signed. Raises NotOurs.

    `typ` is the kind it must be of, `only` the one algorithm that signs that kind.
    """
    try:
        if len(token) > LONGEST:
            raise NotOurs
        signed, _, signature = token.encode("ascii").rpartition(b".")
        head, _, payload = signed.partition(b".")
        header = _object(head)
        key = next(key for key in keys.verification_keys().keys if key.kid == header["kid"])
        # The algorithm is the key's own, whatever the header says (RFC 8725 3.1).
        alg = str(key.get("alg"))
        if header["alg"] != alg or only not in (None, alg) or "crit" in header:
            raise NotOurs
        if typ is not None and header.get("typ") != typ:
            raise NotOurs
        if not _MODELS[alg].verify(signed, urlsafe_b64decode(signature), key):
            raise NotOurs
        return _object(payload)
    except (StopIteration, *UNREADABLE) as error:
        raise NotOurs from error


def _part(document: Mapping[str, object]) -> bytes:
    return urlsafe_b64encode(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def _object(part: bytes) -> dict[str, Any]:
    document = json.loads(urlsafe_b64decode(part))
    if not isinstance(document, dict):
        raise NotOurs
    return document
