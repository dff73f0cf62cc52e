"""Faults of an offline code (docs/documents.md, RFC 8392, RFC 9052, RFC 9285): what a reader may fall for."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey

from idp.documents.faults import chains, code_claims, code_lists, contents, lists
from idp.documents.faults.code_claims import CodeMaker, altered, changed_person, mapping, steps
from idp.documents.faults.codes import (
    Bytes,
    CodePlan,
    Write,
    base45_text,
    der_signature,
    message,
    signature,
    structure,
    write,
)
from idp.documents.faults.forging import new_key
from idp.documents.faults.maker import Maker
from idp.documents.faults.world import World
from idp.documents.offline import claims as told
from idp.documents.offline import cose, deflate
from idp.documents.offline.limits import MAX_TEXT
from idp.documents.offline.portrait import portrait
from idp.documents.verifier import cose_signature

_CRIT, _X5U = 2, 35  # RFC 9052 section 3.1, RFC 9360
_HMAC, _ES384, _EDDSA = 5, -35, -8
_MAC0 = b"\xd8\x3d\xd1"


def _based(maker: Maker) -> CodeMaker:
    """A fault that a document has too."""
    return lambda world: CodePlan(base=maker(world))


def _another_face(world: World) -> CodePlan:
    """The picture of whoever holds the paper."""
    face = [{told.DATA: portrait("somebody else"), told.FORMAT: told.IMAGE, told.SUBFORMAT: told.PNG}]
    return altered(lambda claims: changed_person(mapping(claims), {"face": face}))(world)


def _parts(change: Callable[[list[Any]], object]) -> CodeMaker:
    """Other parts of the message."""

    def edit(data: bytes) -> bytes:
        import cbor2

        return cose.PREFIX + bytes(cbor2.dumps(change(cbor2.loads(data[len(cose.PREFIX) :]))))

    return steps(edit=edit)


def _signature(make: Bytes) -> CodeMaker:
    return _parts(lambda parts: [*parts[:3], make(parts[3])])


def _written(written: Write) -> CodeMaker:
    return steps(write=written)


def _der(protected: bytes, payload: bytes, key: ECKey) -> bytes:
    return message(protected, {}, payload, der_signature(protected, payload, key))


def _by_stranger(protected: bytes, payload: bytes, _: ECKey) -> bytes:
    return write(protected, payload, new_key())


def _secret(key: ECKey) -> bytes:
    return key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hmac_in_sign1(protected: bytes, payload: bytes, key: ECKey) -> bytes:
    """A MAC under the issuer's public key: whoever takes `alg` at its word uses it so."""
    import cbor2

    header = cbor2.dumps({**cbor2.loads(protected), cose.ALG: _HMAC}, canonical=True)
    tag = hmac.digest(_secret(key), structure(header, payload), hashlib.sha256)
    return message(header, {}, payload, tag)


def _mac0(protected: bytes, payload: bytes, key: ECKey) -> bytes:
    """The same as a MAC has to be written (RFC 9052 section 6.2)."""
    import cbor2

    header = cbor2.dumps({**cbor2.loads(protected), cose.ALG: _HMAC}, canonical=True)
    tag = hmac.digest(_secret(key), structure(header, payload, "MAC0"), hashlib.sha256)
    return _MAC0 + bytes(cbor2.dumps([header, {}, payload, tag], canonical=True))


def _unprotected_algorithm(protected: bytes, payload: bytes, key: ECKey) -> bytes:
    """The algorithm where nothing is signed."""
    import cbor2

    header = {name: value for name, value in cbor2.loads(protected).items() if name != cose.ALG}
    moved = cbor2.dumps(header, canonical=True)
    return message(moved, {cose.ALG: cose_signature.ES256}, payload, signature(moved, payload, key))


def _letter(text: str) -> str:
    """One letter of the text: the first of a group, so that the group still stands for two octets."""
    place = 3 * (len(text) // 6)
    return text[:place] + ("1" if text[place] != "1" else "2") + text[place + 1 :]


def _bomb(_: bytes) -> bytes:
    return deflate.pack(bytes(150_000))


def _bomb_of_zlib(_: bytes) -> bytes:
    return zlib.compress(bytes(1_000_000), 9)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")


MAKERS: Mapping[str, CodeMaker] = {
    "qr-none": steps(),
    # the text and its packing
    "qr-letter-changed": steps(after=_letter),
    "qr-lower-case": steps(after=str.lower),
    "qr-base64": steps(encode=_base64),
    "qr-cut": steps(after=lambda text: text[: len(text) // 6 * 3]),
    "qr-too-long": steps(after=lambda text: text + "0" * MAX_TEXT),
    "qr-not-compressed": steps(pack=bytes),
    "qr-gzip": steps(pack=gzip.compress),
    "qr-packed-otherwise": steps(pack=lambda data: zlib.compress(data, 1)),
    "qr-with-more": steps(encode=lambda data: base45_text(data + b"more")),
    "qr-bomb": steps(pack=_bomb),
    "qr-bomb-of-zlib": steps(pack=_bomb_of_zlib),
    # the message and its signature
    "qr-tampered": altered(lambda claims: {**mapping(claims), told.EXP: mapping(claims)[told.EXP] + 86_400}),  # type: ignore[operator]
    "qr-name-changed": altered(lambda claims: changed_person(mapping(claims), {"name": "Nguyễn Văn Khác"})),
    "qr-photo-swapped": _another_face,
    "qr-signature-zero": _signature(lambda _: bytes(64)),
    "qr-signature-cut": _signature(lambda signed: signed[:-3]),
    "qr-signature-empty": _signature(lambda _: b""),
    "qr-signature-der": _written(_der),
    "qr-another-key": _written(_by_stranger),
    "qr-unsigned": _written(lambda _, payload, __: payload),
    "qr-untagged": steps(edit=lambda data: data[len(cose.PREFIX) :]),
    "qr-detached": _parts(lambda parts: [*parts[:2], None, parts[3]]),
    "qr-three-parts": _parts(lambda parts: parts[:3]),
    "qr-alg-missing": steps(header={cose.ALG: None}),
    "qr-alg-none": steps(header={cose.ALG: "none"}),
    "qr-alg-zero": steps(header={cose.ALG: 0}),
    "qr-alg-es384": steps(header={cose.ALG: _ES384}),
    "qr-alg-eddsa": steps(header={cose.ALG: _EDDSA}),
    "qr-alg-unprotected": _written(_unprotected_algorithm),
    "qr-hmac-confusion": _written(_hmac_in_sign1),
    "qr-mac0": _written(_mac0),
    "qr-typ-missing": steps(header={cose.TYP: None}),
    "qr-typ-status-list": steps(header={cose.TYP: "application/statuslist+cwt"}),
    "qr-crit-unknown": steps(header={_CRIT: [99]}),
    "qr-something-unprotected": _parts(lambda parts: [parts[0], {99: "x"}, *parts[2:]]),
    "qr-kid-missing": steps(header={cose.KID: None}),
    "qr-kid-unknown": steps(kid=bytes(20)),
    "qr-kid-of-another": lambda world: CodePlan(kid=_identifier(world)),
    "qr-certificate-elsewhere": steps(header={_X5U: "https://attacker.vn-mock.example/chain"}),
    **code_claims.MAKERS,
    "qr-another-type": _based(contents.MAKERS["vct-confusion"]),
    # who signed
    "qr-wrong-issuer": _based(contents.MAKERS["wrong-issuer"]),
    "qr-issuer-name-borrowed": _based(contents.MAKERS["issuer-name-borrowed"]),
    "qr-untrusted-root": _based(chains.MAKERS["untrusted-root"]),
    "qr-issuer-not-listed": _based(chains.MAKERS["issuer-not-listed"]),
    "qr-key-identifier-borrowed": _based(chains.MAKERS["key-identifier-borrowed"]),
    "qr-signer-expired": _based(code_lists.signer_expired),
    "qr-signer-newer-than-code": _based(code_lists.signer_newer),
    "qr-issuer-struck-off": _based(code_lists.struck_off),
    # lists
    **{f"qr-{name}": _based(contents.MAKERS[name]) for name in (
        "revoked", "suspended", "superseded", "status-index-out-of-range")},
    **{f"qr-{name}": _based(lists.MAKERS[name]) for name in (
        "stale-status", "status-list-ended", "status-list-tampered", "status-list-elsewhere",
        "status-list-by-another-key", "trust-list-ended", "trust-list-of-another-root", "trust-list-rolled-back")},
}  # fmt: skip


def _identifier(world: World) -> bytes:
    """Another issuer's key is named."""
    from idp.documents.verifier.certificates import subject_key_identifier

    return bytes.fromhex(subject_key_identifier(world.signer_of(world.another_issuer()).chain[0]))
