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
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_TEXT = re.compile(rf"[{re.escape(_LETTERS)}]+")


def begins_as_one(text: str) -> bool:
    """Whether it is a code by how it begins, whatever became of the rest: its first three letters are the header of
    a zlib stream (RFC 1950 section 2.2), which no word is and no document of another kind.
    """
    values = [_LETTERS.find(letter) for letter in text[:3]]
    if len(values) < 3 or -1 in values:
        return False
    header = values[0] + 45 * values[1] + 45 * 45 * values[2]  # RFC 9285 section 4
    return header >> 8 == deflate.HEADER[0] and header % 31 == 0


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
    """Unpack and take apart. Raises `NotADocument` for what does not begin as one, else `Malformed`,
    `AlgorithmNotAllowed`, `WrongType`.
    """
    import base45

    if not begins_as_one(text):
        raise NotADocument("not the text of a code")
    if len(text) > MAX_TEXT or _TEXT.fullmatch(text) is None:
        raise Malformed("longer than a code, or with letters that none has")
    try:
        packed: bytes = base45.b45decode(text)
    except ValueError as error:
        raise Malformed("not Base45") from error
    if base45.b45encode(packed).decode("ascii") != text:
        raise Malformed("Base45 in a form of its own")
    try:
        return cose.parse(deflate.unpack(packed, MAX_SIGNED))
    except deflate.NotPacked as error:
        raise Malformed(str(error)) from error
