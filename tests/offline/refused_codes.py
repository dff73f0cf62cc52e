"""Codes that must be refused, by what is wrong with each, with the refusal's name."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import timedelta

import base45
import cbor2
from offline_world import Codes, packed, text_of
from verifier_world import HOSPITAL, NOW, POLICE, World, stamp

from idp.documents.offline import cose
from idp.documents.offline.limits import MAX_TEXT
from idp.documents.offline.portrait import portrait

CODES = Codes()
WORLD = CODES.world
BOMB = b"\x81" * 4000 + b"\xf6"


def unprotected_kid() -> str:
    protected, _, payload, signature = CODES.parts()
    return packed(cose.PREFIX + cbor2.dumps([protected, {4: b"x"}, payload, signature]))


def detached() -> str:
    protected, _, _, signature = CODES.parts()
    return packed(cose.PREFIX + cbor2.dumps([protected, {}, None, signature]))


def short_signature() -> str:
    protected, _, payload, signature = CODES.parts()
    return packed(cose.PREFIX + cbor2.dumps([protected, {}, payload, signature[:-1]]))


def der_signature() -> str:
    protected, _, payload, _ = CODES.parts()
    return packed(cose.PREFIX + cbor2.dumps([protected, {}, payload, b"\x30\x06\x02\x01\x01\x02\x01\x01"]))


def zero_signature() -> str:
    protected, _, payload, _ = CODES.parts()
    return packed(cose.PREFIX + cbor2.dumps([protected, {}, payload, bytes(64)]))


def one_letter_over() -> str:
    """Base45 has groups of three letters, and a last one of two: never a single one (RFC 9285 section 4)."""
    text = CODES.text()
    return text + "A" * ((1 - len(text)) % 3 or 3)


def with_claim(key: int, value: object) -> str:
    claims = CODES.payload()
    claims[key] = value
    return CODES.resigned(claims)


def without_claim(key: int) -> str:
    claims = CODES.payload()
    del claims[key]
    return CODES.resigned(claims)


def person(**changes: object) -> str:
    keys = {"language": 3, "name": 4, "birthdate": 8, "gender": 9, "face": 62}
    claims = CODES.payload()
    claims[169] = dict(claims[169]) | {keys[name]: value for name, value in changes.items()}
    return CODES.resigned(claims)


def document(changes: dict[object, object]) -> str:
    claims = CODES.payload()
    claims[-65537] = dict(claims[-65537]) | changes
    return CODES.resigned(claims)


def raw_claims(change: Callable[[bytes], bytes]) -> str:
    return CODES.resigned(change(cbor2.dumps(CODES.payload(), canonical=True)))


def edited(at: int, value: bytes) -> str:
    data = bytearray(CODES.signed())
    data[at : at + len(value)] = value
    return packed(bytes(data))


def level_bits() -> str:
    return text_of(b"\x78\x9c" + base45.b45decode(CODES.text())[2:])


def other_packing() -> str:
    data = CODES.signed()
    size = len(data).to_bytes(2, "little")
    stored = b"\x01" + size + bytes(byte ^ 0xFF for byte in size) + data
    return text_of(b"\x78\xda" + stored + zlib.adler32(data).to_bytes(4, "big"))


STRANGER = World()
SELF_MADE = WORLD.issuer("Police", POLICE)

REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    # the wrapping
    "empty": (lambda: "", "not_a_document"),
    "lower case": (lambda: CODES.text().lower(), "not_a_document"),
    "a letter more than groups of three": (one_letter_over, "malformed"),
    "too long": (lambda: "A" * (MAX_TEXT + 1), "not_a_document"),
    "a value beyond two bytes": (lambda: ":::" + CODES.text()[3:], "not_a_document"),
    "longer than a code": (lambda: CODES.text() + "0" * MAX_TEXT, "malformed"),
    "no zlib": (lambda: text_of(CODES.signed()), "not_a_document"),
    "another level in the zlib header": (level_bits, "malformed"),
    "packed by another library": (other_packing, "malformed"),
    "cut short": (lambda: text_of(base45.b45decode(CODES.text())[:-1]), "malformed"),
    "bytes after the zlib stream": (lambda: text_of(base45.b45decode(CODES.text()) + b"\0\0"), "malformed"),
    "a deflate bomb": (lambda: packed(bytes(100_000)), "malformed"),
    "a bomb of another library": (lambda: text_of(zlib.compress(bytes(1_000_000), 9)), "malformed"),
    # the message
    "no CWT tag": (lambda: packed(CODES.signed()[2:]), "malformed"),
    "a MAC's tag": (lambda: packed(b"\xd8\x3d\xd1" + CODES.signed()[3:]), "malformed"),
    "bytes after the message": (lambda: packed(CODES.signed() + b"\0"), "malformed"),
    "nested beyond reason": (lambda: packed(cose.PREFIX + BOMB), "malformed"),
    "an array that says it is huge": (lambda: packed(cose.PREFIX + b"\x9b" + b"\xff" * 8), "malformed"),
    "a text that says it is huge": (lambda: packed(cose.PREFIX + b"\x84\x5b\x7f" + b"\xff" * 7), "malformed"),
    "three parts": (lambda: packed(cose.PREFIX + cbor2.dumps(CODES.parts()[:3])), "malformed"),
    "a detached payload": (detached, "malformed"),
    "something unprotected": (unprotected_kid, "malformed"),
    "a signature cut short": (short_signature, "signature_invalid"),
    "a signature as X.509 has it": (der_signature, "signature_invalid"),
    "a signature of zeros": (zero_signature, "signature_invalid"),
    "an edited payload": (lambda: edited(120, b"?"), "signature_invalid"),
    # its header
    "no algorithm": (lambda: CODES.resigned(CODES.payload(), {1: None}), "algorithm_not_allowed"),
    "a MAC": (lambda: CODES.resigned(CODES.payload(), {1: 5}), "algorithm_not_allowed"),
    "ES384": (lambda: CODES.resigned(CODES.payload(), {1: -35}), "algorithm_not_allowed"),
    "an algorithm by name": (lambda: CODES.resigned(CODES.payload(), {1: "ES256"}), "algorithm_not_allowed"),
    "a critical extension": (lambda: CODES.resigned(CODES.payload(), {2: [99]}), "malformed"),
    "a certificate of its own": (lambda: CODES.resigned(CODES.payload(), {33: b"x"}), "malformed"),
    "no key identifier": (lambda: CODES.resigned(CODES.payload(), {4: None}), "malformed"),
    "another type": (lambda: CODES.resigned(CODES.payload(), {16: "application/statuslist+cwt"}), "wrong_type"),
    "no type": (lambda: CODES.resigned(CODES.payload(), {16: None}), "wrong_type"),
    "an empty header": (lambda: CODES.signed_parts(b"", CODES.payload()), "malformed"),
    # deterministic CBOR
    "a longer number than needed": (lambda: raw_claims(lambda data: data.replace(b"\x03\x19", b"\x03\x1a\0\0", 1)
        if b"\x03\x19" in data else data[:1] + b"\x18\x01" + data[2:]), "malformed"),
    "an indefinite map": (lambda: raw_claims(lambda data: b"\xbf" + data[1:] + b"\xff"), "malformed"),
    "a key twice": (lambda: raw_claims(lambda data: bytes([data[0] + 1]) + b"\x01\x61x" + data[1:]), "malformed"),
    "keys out of order": (lambda: raw_claims(lambda data: b"\xa2\x06\x01\x04\x01"), "malformed"),
    "bytes after the claims": (lambda: raw_claims(lambda data: data + b"\0"), "malformed"),
    "a tag within": (lambda: with_claim(1, cbor2.CBORTag(32, POLICE)), "malformed"),
    "a floating-point date": (lambda: with_claim(4, 1.5e9), "malformed"),
    "text that is not UTF-8": (lambda: raw_claims(lambda data: b"\xa1\x01\x62\xc3\x28"), "malformed"),
    "claims nested beyond reason": (lambda: CODES.resigned(b"\xa1\x01" + BOMB[:2000]), "malformed"),
    "no map": (lambda: CODES.resigned([1, 2]), "malformed"),
    # the claims
    "a claim of no meaning here": (lambda: with_claim(7, b"id"), "malformed"),
    "no person": (lambda: without_claim(169), "missing_claim"),
    "no document": (lambda: without_claim(-65537), "missing_claim"),
    "no type of document": (lambda: document({1: ""}), "malformed"),
    "a name said twice": (lambda: document({2: {"full_name": "Somebody Else"}}), "malformed"),
    "a number for a name": (lambda: document({2: {5: "x"}}), "malformed"),
    "no name": (lambda: person(name=""), "malformed"),
    "a date with hyphens": (lambda: person(birthdate="1990-03-14"), "malformed"),
    "a gender of no table": (lambda: person(gender=7), "malformed"),
    "true for a gender": (lambda: person(gender=True), "malformed"),
    "a face that is no picture": (lambda: person(face=[{0: b"<svg/>", 1: 0, 2: 0}]), "malformed"),
    "a face that says it is a sound": (lambda: person(face=[{0: portrait("x"), 1: 2, 2: 0}]), "malformed"),
    "two faces": (lambda: person(face=[{0: portrait("x"), 1: 0, 2: 0}] * 2), "malformed"),
    "a face too large": (lambda: person(face=[{0: portrait("x") + bytes(1200), 1: 0, 2: 0}]), "malformed"),
    "no expiry": (lambda: without_claim(4), "missing_claim"),
    "an expiry that is text": (lambda: with_claim(4, "2030-01-01"), "missing_claim"),
    "no issuer": (lambda: without_claim(1), "missing_claim"),
    "no status": (lambda: without_claim(65535), "status_not_understood"),
    "a status of another mechanism": (lambda: with_claim(65535, {"identifier_list": {}}), "status_not_understood"),
    # who signed
    "an unknown key": (lambda: CODES.text(STRANGER.police), "issuer_not_trusted"),
    "the right name, another key": (lambda: CODES.text(SELF_MADE), "issuer_not_trusted"),
    "the police's identifier, another key": (lambda: CODES.text(WORLD.police, STRANGER.police), "signature_invalid"),
    "an issuer that may not sign this type": (
        lambda: CODES.text(WORLD.hospital, iss=HOSPITAL), "type_not_allowed_for_issuer"
    ),
    "an issuer under another's name": (lambda: CODES.text(WORLD.hospital), "issuer_mismatch"),
    # when
    "expired": (lambda: CODES.text(exp=stamp(NOW - timedelta(minutes=2))), "expired"),
    "not valid yet": (lambda: CODES.text(nbf=stamp(NOW + timedelta(hours=1))), "not_yet_valid"),
    "signed in the future": (lambda: CODES.text(iat=stamp(NOW + timedelta(hours=1))), "not_yet_valid"),
    "of a list that is not there": (
        lambda: CODES.text(status={"status_list": {"idx": 3, "uri": "https://x.example/1"}}), "status_unknown"
    ),
}  # fmt: skip
