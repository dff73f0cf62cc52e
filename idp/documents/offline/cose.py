"""COSE_Sign1 with ES256 (RFC 9052 section 4.2, RFC 9053 section 2.1) in a CWT tag (RFC 8392 section 6)."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from idp.documents.verifier import cbor, cose_signature
from idp.documents.verifier.cose_signature import ES256
from idp.documents.verifier.errors import AlgorithmNotAllowed, Malformed, WrongType

#: Header parameters (RFC 9052 section 3.1, RFC 9596): what signed, with which key, and what this is.
ALG, KID, TYP = 1, 4, 16
#: Ours, in the tree of names for local use. A status list signed by the same key is of another type, so neither
#: can stand for the other.
TYPE = "application/vn-mock-document+cwt"
#: 61(18(...)): the CWT tag, and within it COSE_Sign1's.
PREFIX = b"\xd8\x3d\xd2"
_PART = 32  # bytes of each half of a signature
_LONGEST_KID = 64


@dataclass(frozen=True)
class UnverifiedSign1:
    """A COSE_Sign1 taken apart; nothing in it may be believed before `verify`."""

    protected: bytes
    kid: bytes
    payload: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """Sig_structure (RFC 9052 section 4.4)."""
        return cose_signature.signed(self.protected, self.payload)


def sign(payload: bytes, key: ec.EllipticCurvePrivateKey, kid: bytes) -> bytes:
    """Sign; everything that is said of the signature stands in the protected header."""
    protected = cbor.encode({ALG: ES256, KID: kid, TYP: TYPE})
    unsigned = UnverifiedSign1(protected, kid, payload, b"")
    r, s = decode_dss_signature(key.sign(unsigned.signed, ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(_PART, "big") + s.to_bytes(_PART, "big")
    return PREFIX + cbor.encode([protected, {}, payload, signature])


def parse(data: bytes) -> UnverifiedSign1:
    """Take apart. Raises `Malformed`, `AlgorithmNotAllowed`, `WrongType`."""
    if not data.startswith(PREFIX):
        raise Malformed("not a CWT that is signed by one key")
    message = cbor.decode(data[len(PREFIX) :])
    if not isinstance(message, list) or len(message) != 4:
        raise Malformed("COSE_Sign1 has four parts")
    protected, unprotected, payload, signature = message
    if not isinstance(protected, bytes) or not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise Malformed("a part is missing: the payload too stands in the message")
    if unprotected != {}:  # not signed, so nothing there could be believed, nor would a change be seen
        raise Malformed("something stands in the unprotected header")
    return UnverifiedSign1(protected, _kid(protected), payload, signature)


def verify(message: UnverifiedSign1, key: object) -> None:
    """Raise `CertificateMalformed` or `SignatureInvalid` unless `key` made this signature."""
    cose_signature.verify(key, ES256, message.protected, message.payload, message.signature)


def _kid(protected: bytes) -> bytes:
    header = cbor.decode(protected)
    if not isinstance(header, dict) or set(header) - {ALG, KID, TYP}:  # `crit` (2) too: we understand no extension
        raise Malformed("a header parameter without a meaning here")
    if header.get(ALG) != ES256 or isinstance(header.get(ALG), bool):
        raise AlgorithmNotAllowed("not ES256")
    if header.get(TYP) != TYPE:
        raise WrongType(f"typ is not {TYPE}")
    kid = header.get(KID)
    if not isinstance(kid, bytes) or not 0 < len(kid) <= _LONGEST_KID:
        raise Malformed("no key identifier")
    return kid
