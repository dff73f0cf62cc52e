"""The text of an offline code: a signed CWT, compressed, in Base45 (RFC 9285), as Claim 169 has it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec

from idp.documents.offline import claims as claim_sets
from idp.documents.offline import cose, deflate
from idp.documents.offline.limits import MAX_SIGNED, MAX_TEXT, DoesNotFit
from idp.documents.verifier.errors import Malformed, NotADocument

#: RFC 9285 table 1.
_ALPHABET = re.compile(r"[0-9A-Z $%*+\-./:]+")


def looks_like_one(text: str) -> bool:
    """Whether a text can be a code at all: no document of another kind has only these letters."""
    return _ALPHABET.fullmatch(text) is not None


def write(claims: Mapping[str, object], portrait: bytes, key: ec.EllipticCurvePrivateKey, kid: bytes) -> str:
    """Sign and pack. `kid` is the subject key identifier of the signer's certificate. Raises DoesNotFit, and what
    `claims.write` raises."""
    import base45

    signed = cose.sign(claim_sets.write(claims, portrait), key, kid)
    text: str = base45.b45encode(deflate.pack(signed)).decode("ascii")
    if len(signed) > MAX_SIGNED or len(text) > MAX_TEXT:
        raise DoesNotFit(f"{len(text)} characters")
    return text


def read(text: str) -> cose.UnverifiedSign1:
    """Unpack and take apart. Raises `NotADocument`, `Malformed`, `AlgorithmNotAllowed`, `WrongType`."""
    import base45

    if len(text) > MAX_TEXT or not looks_like_one(text):
        raise NotADocument("not the text of a code")
    try:
        packed: bytes = base45.b45decode(text)
    except ValueError as error:
        raise NotADocument("not Base45") from error
    if base45.b45encode(packed).decode("ascii") != text:
        raise Malformed("Base45 in a form of its own")
    try:
        return cose.parse(deflate.unpack(packed, MAX_SIGNED))
    except deflate.NotPacked as error:
        raise Malformed(str(error)) from error
