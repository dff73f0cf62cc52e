"""Writing a PDF as a plan has it, with reportlab and pyHanko.

Loaded when a file is asked for, not before. Unlike the wallet's own maker nothing is validated before it is signed.
"""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asn1crypto import algos, tsp
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper

from idp import paper_certificates
from idp.certificates import Credentials
from idp.documents.faults.paper_certificates import revocation_list
from idp.documents.faults.paper_plan import PaperPlan, Stamping
from idp.documents.faults.world import World
from idp.documents.pdf import drawing, form, printing, signing, time_stamps
from idp.documents.pdf.names import FIELD, MEDIA_TYPE
from idp.documents.pdf.structure import add_structure


def write(world: World, plan: PaperPlan, sd_jwt: str) -> bytes:
    """The whole file."""
    writer = _drawn(world, plan)
    for name, relationship in plan.attachments:
        _attach(writer, name, relationship, sd_jwt)
    lists = (revocation_list(world),) if plan.revocation_lists is None else plan.revocation_lists
    if lists:
        _store(writer, lists)
    if plan.unsigned:
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()
    signer = plan.signer or paper_certificates.signer(world.keys_dir, world.subject.issuer_id)
    stamper = None if plan.stamping.absent else _Stamper(world, plan.stamping)
    return _signed(writer, signer, stamper, plan.digest, FIELD)


def countersigned(data: bytes, signer: Credentials) -> bytes:
    """A second signature in a further revision, as any PDF program adds it."""
    return _signed(IncrementalPdfFileWriter(io.BytesIO(data)), signer, None, "sha256", "Other")


def continued(data: bytes) -> bytes:
    """A further revision, as any PDF editor writes it: all that was signed is still there."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root[pdf_name("/Lang")] = generic.pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def without_revocations(data: bytes) -> bytes:
    """A further revision, in which the revocation lists are there no more."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    del writer.root["/DSS"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawn(world: World, plan: PaperPlan) -> Any:
    subject = plan.page or world.subject
    made = form.certificate(
        subject.kind,
        world.issuers.profile(subject.issuer_id).name,
        world.claims(subject),
        expires_at=world.now + subject.kind.validity,
        now=world.now,
    )
    drawn = drawing.draw(made, note=form.Both(printing.NOTE_VI, printing.NOTE_EN))
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(drawn.data)))
    add_structure(writer, drawn.marks)
    writer.document_meta.created = writer.document_meta.last_modified = world.now
    return writer


def _attach(writer: Any, name: str, relationship: str, sd_jwt: str) -> None:
    held = embed.EmbeddedFileObject.from_file_data(writer, sd_jwt.encode(), compress=False, mime_type=MEDIA_TYPE)
    spec = embed.FileSpec(name, file_name=name, embedded_data=held, af_relationship=pdf_name(relationship))
    embed.embed_file(writer, spec)


def _store(writer: Any, lists: tuple[bytes, ...]) -> None:
    """The document security store (ETSI EN 319 142-1 section 5.4.2)."""
    streams = [writer.add_object(generic.StreamObject(stream_data=one)) for one in lists]
    store = generic.DictionaryObject({pdf_name("/CRLs"): generic.ArrayObject(streams)})
    writer.root[pdf_name("/DSS")] = writer.add_object(store)


def _signed(writer: Any, signer: Credentials, stamper: TimeStamper | None, digest: str, field: str) -> bytes:
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=fields.SigSeedSubFilter.PADES,
        signer_key_usage=set(),
        reason="MÔ PHỎNG / MOCK",
    )
    making = signers.PdfSigner(
        metadata, signing.signer_of(signer), timestamper=stamper, new_field_spec=fields.SigFieldSpec(field)
    )
    with ThreadPoolExecutor(1) as apart:  # pyHanko starts an event loop, and the caller's thread may be running one
        done: io.BytesIO = apart.submit(making.sign_pdf, writer).result()
    return done.getvalue()


class _Stamper(TimeStamper):
    """An authority that stamps as the plan has it."""

    def __init__(self, world: World, stamping: Stamping) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.authority = stamping.authority or paper_certificates.time_stamper(world.keys_dir)
        self.at, self.over = world.now + stamping.at, stamping.over

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        imprint = req["message_imprint"]
        if (
            self.over is not None or imprint["hash_algorithm"]["algorithm"].native == "sha1"
        ):  # which it does not stamp
            imprint["hash_algorithm"] = algos.DigestAlgorithm({"algorithm": "sha256"})
            imprint["hashed_message"] = hashlib.sha256(self.over or b"").digest()
        return time_stamps.respond(req, self.authority, self.at)
