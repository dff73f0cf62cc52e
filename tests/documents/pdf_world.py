"""Signed PDF files for tests, good ones and all kinds of bad ones, without a database."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import crl, tsp
from issuing_support import CONTENT, HOLDER, NUMBER, PERSON, PROVIDER, trust
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext

from idp import certificates, paper_certificates, pki, revocation
from idp.certificates import Credentials
from idp.documents.document import Document, DocumentStatus
from idp.documents.document_types import document_types
from idp.documents.issuers import Issuers
from idp.documents.pdf import printing, signing, time_stamps
from idp.documents.pdf.verification import VerifiedPdf, verify_pdf
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.vc import issue_vc
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.status_list import encode_status_list

STATUS_URI = f"{PROVIDER}/status-lists/test/1"
ALL = frozenset({"birthdate", "sex", "birthplace", "nationality", "residence", "history"})


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """In a thread of its own: pyHanko starts an event loop, and a browser of the tests runs one in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *given).result()


@dataclass(frozen=True)
class World:
    """A key folder at a time."""

    keys_dir: Path
    now: datetime

    def document(
        self, type_id: str = "judicial-record-1", *, issuer_id: str | None = None, **claims: object
    ) -> Document:
        """As the holder's wallet has it; `issuer_id` another signer than the right one."""
        kind = document_types().by_id(type_id)
        right, content = CONTENT[type_id]
        profile = pki.issuer_profiles()[issuer_id or right]
        told = {
            **PERSON,
            "issuing_authority": profile.name["vi"],
            **content,
            "date_of_issuance": "2026-11-02",
            **claims,
        }
        issued, expires = datetime(2026, 11, 1, 17, tzinfo=UTC), datetime(2027, 11, 1, 17, tzinfo=UTC)
        moments = {"iat": int(issued.timestamp()), "exp": int(expires.timestamp())}
        status = {"status_list": {"idx": 0, "uri": STATUS_URI}}
        credentials = pki.issuer(self.keys_dir, profile.id)
        sd_jwt = issue_vc(
            {"iss": profile.uri, **moments, "vct": kind.vct, "status": status, **told},
            disclosable=[path for path in kind.disclosable if path[0] in told],
            key=credentials.key,
            chain=[credentials.certificate],
        )
        return Document(
            "1" * 32, HOLDER, kind.vct, kind, sd_jwt, profile.id, str(told[kind.number_claim]), issued, expires,
            self.now, DocumentStatus.VALID,
        )  # fmt: skip

    def printed(self, document: Document | None = None, chosen: frozenset[str] = ALL) -> bytes:
        """A file as the wallet makes it."""
        issuers = Issuers(self.keys_dir)
        return printing.make_pdf(issuers, self.keys_dir, document or self.document(), chosen, self.now).pdf

    def status(self, value: int = 0) -> StatusLists:
        """The status list, with this value for the document."""
        credentials = pki.issuer(self.keys_dir, "police-ministry")
        x5c = Issuers(self.keys_dir).x5c("police-ministry")
        payload = {
            "iss": pki.issuer_profiles()["police-ministry"].uri,
            "sub": STATUS_URI,
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + timedelta(hours=12)).timestamp()),
            "status_list": {"bits": 2, "lst": encode_status_list(bytes([value, 0, 0, 0]), 2)},
        }
        return StatusLists({STATUS_URI: sign({"typ": "statuslist+jwt", "x5c": x5c}, payload, credentials.key)})

    def verify(self, data: bytes, *, later: timedelta = timedelta(), value: int = 0, **options: Any) -> VerifiedPdf:
        now = self.now + later
        wanted = {"person": NUMBER, "status": self.status(value), **options}
        return verify_pdf(data, trust=trust(self.keys_dir, now), now=now, **wanted)

    def signer(self, issuer_id: str = "police-ministry") -> Credentials:
        return paper_certificates.signer(self.keys_dir, issuer_id)

    def certified(
        self, key_of: Credentials, life: tuple[timedelta, timedelta], purpose: Any, *, commits: bool
    ) -> Credentials:
        """Another certificate of the mock root for the same key."""
        import cryptography.x509 as x509

        names = key_of.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        moments = (self.now + life[0], self.now + life[1])
        root = pki.root(self.keys_dir)
        made = certificates.end_entity(
            ("A", "B"), names, key_of.key.private_key, root, moments, commits=commits
        ).add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        from cryptography.hazmat.primitives import hashes

        return Credentials(key_of.key, made.sign(root.key.private_key, hashes.SHA256()))


@dataclass
class Forge:
    """A file made otherwise than the wallet makes it; what is left alone is as it should be."""

    world: World
    document: Document | None = None
    signer: Credentials | None = None
    stamper: Credentials | None = None
    stamped_at: timedelta = timedelta()
    stamped_digest: bytes | None = None
    time_stamp: bool = True
    revocation_list: bool = True
    attachments: Mapping[str, str] = field(default_factory=lambda: {"document.sd-jwt": "/Data"})

    def make(self) -> bytes:
        world = self.world
        document = self.document or world.document()
        reader = PdfFileReader(io.BytesIO(blank_page()))
        writer = copy_into_new_writer(reader)
        for name, relationship in self.attachments.items():
            _attach(writer, name, document.sd_jwt, relationship)
        signer = self.signer or world.signer()
        making = signers.PdfSigner(
            self._metadata(),
            signing.signer_of(signer),
            timestamper=_Stamper(self) if self.time_stamp else None,
            new_field_spec=fields.SigFieldSpec("Issuer"),
        )
        signed: bytes = apart(making.sign_pdf, writer).getvalue()
        return signed

    def _metadata(self) -> signers.PdfSignatureMetadata:
        store, moment = self.revocation_list, self.world.now
        context = ValidationContext(
            trust_roots=[signing._certificate(pki.root(self.world.keys_dir).certificate)],
            crls=[crl.CertificateList.load(revocation.current(self.world.keys_dir, moment))],
            other_certs=[signing._certificate(self.authority.certificate)],
            moment=moment,
            revocation_mode="soft-fail",
            allow_fetching=False,
        )
        return signers.PdfSignatureMetadata(
            field_name="Issuer",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=store,
            validation_context=context if store else None,
            signer_key_usage={"digital_signature"},
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        )

    @property
    def authority(self) -> Credentials:
        return self.stamper or paper_certificates.time_stamper(self.world.keys_dir)


class _Stamper(TimeStamper):
    def __init__(self, forge: Forge) -> None:
        super().__init__()
        self.forge = forge

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        if self.forge.stamped_digest is not None:
            req["message_imprint"]["hashed_message"] = self.forge.stamped_digest
        return time_stamps.respond(req, self.forge.authority, self.forge.world.now + self.forge.stamped_at)

    async def validation_paths(self, validation_context: Any) -> Any:
        """Nothing of it is asked: a bad authority is what some tests are about."""
        for path in ():
            yield path


def _attach(writer: Any, name: str, text: str, relationship: str) -> None:
    from pyhanko.pdf_utils import embed

    held = embed.EmbeddedFileObject.from_file_data(writer, text.encode(), compress=False)
    spec = embed.FileSpec(name, file_name=name, embedded_data=held, af_relationship=generic.pdf_name(relationship))
    embed.embed_file(writer, spec)


def blank_page() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(100, 700, "MOCK")
    canvas.save()
    return out.getvalue()
