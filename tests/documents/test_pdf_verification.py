"""Signed PDF files: good ones verify, every other kind is refused with its reason (ETSI EN 319 142-1, level B-LT)."""

from __future__ import annotations

import os
import shutil
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from issuing_support import CONTENT, TYPES
from pdf_cases import CASES, HOUR
from pdf_world import ALL, NUMBER, World

from idp import paper_certificates, pki, revocation
from idp.documents.pdf import errors
from idp.documents.pdf.errors import PdfError
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import ERRORS, VerificationError
from idp.documents.verifier.type_rules import TypeRules
from tests.conftest import NOW


@pytest.fixture(scope="module")
def world(_made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Keys that no test changes; one that does takes a `fresh` world."""
    return World(Path(shutil.copytree(_made_keys, tmp_path_factory.mktemp("pdf") / "keys")), NOW)


@pytest.fixture
def fresh(keys_dir: Path) -> World:
    return World(keys_dir, NOW)


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    return world.printed()


def refused(world: World, data: bytes, **options: Any) -> VerificationError:
    with pytest.raises(VerificationError) as caught:
        world.verify(data, **options)
    return caught.value


@pytest.mark.parametrize("name", CASES)
def test_refused(world: World, good: bytes, tmp_path: Path, name: str) -> None:
    """Each with its own reason, and never with the answer that all is well."""
    case = CASES[name]
    data = case.make(World(shutil.copytree(world.keys_dir, tmp_path / "keys"), NOW), good)
    error = refused(world, data, **case.options)
    assert error.code == case.code, error.detail
    assert not error.answers.good
    assert error.answers.intact is (Answer.NO if case.code in INTACT_NO else error.answers.intact)


INTACT_NO = {"pdf_edited", "pdf_changed_after_signing", "pdf_malformed", "pdf_several_signatures"}


def test_every_reason_has_a_case() -> None:
    """But those of revoked certificates, which have tests of their own below."""
    known = {one.code for one in PdfError.__subclasses__()}
    assert known - {case.code for case in CASES.values()} == {"pdf_signer_revoked", "pdf_time_stamp_revoked"}
    assert not known & set(ERRORS)
    for one in PdfError.__subclasses__():
        assert one.words is not None
        assert all(text.endswith(".") and len(text) > 40 for text in one.words), one.code
    assert {name for name in vars(errors) if name.startswith("Pdf")} == {
        "PdfError", *(one.__name__ for one in PdfError.__subclasses__())
    }  # fmt: skip


def test_a_good_file(world: World, good: bytes) -> None:
    """Whole, trusted, in force, about her; that its bearer is she is not proven."""
    found = world.verify(good)
    answers = found.document.answers
    assert answers.good
    assert (answers.intact, answers.trusted, answers.in_force) == (Answer.YES,) * 3
    assert (answers.holder, answers.person) == (Answer.NOT_PROVEN, Answer.YES)
    assert found.signed_at == NOW
    assert found.document.claims["full_name"] == "Nguyễn Thị Mai Lan"


def test_only_what_she_chose_is_inside(world: World) -> None:
    """The page prints what the data in it discloses, and no more."""
    found = world.verify(world.printed(chosen=frozenset({"sex"})))
    assert found.document.claims["sex"] == "female"
    assert "birthdate" not in found.document.claims
    assert found.sd_jwt.count("~") == len(("personal_id_number", "full_name", "sex")) + 1


def test_a_signer_revoked_before_it_signed(fresh: World) -> None:
    """Told by the newer list at hand."""
    data = fresh.printed()
    revocation.revoke(fresh.keys_dir, fresh.signer().certificate, NOW - HOUR, "keyCompromise")
    newer = revocation.current(fresh.keys_dir, NOW)
    error = refused(fresh, data, revocation_list=newer)
    assert (error.code, error.answers.trusted) == ("pdf_signer_revoked", Answer.NO)


def test_a_signer_revoked_after_it_signed(fresh: World) -> None:
    """What was signed before stays good: the time stamp proves that it was before."""
    data = fresh.printed()
    revocation.revoke(fresh.keys_dir, fresh.signer().certificate, NOW + HOUR, "keyCompromise")
    newer = revocation.current(fresh.keys_dir, NOW + 2 * HOUR)
    assert fresh.verify(data, later=3 * HOUR, revocation_list=newer).document.answers.good


@pytest.mark.parametrize(("reason", "after", "stays"), [
    ("keyCompromise", HOUR, False), ("unspecified", HOUR, False), ("superseded", HOUR, True),
    ("superseded", -HOUR, False),
])  # fmt: skip
def test_a_revoked_time_stamper(fresh: World, reason: str, after: timedelta, stays: bool) -> None:
    """RFC 3161 section 4: a stolen key stamps any time; a key laid down in order does not spoil what it stamped."""
    data = fresh.printed()
    authority = paper_certificates.time_stamper(fresh.keys_dir).certificate
    revocation.revoke(fresh.keys_dir, authority, NOW + after, reason)
    newer = revocation.current(fresh.keys_dir, NOW + HOUR)
    if stays:
        assert fresh.verify(data, later=2 * HOUR, revocation_list=newer).document.answers.good
    else:
        assert refused(fresh, data, later=2 * HOUR, revocation_list=newer).code == "pdf_time_stamp_revoked"


def test_a_revocation_list_that_is_not_the_roots(world: World, good: bytes, tmp_path: Path) -> None:
    """A forged list of nobody revokes nothing, and is not passed over in silence."""
    other = World(tmp_path / "other", NOW)
    pki.init(other.keys_dir, NOW)
    forged = revocation.current(other.keys_dir, NOW)
    for newer in (forged, b"", b"nonsense"):
        assert refused(world, good, revocation_list=newer).code == "pdf_revocation_unknown"


@settings(max_examples=int(os.environ.get("PDF_EXAMPLES", "50")), deadline=None)
@given(place=st.integers(0, 10**9), change=st.integers(1, 255))
def test_no_edit_of_one_octet_verifies(place: int, change: int) -> None:
    """Anywhere in the file, the signature and the room behind it included."""
    place %= len(_GOOD.data)
    edited = bytearray(_GOOD.data)
    edited[place] ^= change
    refused(_GOOD.world, bytes(edited))


#: Where an octet may stand, and what its change is refused with. Outside of what is signed there is one form of each.
PLACES = {
    "header": (b"%PDF-", "not_a_document"),
    "page": (b"stream\n", "pdf_edited"),
    "data": (b"eyJ", "pdf_edited"),
    "byte range": (b"/ByteRange [0 ", "pdf_malformed"),
    "reason": (b"/Reason", "pdf_edited"),
    "cross-reference table": (b"\nxref\n", "pdf_edited"),
    "trailer": (b"%%EOF", "pdf_edited"),
    "start of the signature": (b"/Contents <30", "pdf_malformed"),
    "room behind the signature": (b"0>\n/ByteRange", "pdf_malformed"),
}


@pytest.mark.parametrize("name", PLACES)
def test_an_octet_of_each_part(world: World, good: bytes, name: str) -> None:
    """What the signature covers, and the only part that it does not: itself and the zeros that fill its room."""
    mark, code = PLACES[name]
    start = good.index(mark) + (len(mark) - 1 if mark.endswith((b"30", b" ")) else 0)
    for place in range(start, start + 3 if name == "data" else start + 1):
        for bit in (1, 2, 64):
            edited = good[:place] + bytes([good[place] ^ bit]) + good[place + 1 :]
            assert refused(world, edited).code == code, (place, bit)


class _GOOD:
    """The file that hypothesis edits; filled below, since it takes no fixtures of a module."""

    world: World
    data: bytes


@pytest.fixture(autouse=True, scope="module")
def _for_hypothesis(world: World, good: bytes) -> None:
    _GOOD.world, _GOOD.data = world, good


def test_no_network(world: World, good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every socket refused, verification goes on; no address in a certificate is followed."""

    def no(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, no)
    assert world.verify(good).document.answers.good
    assert NUMBER in str(world.verify(good).document.claims["personal_id_number"])


def test_every_type_prints_and_verifies(world: World) -> None:
    for type_id in TYPES:
        lists = world.status() if CONTENT[type_id][0] == "police-ministry" else None
        found = world.verify(world.printed(world.document(type_id), ALL), status=lists)
        assert found.document.claims["full_name"] == "Nguyễn Thị Mai Lan"


def test_the_certificate_names_the_list(fresh: World) -> None:
    """With the provider's address known, certificates for papers say where revocations are published."""
    pki.init(fresh.keys_dir, NOW, "https://id.example")
    points = fresh.signer().certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name[0].value == "https://id.example/crl/root.crl"
    assert fresh.verify(fresh.printed()).document.answers.good


def test_the_rules_of_its_type(world: World, good: bytes) -> None:
    """The data in a file is held to what every document of its type has."""
    rules = {world.verify(good).document.vct: TypeRules(required=frozenset({("not_there",)}))}
    assert refused(world, good, types=rules).code == "missing_claim"
