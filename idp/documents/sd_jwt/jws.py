"""JSON Web Signature in the compact form (RFC 7515): read strictly, then verified with a given key.

joserfc does the cryptography. The text is taken apart here, since a signed part must have one
encoding only, and since joserfc limits headers to 512 bytes, less than any `x5c`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt.encoding import b64url_decode, b64url_encode, json_encode, json_object
from idp.documents.sd_jwt.errors import AlgorithmNotAllowed, Malformed, NotAnSdJwt, SignatureInvalid

#: ES256 is what HAIP 1.0 section 7 has everyone support; the others are its peers of equal or greater
#: strength. `EdDSA` is the older name of `Ed25519` (RFC 9864). Neither `none` nor any MAC.
ALGORITHMS = frozenset({"ES256", "ES384", "Ed25519", "EdDSA"})

_MODELS = {
    "ES256": jws.default_registry.algorithms["ES256"],
    "ES384": jws.default_registry.algorithms["ES384"],
    "Ed25519": jws.default_registry.algorithms["Ed25519"],
    "EdDSA": jws.default_registry.algorithms["Ed25519"],
}
_BY_CURVE = {"P-256": "ES256", "P-384": "ES384", "Ed25519": "Ed25519"}


@dataclass(frozen=True)
class UnverifiedJws:
    """A JWS taken apart; nothing in it may be believed before `verify_signature`."""

    text: str
    header: Mapping[str, object]
    payload: Mapping[str, object]
    signature: bytes

    @property
    def signing_input(self) -> bytes:
        return self.text.rpartition(".")[0].encode("ascii")


def parse_jws(text: str) -> UnverifiedJws:
    """Take apart `header.payload.signature`. Raises `NotAnSdJwt` or `Malformed`."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise NotAnSdJwt("a signed part has three sections, separated by dots")
    header = json_object(b64url_decode(parts[0]))
    if "crit" in header:  # RFC 7515 section 4.1.11: we understand no extension
        raise Malformed("the header demands an extension (crit)")
    return UnverifiedJws(text, header, json_object(b64url_decode(parts[1])), b64url_decode(parts[2]))


def verify_signature(parsed: UnverifiedJws, key: ECKey | OKPKey, algorithms: Collection[str] = ALGORITHMS) -> None:
    """Raise `AlgorithmNotAllowed` or `SignatureInvalid` unless `key` made this signature."""
    algorithm = parsed.header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in algorithms or algorithm not in _MODELS:
        raise AlgorithmNotAllowed("the signature algorithm is not one that is accepted")
    model = _MODELS[algorithm]
    try:
        key.check_use("sig")
        model.check_key(key)
        valid = model.verify(parsed.signing_input, parsed.signature, key)
    except JoseError as error:
        raise AlgorithmNotAllowed("the key does not fit the signature algorithm") from error
    if not valid:
        raise SignatureInvalid


def algorithm_of(key: ECKey | OKPKey) -> str:
    """The algorithm this key signs with. Raises `AlgorithmNotAllowed` for any other curve."""
    if key.curve_name not in _BY_CURVE:
        raise AlgorithmNotAllowed(f"no algorithm for the curve {key.curve_name}")
    return _BY_CURVE[key.curve_name]


def sign(header: Mapping[str, object], payload: Mapping[str, object], key: ECKey | OKPKey) -> str:
    """Sign; `alg` comes from the key, and a header that says another is refused."""
    algorithm = algorithm_of(key)
    if header.get("alg", algorithm) != algorithm:
        raise AlgorithmNotAllowed("the header's alg does not fit the key")
    protected = b64url_encode(json_encode({"alg": algorithm, **header}))
    signing_input = f"{protected}.{b64url_encode(json_encode(payload))}"
    signature = _MODELS[algorithm].sign(signing_input.encode("ascii"), key)
    return f"{signing_input}.{b64url_encode(signature)}"
