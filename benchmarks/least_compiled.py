"""What is left of `least.py` where compiled libraries read and write base64 and JSON, for `verifier.py`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import count

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from joserfc.jwk import ECKey
from msgspec import json
from pybase64 import b64decode, b64encode, b64encode_as_string

from idp.documents.sd_jwt.ecdsa import der_signature, raw_signature
from idp.documents.sd_jwt.parsing import parse

ES256, P256 = ECDSA(Prehashed(hashes.SHA256())), SECP256R1()
_URL = b"-_"
_read, _write = json.Decoder().decode, json.Encoder().encode
_disclosures = json.Decoder(tuple[str, str, str]).decode_lines


def floors(key: ECKey, texts: list[str], fields: Mapping[str, str]) -> dict[str, Callable[[], object]]:
    """The same work as in `least.py`; verifying also with the holders' keys made ready, as the limit has them."""
    private, public = key.private_key, key.public_key
    header, payload = parse(texts[0]).jwt.text.split(".")[:2]
    content, turns, ready = _read(_decoded(payload)), count(), {}

    def issue() -> str:
        salts = b64encode_as_string(os.urandom(180))
        made = [
            b64encode(_write((salts[at * 24 : at * 24 + 24], *claim)), _URL).rstrip(b"=")
            for at, claim in enumerate(fields.items())
        ]
        letters = b64encode_as_string(b"\0".join([sha256(one).digest() for one in made]), _URL)
        digests = [letters[at : at + 43] for at in range(0, len(letters), 44)]
        text = f"{header}.{b64encode_as_string(_write(content | {'_sd': digests}), _URL).rstrip('=')}"
        signature = raw_signature(private.sign(sha256(text.encode()).digest(), ES256), 32)
        return f"{text}.{b64encode_as_string(signature, _URL)}~{b'~'.join(made).decode()}~"

    def holder(x: str, y: str) -> EllipticCurvePublicKey:
        return EllipticCurvePublicKey.from_encoded_point(P256, b"\4" + _decoded(x) + _decoded(y))

    def verify(key_of: Callable[[str, str], EllipticCurvePublicKey] = holder) -> None:
        jwt, *made, bound = texts[next(turns) % len(texts)].split("~")
        claims = _checked(jwt, public)
        _disclosures(b"\n".join([_decoded(one) for one in made]))
        b64encode(b"".join([sha256(one.encode()).digest() for one in made]), _URL)
        point = claims["cnf"]["jwk"]
        _checked(bound, key_of(point["x"], point["y"]))

    def known(x: str, y: str) -> EllipticCurvePublicKey:
        found = ready.get((x, y))
        if found is None:
            found = ready[x, y] = holder(x, y)
        return found

    return {
        "issue: the least, compiled": issue,
        "verify: the least, compiled": verify,
        "verify: the least, compiled, holders known": lambda: verify(known),
    }


def _decoded(text: str) -> bytes:
    return b64decode(text + ("", "", "==", "=")[len(text) & 3], _URL, True)


def _checked(jwt: str, key: EllipticCurvePublicKey) -> dict[str, dict[str, dict[str, str]]]:
    text, _, signature = jwt.rpartition(".")
    key.verify(der_signature(_decoded(signature)), sha256(text.encode()).digest(), ES256)
    return _read(_decoded(text.split(".")[1]))  # type: ignore[no-any-return]
