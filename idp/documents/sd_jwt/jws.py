"""JSON Web Signature in the compact form (RFC 7515): read strictly, then verified with a given key.

`cryptography` makes and checks the signatures; of joserfc a key may come, and what it says of its own use holds.
The text is taken apart here, since a signed part must have one encoding only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from pybase64 import b64decode

from idp.documents.sd_jwt.ecdsa import der_signature, raw_signature
from idp.documents.sd_jwt.encoding import (
    URL_SAFE,
    b64url_decode,
    b64url_encode,
    has_base64,
    json_encode,
    json_object,
)
from idp.documents.sd_jwt.errors import AlgorithmNotAllowed, Malformed, NotAnSdJwt, SignatureInvalid
from idp.documents.sd_jwt.plain import NOT_PLAIN, plain_object

#: ES256 is what HAIP 1.0 section 7 has everyone support; the others are its peers of equal or greater
#: strength. `EdDSA` is the older name of `Ed25519` (RFC 9864). Neither `none` nor any MAC.
ALGORITHMS = frozenset({"ES256", "ES384", "Ed25519", "EdDSA"})

PublicKey = EllipticCurvePublicKey | Ed25519PublicKey
PrivateKey = EllipticCurvePrivateKey | Ed25519PrivateKey
JoseKey = ECKey | OKPKey

#: Characters of a header that is remembered once it has been read.
_SHORT = 8_192


@dataclass(frozen=True)
class _Ecdsa:
    """RFC 7518 section 3.4: the curve belongs to the algorithm, and R and S have its length."""

    curve: str
    scheme: ECDSA
    length: int


_SHA256 = ECDSA(hashes.SHA256())
_PREHASHED = ECDSA(Prehashed(hashes.SHA256()))
_ECDSA = {
    "ES256": _Ecdsa("secp256r1", _SHA256, 32),
    "ES384": _Ecdsa("secp384r1", ECDSA(hashes.SHA384()), 48),
}
_BY_CURVE = {"secp256r1": "ES256", "secp384r1": "ES384"}
#: What keys are that `cryptography` made; asking for the class they are registered under takes longer.
_NATIVE: type[EllipticCurvePublicKey] = type(derive_private_key(1, SECP256R1()).public_key())
_NATIVE_PRIVATE: type[EllipticCurvePrivateKey] = type(derive_private_key(1, SECP256R1()))


class UnverifiedJws(NamedTuple):
    """A JWS taken apart; nothing in it may be believed before `verify_signature`."""

    text: str
    header: Mapping[str, object]
    payload: Mapping[str, object]
    signature: bytes

    @property
    def signing_input(self) -> bytes:
        return self.text[: self.text.rindex(".")].encode("ascii")


def parse_jws(text: str) -> UnverifiedJws:
    """Take apart `header.payload.signature`. Raises `NotAnSdJwt` or `Malformed`."""
    if not has_base64(text):
        try:
            plain = plain_jws(text)
            if plain is not None:
                return plain[0]
        except NOT_PLAIN:
            pass
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise NotAnSdJwt("a signed part has three sections, separated by dots")
    header, payload, signature = parts
    return UnverifiedJws(text, _header(header), json_object(b64url_decode(payload)), b64url_decode(signature))


def plain_jws(text: str) -> tuple[UnverifiedJws, bytes] | None:
    """What `parse_jws` makes of it, and the payload's bytes; None, or one of `NOT_PLAIN`, where these are not plain.

    The caller has seen that the text has no signs of base64.
    """
    header, content, letters = text.split(".")
    if len(letters) != _LETTERS or letters[-1] not in _LAST_LETTER:
        return None
    plain = plain_object(content)
    if plain is None:
        return None
    data, payload = plain
    return UnverifiedJws(text, _header(header), payload, b64decode(letters + "==", URL_SAFE, True)), data


#: Of a signature of 64 bytes.
_LETTERS, _LAST_LETTER = 86, "AQgw"


def _header(text: str) -> dict[str, object]:
    """Every document of an issuer has the same one, so what was read once is given out again, as a copy."""
    if len(text) > _SHORT:
        return _read_header(text)
    known, lists = _known_header(text)
    header = known.copy()
    for name, value in lists:
        header[name] = list(value)
    return header


def _read_header(text: str) -> dict[str, object]:
    header = json_object(b64url_decode(text))
    if "crit" in header:  # RFC 7515 section 4.1.11: we understand no extension
        raise Malformed("the header demands an extension (crit)")
    return header


@lru_cache(maxsize=128)
def _known_header(text: str) -> tuple[dict[str, object], tuple[tuple[str, list[object]], ...]]:
    """The header, and those of its members that are lists."""
    header = _read_header(text)
    return header, tuple((name, value) for name, value in header.items() if isinstance(value, list))


def verify_signature(
    parsed: UnverifiedJws, key: JoseKey | PublicKey, algorithms: Collection[str] = ALGORITHMS
) -> None:
    """Raise `AlgorithmNotAllowed` or `SignatureInvalid` unless `key` made this signature."""
    algorithm = parsed.header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in algorithms or algorithm not in ALGORITHMS:
        raise AlgorithmNotAllowed("the signature algorithm is not one that is accepted")
    try:
        signature = parsed.signature
        if algorithm == "ES256" and type(key) is _NATIVE and key.curve.name == "secp256r1" and len(signature) == 64:
            hashed = sha256(parsed.signing_input).digest()
            return key.verify(der_signature(signature), hashed, _PREHASHED)  # as nearly all are
        public = key if isinstance(key, EllipticCurvePublicKey) else _public(key, algorithm)
        _verify(algorithm, public, signature, parsed.signing_input)
    except InvalidSignature:
        raise SignatureInvalid from None


def _verify(algorithm: str, key: object, signature: bytes, data: bytes) -> None:
    """Raise `InvalidSignature`, or `AlgorithmNotAllowed` for a key that is not of the algorithm (RFC 8725 3.1)."""
    ecdsa = _ECDSA.get(algorithm)
    if ecdsa is None and isinstance(key, Ed25519PublicKey):
        return key.verify(signature, data)
    if ecdsa is None or not isinstance(key, EllipticCurvePublicKey) or key.curve.name != ecdsa.curve:
        raise AlgorithmNotAllowed("the key does not fit the signature algorithm")
    if len(signature) != 2 * ecdsa.length:
        raise InvalidSignature
    return key.verify(der_signature(signature), data, ecdsa.scheme)


def _public(key: JoseKey | PublicKey, algorithm: str) -> object:
    """The key proper, where a JWK's own `use`, `alg` and `key_ops` allow it (RFC 7517 section 4)."""
    if not isinstance(key, JoseKey):
        return key
    try:
        key.check_use("sig")
        key.check_alg("Ed25519" if algorithm == "EdDSA" else algorithm)
        return key.get_op_key("verify")
    except JoseError as error:
        raise AlgorithmNotAllowed("the key does not fit the signature algorithm") from error


def algorithm_of(key: JoseKey | PrivateKey) -> str:
    """The algorithm this key signs with. Raises `AlgorithmNotAllowed` for any other curve."""
    native = key.raw_value if isinstance(key, JoseKey) else key
    if isinstance(native, Ed25519PrivateKey | Ed25519PublicKey):
        return "Ed25519"
    curve = native.curve.name if isinstance(native, EllipticCurvePrivateKey | EllipticCurvePublicKey) else "its"
    if curve not in _BY_CURVE:
        raise AlgorithmNotAllowed(f"no algorithm for the curve {curve}")
    return _BY_CURVE[curve]


def sign(header: Mapping[str, object], payload: Mapping[str, object], key: JoseKey | PrivateKey) -> str:
    """Sign; `alg` comes from the key, and a header that says another is refused."""
    return sign_protected(protect(header, algorithm_of(key)), payload, key)


def protect(header: Mapping[str, object], algorithm: str) -> str:
    """The protected header as it is signed."""
    if header.get("alg", algorithm) != algorithm:
        raise AlgorithmNotAllowed("the header's alg does not fit the key")
    return b64url_encode(json_encode({"alg": algorithm, **header}))


def sign_protected(protected: str, payload: Mapping[str, object], key: JoseKey | PrivateKey) -> str:
    """Sign under a header that `protect` made for this key's algorithm."""
    return sign_data(protected, json_encode(payload), key)


def sign_data(protected: str, payload: bytes, key: JoseKey | PrivateKey) -> str:
    """The same, of a payload that is JSON already."""
    signing_input = f"{protected}.{b64url_encode(payload)}"
    native = key if type(key) is _NATIVE_PRIVATE else signing_key(key)
    return f"{signing_input}.{b64url_encode(_sign(native, signing_input.encode('ascii')))}"


def signing_key(key: JoseKey | PrivateKey) -> PrivateKey:
    """The key proper. Raises a `JoseError` where a JWK's own `key_ops` do not allow it to sign."""
    return cast(PrivateKey, key.get_op_key("sign")) if isinstance(key, JoseKey) else key


def _sign(key: object, data: bytes) -> bytes:
    if type(key) is _NATIVE_PRIVATE and key.curve.name == "secp256r1":  # hashlib is twice as quick as the scheme
        return raw_signature(key.sign(sha256(data).digest(), _PREHASHED), 32)
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(data)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise AlgorithmNotAllowed("no key that signs")
    ecdsa = _ECDSA[_BY_CURVE[key.curve.name]]
    return raw_signature(key.sign(data, ecdsa.scheme), ecdsa.length)
