"""Offline codes (RFC 8392, RFC 9052, RFC 9285): a good one verifies, and every wrong one is refused by name."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import timedelta

import base45
import cbor2
import pytest
from offline_world import SHOWN, Codes, kid, packed, private, text_of
from verifier_world import AUDIENCE, HEALTH, HOSPITAL, NONCE, NOW, POLICE, RECORD, STATUS_URI, World, new_key, stamp

from idp.documents.offline import code, cose, deflate
from idp.documents.offline.claims import portrait_of
from idp.documents.offline.limits import MAX_TEXT, DoesNotFit, fit
from idp.documents.offline.portrait import portrait
from idp.documents.offline.verify import verify_code
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists

CODES = Codes()
WORLD = CODES.world
BOMB = b"\x81" * 4000 + b"\xf6"


def test_a_good_one() -> None:
    """Its claims under their names, the portrait, and the answers: nothing proves whose it is."""
    found = CODES.verify(CODES.text())
    claims = dict(found.claims)
    assert claims["full_name"] == "Nguyễn Thị Mẫu"
    assert (claims["birthdate"], claims["sex"], claims["vct"]) == ("1990-03-14", "female", RECORD)
    assert claims["criminal_status"] == SHOWN["criminal_status"]
    assert portrait_of(claims) == portrait("somebody")
    assert found.issuer.uri == POLICE
    answers = found.answers
    assert (answers.intact, answers.trusted, answers.in_force) == (Answer.YES, Answer.YES, Answer.YES)
    assert (answers.holder, answers.person) == (Answer.NOT_PROVEN, Answer.NOT_ASKED)
    assert found.status == "valid"


def test_any_reader_of_the_formats_reads_it() -> None:
    """The libraries of everybody: Base45, zlib and CBOR as they are, tags 61 and 18, Claim 169 by its numbers."""
    message = cbor2.loads(zlib.decompress(base45.b45decode(CODES.text())))
    assert (message.tag, message.value.tag) == (61, 18)
    protected, unprotected, payload, signature = message.value.value
    assert cbor2.loads(protected) == {1: -7, 4: kid(WORLD.police), 16: cose.TYPE}
    assert (unprotected, len(signature)) == ({}, 64)
    claims = cbor2.loads(payload)
    assert claims[1] == POLICE
    assert claims[65535] == {"status_list": {"idx": 3, "uri": STATUS_URI}}
    person = claims[169]
    assert (person[3], person[4], person[8], person[9]) == ("vie", "Nguyễn Thị Mẫu", "19900314", 2)
    assert person[62] == [{0: portrait("somebody"), 1: 0, 2: 0}]
    assert claims[-65537] == {1: RECORD, 2: SHOWN}


def test_without_status_lists_nothing_is_said() -> None:
    """In force is "not checked", and the whole is not good."""
    assert CODES.verify(CODES.text()).answers.good
    unchecked = verify_code(CODES.text(), trust=WORLD.trust(), now=NOW, key_binding=NO_KEY_BINDING)
    assert unchecked.answers.in_force is Answer.NOT_CHECKED
    assert not unchecked.answers.good


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
    "a letter more than groups of three": (lambda: CODES.text() + "A", "not_a_document"),
    "too long": (lambda: "A" * (MAX_TEXT + 1), "not_a_document"),
    "a value beyond two bytes": (lambda: ":::" + CODES.text()[3:], "not_a_document"),
    "no zlib": (lambda: text_of(CODES.signed()), "malformed"),
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
    "no person": (lambda: without_claim(169), "malformed"),
    "no document": (lambda: without_claim(-65537), "malformed"),
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


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """By its name, and never by another kind of error."""
    make, expected = REFUSED[name]
    with pytest.raises(VerificationError) as caught:
        CODES.verify(make())
    assert caught.value.code == expected
    assert not caught.value.answers.good
    assert "Mẫu" not in str(caught.value)


@pytest.mark.parametrize(("value", "expected"), [(1, "revoked"), (2, "suspended"), (3, "status_not_understood")])
def test_the_lists_tell(value: int, expected: str) -> None:
    """The same entry as the document's own: what happens to it happens to every sheet."""
    with pytest.raises(VerificationError) as caught:
        CODES.verify(CODES.text(), status=WORLD.status_token({3: value}))
    assert caught.value.code == expected
    assert caught.value.answers.intact is Answer.YES


def test_a_code_is_not_what_it_cannot_be() -> None:
    """No proof by its holder, no number, no other type: whoever expects one is refused."""
    text = CODES.text()
    wanted = {
        "key_binding_missing": {"key_binding": ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))},
        "person_not_disclosed": {"person": "065199000123"},
        "wrong_document_type": {"vct": [HEALTH]},
    }
    for expected, options in wanted.items():
        with pytest.raises(VerificationError) as caught:
            CODES.verify(text, **options)
        assert caught.value.code == expected


def test_a_status_list_is_no_code_and_a_code_no_document() -> None:
    """One key signs all of an issuer's; each is taken for what it is only."""
    from idp.documents.verifier.verify import verify

    for text in (WORLD.status_token(), WORLD.document()):
        with pytest.raises(VerificationError, match="not_a_document"):
            CODES.verify(text)
    with pytest.raises(VerificationError, match="not_a_document"):
        verify(CODES.text(), trust=WORLD.trust(), now=NOW, key_binding=NO_KEY_BINDING)


def test_a_certificate_that_was_not_valid_when_it_signed() -> None:
    """A sheet printed with a key after its certificate's end."""
    late = WORLD.issuer("Police", POLICE, end=NOW + timedelta(days=1))
    trust = WORLD.trust(issuers=[late.entry(RECORD)])
    text = code.write(CODES.claims(), portrait("x"), private(late), kid(late))
    lists = StatusLists.of([WORLD.status_token(issuer=late)])
    good = verify_code(text, trust=trust, now=NOW, key_binding=NO_KEY_BINDING, status=lists)
    assert good.answers.good
    with pytest.raises(VerificationError, match="certificate_expired"):
        verify_code(text, trust=trust, now=NOW + timedelta(days=2), key_binding=NO_KEY_BINDING)


def test_a_key_on_another_curve() -> None:
    """ES256 is on P-256; a listed certificate with another key signs no code."""
    other = WORLD.issuer("Police", POLICE, new_key("P-384"))
    trust = WORLD.trust(issuers=[other.entry(RECORD)])
    text = code.write(CODES.claims(), portrait("x"), private(WORLD.police), kid(other))
    with pytest.raises(VerificationError, match="certificate_malformed"):
        CODES.verify(text, trust=trust)


def test_what_does_not_fit() -> None:
    """Refused when made, and nothing is left out for it."""
    with pytest.raises(DoesNotFit):
        CODES.text(convictions=[{"offence": f"Tội danh {n} {n * 7919}"} for n in range(200)])
    assert fit(CODES.text()).level == "M"
    assert fit("A" * 1452).level == "L"
    with pytest.raises(DoesNotFit):
        fit("A" * (MAX_TEXT + 1))


@pytest.mark.parametrize("claims", [{"height_cm": 1.5}, {"deep": [[[[[[[[[1]]]]]]]]]}, {"raw": object()}])
def test_what_cannot_be_written(claims: dict[str, object]) -> None:
    """A value that the reader would refuse is refused by the writer."""
    with pytest.raises((ValueError, TypeError)):
        CODES.text(**claims)


@pytest.mark.parametrize("data", [b"", b"a", b"abcabcabcabcabc", b"\xff" * 600, bytes(range(256)) * 3, b"xyz" * 900])
def test_packing_is_zlib(data: bytes) -> None:
    """Any inflater reads it; and there is one stream for it only."""
    assert zlib.decompress(deflate.pack(data)) == data
    assert deflate.unpack(deflate.pack(data), 3_000) == data
    with pytest.raises(deflate.NotPacked):
        deflate.unpack(deflate.pack(data + b"!"), len(data))
