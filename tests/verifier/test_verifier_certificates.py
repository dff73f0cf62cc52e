"""A certificate from somebody else may be broken in any byte: the answer is a named refusal and nothing else."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from idp.documents.verifier import certificates
from idp.documents.verifier.errors import CertificateMalformed, RootNotUsable, VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList
from idp.documents.verifier.verify import verify

CASE = Path(__file__).parent / "cases" / "good-document"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DOCUMENT = (CASE / "input.txt").read_text(encoding="ascii")
TRUST_TEXT = (CASE / "trust-list.jwt").read_text(encoding="ascii")
ROOT = certificates.load_pem((CASE / "root.pem").read_bytes())
TRUST = TrustList.load(TRUST_TEXT, root=ROOT, now=NOW)
STATUS = StatusLists.of([(CASE / "status-list.jwt").read_text(encoding="ascii")])

HEADER = json.loads(base64.urlsafe_b64decode(DOCUMENT.split(".")[0] + "==="))
LEAF = base64.b64decode(HEADER["x5c"][0])

VERSION_3 = bytes.fromhex("a003020102")
P256 = bytes.fromhex("06082a8648ce3d030107")
KEY_USAGE, BASIC_CONSTRAINTS = bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d13")


def swapped(old: bytes, new: bytes) -> bytes:
    assert old in LEAF
    assert len(old) == len(new)
    return LEAF.replace(old, new)


BROKEN = {
    "version-18": swapped(VERSION_3, VERSION_3[:-1] + b"\x12"),  # InvalidVersion, no ValueError
    "version-1": swapped(VERSION_3, VERSION_3[:-1] + b"\x00"),
    "curve-unknown": swapped(P256, P256[:-1] + b"\x63"),  # UnsupportedAlgorithm, when the key is asked for
    "point-elsewhere": LEAF.replace(b"\x03\x42\x00\x04", b"\x03\x42\x00\x05"),
    "name-is-bits": LEAF.replace(b"\x0c\x1b", b"\x03\x1b"),  # TypeError, when the name is asked for
    "date-of-another-kind": LEAF.replace(b"\x17\x0d", b"\x18\x0d"),
    "extension-twice": swapped(KEY_USAGE, BASIC_CONSTRAINTS),  # DuplicateExtension, when they are asked for
    "alternative-name-x400": LEAF.replace(b"\x86\x1d", b"\xa3\x1d"),  # UnsupportedGeneralNameType
    "cut": LEAF[:-1],
    "longer": LEAF + b"\0",
    "empty": b"",
}


def with_leaf(der: bytes) -> str:
    """The document with another certificate in its header."""
    header = HEADER | {"x5c": [base64.b64encode(der).decode()]}
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return ".".join([head, *DOCUMENT.split(".")[1:]])


def verified(text: str) -> None:
    verify(text, trust=TRUST, now=NOW, key_binding=NO_KEY_BINDING, status=STATUS)


@pytest.mark.parametrize("der", BROKEN.values(), ids=BROKEN.keys())
def test_what_cryptography_raises(der: bytes) -> None:
    """It has no common base for what it raises, and reads some parts only when asked for them."""
    assert der != LEAF
    with pytest.raises(CertificateMalformed):
        certificates.load_der(der)
    with pytest.raises(CertificateMalformed):
        verified(with_leaf(der))


def each_byte(data: bytes) -> Iterator[bytes]:
    """Every byte changed in five ways, then left out, then the end cut off there."""
    for place, byte in enumerate(data):
        for other in {0, 0x12, 0xFF, byte ^ 1, byte ^ 0x80} - {byte}:
            yield data[:place] + bytes([other]) + data[place + 1 :]
        yield data[:place] + data[place + 1 :]
        yield data[:place]


def test_every_byte_of_a_certificate() -> None:
    """Whatever byte of the certificate is another, the document is refused by name."""
    for der in each_byte(LEAF):
        with pytest.raises(VerificationError):
            verified(with_leaf(der))


def test_every_byte_of_a_root() -> None:
    """A root that was edited on disk is named as such, or is not the one the list was signed with."""
    for der in each_byte(ROOT.public_bytes(Encoding.DER)):
        with pytest.raises(VerificationError):
            TrustList.load(TRUST_TEXT, root=certificates.load_der(der), now=NOW)


def test_a_root_loaded_elsewhere() -> None:
    """A caller of the library may hand in what it loaded itself: its parts are read under guard too."""
    from cryptography import x509

    der = ROOT.public_bytes(Encoding.DER).replace(KEY_USAGE, BASIC_CONSTRAINTS)
    with pytest.raises(RootNotUsable):
        TrustList.load(TRUST_TEXT, root=x509.load_der_x509_certificate(der), now=NOW)


def test_every_character_of_a_document() -> None:
    """Each place of the text, by letters that are far apart in base64url."""
    verified(DOCUMENT)
    last = len(DOCUMENT.rstrip())
    for place in range(last):
        for letter in "AR7_":
            text = DOCUMENT[:place] + letter + DOCUMENT[place + 1 :]
            if text != DOCUMENT:
                with pytest.raises(VerificationError):
                    verified(text)


def test_every_character_of_a_trust_list() -> None:
    """The list is signed: no change of one letter is read."""
    assert set(TRUST_TEXT.strip()) <= set(string.ascii_letters + string.digits + "-_.")
    for place in range(len(TRUST_TEXT.strip())):
        letter = "B" if TRUST_TEXT[place] == "A" else "A"
        with pytest.raises(VerificationError):
            TrustList.load(TRUST_TEXT[:place] + letter + TRUST_TEXT[place + 1 :], root=ROOT, now=NOW)
