"""The signature of a COSE_Sign1 (RFC 9052 section 4.4) with ECDSA (RFC 9053 section 2.1)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from idp.documents.verifier import cbor
from idp.documents.verifier.errors import CertificateMalformed, SignatureInvalid

ES256, ES384 = -7, -35
#: What each is used with here: the curve, the hash, and the bytes of half a signature.
_ALGORITHMS: dict[int, tuple[str, hashes.HashAlgorithm, int]] = {
    ES256: ("secp256r1", hashes.SHA256(), 32),
    ES384: ("secp384r1", hashes.SHA384(), 48),
}


def verify(key: object, algorithm: int, protected: bytes, payload: bytes, signature: bytes) -> None:
    """Raise `CertificateMalformed` or `SignatureInvalid` unless `key` made this signature."""
    curve, digest, half = _ALGORITHMS[algorithm]
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != curve:
        raise CertificateMalformed(f"the signer's key is not on {curve}")
    if len(signature) != 2 * half:
        raise SignatureInvalid
    r, s = (int.from_bytes(signature[at : at + half], "big") for at in (0, half))
    try:
        key.verify(encode_dss_signature(r, s), signed(protected, payload), ec.ECDSA(digest))
    except InvalidSignature as error:
        raise SignatureInvalid from error


def signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure, without data from elsewhere."""
    return cbor.encode(["Signature1", protected, b"", payload])
