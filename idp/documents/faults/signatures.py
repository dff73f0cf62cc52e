"""Faults of header and signature (RFC 7515, RFC 8725): what verifiers have really fallen for."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey

from idp.documents.faults.forging import (
    decoded,
    der_signature,
    flipped,
    new_key,
    raw_signature,
    signed,
    unsigned,
    with_mac,
    with_signature,
)
from idp.documents.faults.maker import Maker
from idp.documents.faults.plan import Payload, Plan, Write
from idp.documents.faults.world import World
from idp.documents.sd_jwt.encoding import b64url_encode

_SIZE = 64


def _algorithm(name: object) -> Maker:
    """Another `alg`, over the signature that ES256 gives."""
    return lambda _: Plan(header={"alg": name})


def _write(write: Write) -> Maker:
    return lambda _: Plan(write=write)


def _stripped(header: Payload, payload: Payload, _: ECKey) -> str:
    return unsigned({**header, "alg": "none"}, payload) + "."


def _mac(form: tuple[Encoding, PublicFormat]) -> Write:
    """HS256 with the public key for a secret: whoever takes `alg` at its word uses it so."""

    def write(header: Payload, payload: Payload, key: ECKey) -> str:
        return with_mac({**header, "alg": "HS256"}, payload, key.public_key.public_bytes(*form))

    return write


def _own_key(name: str, value: object = None) -> Maker:
    """Signed with a key that the header itself brings along, or says where to find."""

    def make(_: World) -> Plan:
        key = new_key()
        members: Mapping[str, object] = {name: value or key.as_dict(private=False)}
        return Plan(write=lambda header, payload, _key: signed({**header, **members}, payload, key))

    return make


def _tampered(text: str) -> str:
    """Good for one day more, under the old signature."""
    jwt, tilde, rest = text.partition("~")
    header, payload, signature = jwt.split(".")
    claims = decoded(payload)
    if not isinstance(claims, dict):
        raise ValueError("the payload is an object")
    later = unsigned(b"", {**claims, "exp": int(claims["exp"]) + 86_400}).partition(".")[2]
    return ".".join((header, later, signature)) + tilde + rest


def _flip_signature(text: str) -> str:
    return flipped(text, text.index("~") - 8)


def _constant(signature: bytes) -> Write:
    return lambda header, payload, _: with_signature(header, payload, signature)


def _cut(header: Payload, payload: Payload, key: ECKey) -> str:
    return with_signature(header, payload, raw_signature(unsigned(header, payload), key)[:-3])


def _der(header: Payload, payload: Payload, key: ECKey) -> str:
    start = unsigned(header, payload)
    return f"{start}.{b64url_encode(der_signature(start, key))}"


_PEM = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
_DER = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
_POINT = (Encoding.X962, PublicFormat.UncompressedPoint)

MAKERS: Mapping[str, Maker] = {
    "tampered": lambda _: Plan(edit=_tampered),
    "tampered-signature": lambda _: Plan(edit=_flip_signature),
    "alg-none": _algorithm("none"),
    "alg-none-upper-case": _algorithm("NONE"),
    "alg-none-mixed-case": _algorithm("nOnE"),
    "alg-none-unsigned": _write(_stripped),
    "alg-missing": _algorithm(None),
    "alg-array": _algorithm(["ES256"]),
    "alg-lower-case": _algorithm("es256"),
    "alg-other-curve": _algorithm("ES384"),
    "alg-rsa": _algorithm("RS256"),
    "hmac-confusion": _write(_mac(_PEM)),
    "hmac-confusion-der": _write(_mac(_DER)),
    "hmac-confusion-point": _write(_mac(_POINT)),
    "jwk-in-header": _own_key("jwk"),
    "jku-in-header": _own_key("jku", "https://attacker.vn-mock.example/keys"),
    "x5u-in-header": _own_key("x5u", "https://attacker.vn-mock.example/chain.pem"),
    "kid-path-traversal": _own_key("kid", "../../../../dev/null"),
    "crit-unknown": lambda _: Plan(header={"crit": ["exp"], "exp": 0}),
    "crit-b64": lambda _: Plan(header={"crit": ["b64"], "b64": True}),
    "signature-der": _write(_der),
    "signature-zero": _write(_constant(bytes(_SIZE))),
    "signature-ones": _write(_constant(b"\xff" * _SIZE)),
    "signature-cut": _write(_cut),
    "signature-empty": lambda _: Plan(write=lambda header, payload, _key: unsigned(header, payload) + "."),
    "typ-jwt": lambda _: Plan(header={"typ": "JWT"}),
    "typ-missing": lambda _: Plan(header={"typ": None}),
    "typ-key-binding": lambda _: Plan(header={"typ": "kb+jwt"}),
    "typ-status-list": lambda _: Plan(header={"typ": "statuslist+jwt"}),
    "typ-old-name": lambda _: Plan(header={"typ": "vc+sd-jwt"}),
}
