"""What no Python program issues or verifies without, by the standard library's quickest calls, for `verifier.py`."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import count
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from joserfc.jwk import ECKey

from idp.documents.sd_jwt.parsing import parse

ES256 = ECDSA(hashes.SHA256())
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def floors(key: ECKey, texts: list[str], fields: Mapping[str, str]) -> dict[str, Callable[[], object]]:
    """The signatures and what must be around them; no rule is looked at.

    Issuing: random salts, ten Disclosures as JSON, their digests, the payload as JSON. Verifying: base64 and JSON of
    each part, the digest of each, the holder's key. Each signature turned from one form into the other.
    """
    private, public = key.private_key, key.public_key
    header, payload = parse(texts[0]).jwt.text.split(".")[:2]
    content, turns = json.loads(_decoded(payload)), count()

    def issue() -> str:
        salts = b2a_base64(os.urandom(180), newline=False).decode()
        made = [
            b2a_base64(_JSON.encode([salts[at * 24 : at * 24 + 24], *claim]).encode(), newline=False).decode()
            for at, claim in enumerate(fields.items())
        ]
        digests = [b2a_base64(sha256(one.encode()).digest(), newline=False).decode() for one in made]
        text = f"{header}.{b2a_base64(_JSON.encode(content | {'_sd': digests}).encode(), newline=False).decode()}"
        r, s = decode_dss_signature(private.sign(text.encode(), ES256))
        return "~".join([text + b2a_base64(r.to_bytes(32) + s.to_bytes(32), newline=False).decode(), *made, ""])

    def verify() -> None:
        jwt, *made, bound = texts[next(turns) % len(texts)].split("~")
        claims = _checked(jwt, public)
        for one in made:
            json.loads(_decoded(one))
            b2a_base64(sha256(one.encode()).digest())
        point = claims["cnf"]["jwk"]
        raw = b"\4" + _decoded(point["x"]) + _decoded(point["y"])
        _checked(bound, EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw))

    return {"issue: the least in Python": issue, "verify: the least in Python": verify}


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


def _checked(jwt: str, key: EllipticCurvePublicKey) -> dict[str, Any]:
    text, _, signature = jwt.rpartition(".")
    raw = _decoded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(der, text.encode(), ES256)
    return json.loads(_decoded(text.split(".")[1]))  # type: ignore[no-any-return]
