"""Signed PDF files: good ones verify, every other kind is refused with its reason (ETSI EN 319 142-1, level B-LT)."""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from issuing_support import CONTENT, TYPES
from pdf_world import ALL, NUMBER, Forge, World, blank_page

from idp import paper_certificates, pki, revocation
from idp.documents.pdf import errors
from idp.documents.pdf.container import split
from idp.documents.pdf.errors import PdfError
from idp.documents.pdf.names import MAX_SIZE
from idp.documents.verifier.answers import Answer
from idp.documents.verifier.errors import ERRORS, VerificationError
from idp.documents.verifier.key_binding import ExpectedKeyBinding
from tests.conftest import NOW

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


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


@dataclass(frozen=True)
class Case:
    """How the file comes to be, and what it is refused with. `good` is the wallet's own file, to be altered."""

    code: str
    make: Callable[[World, bytes], bytes]
    options: dict[str, Any] = field(default_factory=dict)


def incremental(data: bytes) -> bytes:
    """A further revision, as any PDF editor writes it: everything that was signed is still there."""
    import io

    from pyhanko.pdf_utils.generic import pdf_name, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root[pdf_name("/Lang")] = pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def countersigned(data: bytes, world: World) -> bytes:
    import io

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from idp.documents.pdf import signing

    meta = signers.PdfSignatureMetadata(field_name="Other", md_algorithm="sha256")
    signer = signing._signer(world.signer("social-insurance"))
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    made = signers.PdfSigner(meta, signer, new_field_spec=fields.SigFieldSpec("Other")).sign_pdf(writer)
    return bytes(made.getvalue())


def stretched(data: bytes) -> bytes:
    """Something appended, and the byte range told to cover it: the numbers are covered themselves."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", data)
    assert found
    wider = b"%d" % (int(found[3]) + 10)
    end = found.end()
    return data[: found.start(3)] + wider + data[found.end(3) : end] + data[end:] + b"%" * 10


def widened_gap(data: bytes) -> bytes:
    """The hole for the signature made to hold more than the signature."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", data)
    assert found
    narrower = b"%d" % (int(found[1]) - 30)
    return data[: found.start(1)] + narrower.rjust(len(found[1])) + data[found.end(1) :]


def swapped(data: bytes, world: World) -> bytes:
    """Another document of the same issuer in the place of the attached one, to the octet."""
    other = world.document(full_name="Nguyễn Thị Mai Lam").sd_jwt
    place = data.index(b"eyJ")
    length = data.index(b"~", place) - place
    return data[:place] + other.encode()[:length] + data[place + length :]


def transplanted(good: bytes, world: World) -> bytes:
    """The signature of one file in another."""
    other = world.printed(world.document(criminal_status="có án tích"))
    place = good.index(b"/Contents <") + len(b"/Contents <")
    room = good.index(b">", place) - place
    return good[:place] + split(other).signature.hex().upper().encode().ljust(room, b"0") + good[place + room :]


def short_lived(world: World) -> Any:
    return world.certified(
        paper_certificates.time_stamper(world.keys_dir),
        (-DAY, DAY),
        ExtendedKeyUsageOID.TIME_STAMPING,
        commits=False,
    )


def foreign(world: World) -> World:
    other = World(world.keys_dir.parent / "foreign", world.now)
    pki.init(other.keys_dir, world.now)
    return other


#: What somebody did to a good file on its way.
ALTERED = {
    "a-letter-of-the-page": Case("pdf_edited", lambda _, d: d.replace(b"/Title", b"/Titel", 1)),
    "appended-octet": Case("pdf_changed_after_signing", lambda _, d: d + b"\n"),
    "appended-revision": Case("pdf_changed_after_signing", lambda _, d: incremental(d)),
    "appended-and-stretched": Case("pdf_edited", lambda _, d: stretched(d)),
    "widened-gap": Case("pdf_malformed", lambda _, d: widened_gap(d)),
    "second-signature": Case("pdf_several_signatures", lambda w, d: countersigned(d, w)),
    "swapped-attachment": Case("pdf_edited", lambda w, d: swapped(d, w)),
    "signature-of-another-file": Case("pdf_edited", lambda w, d: transplanted(d, w)),
    "cut-off": Case("pdf_malformed", lambda _, d: d[:-7]),
    "octets-before": Case("not_a_document", lambda _, d: b"\n" + d),
    "lower-case-signature": Case(
        "pdf_malformed", lambda _, d: re.sub(rb"<3082[0-9A-F]+>", lambda m: m[0].lower(), d, count=1)
    ),
    "in-the-room-behind-the-signature": Case(
        "pdf_malformed", lambda _, d: d.replace(b"0>\n/ByteRange", b"1>\n/ByteRange")
    ),
    "saved-anew-without-signature": Case("pdf_not_signed", lambda _, __: blank_page()),
    "nothing": Case("not_a_document", lambda _, __: b""),
    "only-a-mark": Case("pdf_not_signed", lambda _, __: b"%PDF-1.7"),
    "too-large": Case("pdf_too_large", lambda _, d: d + b" " * MAX_SIZE),
}
#: What somebody made who is not the issuer, or the issuer made wrongly.
MADE = {
    "foreign-root": Case("issuer_not_trusted", lambda w, _: foreign(w).printed()),
    "signed-with-the-key-for-sd-jwt": Case(
        "issuer_not_trusted", lambda w, _: Forge(w, signer=pki.issuer(w.keys_dir, "police-ministry")).make()
    ),
    "signed-by-the-time-stamper": Case(
        "issuer_not_trusted", lambda w, _: Forge(w, signer=paper_certificates.time_stamper(w.keys_dir)).make()
    ),
    "signed-by-another-issuer": Case(
        "pdf_other_issuer", lambda w, _: Forge(w, signer=w.signer("social-insurance")).make()
    ),
    "type-of-another-issuer": Case(
        "type_not_allowed_for_issuer",
        lambda w, _: Forge(
            w, document=w.document(issuer_id="social-insurance"), signer=w.signer("social-insurance")
        ).make(),
    ),
    "no-time-stamp": Case("pdf_time_stamp_missing", lambda w, _: Forge(w, time_stamp=False).make()),
    "time-stamp-of-something-else": Case(
        "pdf_time_stamp_invalid", lambda w, _: Forge(w, stamped_digest=bytes(32)).make()
    ),
    "time-stamp-by-an-issuer": Case("pdf_time_stamp_invalid", lambda w, _: Forge(w, stamper=w.signer()).make()),
    "time-stamp-by-a-foreign-root": Case(
        "pdf_time_stamp_invalid",
        lambda w, _: Forge(w, stamper=paper_certificates.time_stamper(foreign(w).keys_dir)).make(),
    ),
    "time-stamp-before-its-certificate": Case(
        "pdf_time_stamp_invalid", lambda w, _: Forge(w, stamped_at=-2 * DAY).make()
    ),
    "time-stamp-expired": Case(
        "pdf_time_stamp_expired", lambda w, _: Forge(w, stamper=short_lived(w)).make(), {"later": 2 * DAY}
    ),
    "signed-in-the-future": Case("not_yet_valid", lambda w, _: Forge(w, stamped_at=HOUR).make()),
    "signed-with-an-expired-certificate": Case(
        "certificate_expired",
        lambda w, _: Forge(
            w,
            signer=w.certified(w.signer(), (-2 * DAY, -HOUR), paper_certificates.DOCUMENT_SIGNING, commits=True),
            revocation_list=False,
        ).make(),
    ),
    "certificate-that-does-not-commit": Case(
        "issuer_not_trusted",
        lambda w, _: Forge(
            w, signer=w.certified(w.signer(), (-DAY, DAY), paper_certificates.DOCUMENT_SIGNING, commits=False)
        ).make(),
    ),
    "no-revocation-list": Case("pdf_revocation_unknown", lambda w, _: Forge(w, revocation_list=False).make()),
    "revocation-list-of-long-ago": Case(
        "pdf_revocation_unknown",
        lambda w, _: Forge(w, stamped_at=8 * DAY).make(),
        {"later": 9 * DAY, "status": None},
    ),
    "no-attachment": Case("pdf_attachment", lambda w, _: Forge(w, attachments={}).make()),
    "second-attachment": Case(
        "pdf_attachment",
        lambda w, _: Forge(w, attachments={"document.sd-jwt": "/Data", "document.sd-jwt.txt": "/Data"}).make(),
    ),
    "attachment-of-another-name": Case(
        "pdf_attachment", lambda w, _: Forge(w, attachments={"other.sd-jwt": "/Data"}).make()
    ),
    "attachment-that-only-supplements": Case(
        "pdf_attachment", lambda w, _: Forge(w, attachments={"document.sd-jwt": "/Supplement"}).make()
    ),
}
#: A good file whose document is not what was expected.
INSIDE = {
    "document-revoked": Case("revoked", lambda _, d: d, {"value": 1}),
    "document-suspended": Case("suspended", lambda _, d: d, {"value": 2}),
    "another-person": Case("wrong_person", lambda _, d: d, {"person": "065190000102"}),
    "another-type": Case("wrong_document_type", lambda _, d: d, {"vct": ["urn:vn-mock:pid:1"]}),
    "holder-asked-for": Case(
        "key_binding_missing", lambda _, d: d, {"key_binding": ExpectedKeyBinding("somebody", "n", HOUR)}
    ),
    "document-expired": Case("expired", lambda w, _: w.printed(w.document()), {"later": 350 * DAY}),
}
CASES = ALTERED | MADE | INSIDE


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


class _GOOD:
    """The file that hypothesis edits; filled below, since it takes no fixtures of a module."""

    world: World
    data: bytes


@pytest.fixture(autouse=True, scope="module")
def _for_hypothesis(world: World, good: bytes) -> None:
    _GOOD.world, _GOOD.data = world, good


HOSTILE = {
    "deep-arrays": b"%PDF-1.7\n" + b"[" * 1_000_000,
    "deep-and-signed": b"%PDF-1.7\n" + b"<<" * 500_000 + b"/ByteRange [0 10 20 1000000]",
    "many-ranges": b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3] " * 100_000,
    "long-number": b"%PDF-1.7\n/ByteRange [0 " + b"9" * 1_000_000 + b" 1 1]",
    "spaces": b"%PDF-1.7\n/ByteRange" + b" " * 1_000_000,
    "range-over-nothing": b"%PDF-1.7\n/ByteRange [0 0 0 0]",
    "range-backwards": b"%PDF-1.7\n/ByteRange [0 30 10 28]         ",
}


def nested(depth: int, size: int = 30_000) -> bytes:
    """A file whose signature is one SEQUENCE in another."""
    inner = b""
    for _ in range(depth):
        inner = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    held = (inner + bytes(size))[:size].hex().upper().encode()
    head = b"%PDF-1.7\n/Contents "
    body = head + b"<" + held + b">"
    for length in range(1, 200):
        tail = b"/ByteRange [0 %d %d %d]" % (len(head), len(body), length)
        if len(tail) == length:
            return body + tail
    raise AssertionError


@pytest.mark.parametrize("name", [*HOSTILE, "nested-signature"])
def test_a_hostile_file_is_refused_at_once(world: World, name: str) -> None:
    """No PDF parser sees it: it never proves to be signed. A second of work would be a hundred times too much."""
    data = nested(5000) if name == "nested-signature" else HOSTILE[name]
    before = time.process_time()
    assert refused(world, data).code in INTACT_NO | {"pdf_not_signed"}
    assert time.process_time() - before < 1


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
