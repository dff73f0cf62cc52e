"""PDF files to be refused, and with what: altered on their way, made by others, or about something else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID
from pdf_world import Forge, World, apart, blank_page

from idp import paper_certificates, pki
from idp.documents.pdf.container import split
from idp.documents.pdf.names import MAX_SIZE
from idp.documents.verifier.key_binding import ExpectedKeyBinding

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """How the file comes to be, and what it is refused with. `good` is the wallet's own file, to be altered."""

    code: str
    make: Callable[[World, bytes], bytes]
    options: dict[str, Any] = field(default_factory=dict)


def incremental(data: bytes) -> bytes:
    """A further revision, as any PDF editor writes it: everything that was signed is still there."""
    from pyhanko.pdf_utils.generic import pdf_name, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root[pdf_name("/Lang")] = pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def countersigned(data: bytes, world: World) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    from idp.documents.pdf import signing

    meta = signers.PdfSignatureMetadata(field_name="Other", md_algorithm="sha256")
    signer = signing.signer_of(world.signer("social-insurance"))
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    making = signers.PdfSigner(meta, signer, new_field_spec=fields.SigFieldSpec("Other"))
    made = apart(making.sign_pdf, writer)
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
