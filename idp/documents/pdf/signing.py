"""Signing a certificate as PAdES B-LT (ETSI EN 319 142-1 section 6) with pyHanko: signature, time stamp, revocation
list and the SD-JWT in one revision, so that the one signature covers the whole file.

Loaded when a file is asked for, not before: pyHanko is slow to import.
"""

from __future__ import annotations

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import crl, keys, tsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from idp.certificates import Credentials
from idp.documents.pdf import time_stamps
from idp.documents.pdf.drawing import Drawn
from idp.documents.pdf.names import ATTACHMENT, FIELD, MEDIA_TYPE, RELATIONSHIP
from idp.documents.pdf.structure import add_structure

# It warns that nothing is fetched; nothing is meant to be.
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)

#: A list made this very second is not from the future, whoever's clock is a little behind.
CLOCK_TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Signing:
    """Who signs, who stamps the time, and what says that neither is revoked (a CRL, DER) under which root."""

    signer: Credentials
    time_stamper: Credentials
    root: pyca.Certificate
    revocation_list: bytes


def sign(drawn: Drawn, sd_jwt: str, signing: Signing, now: datetime) -> bytes:
    """The whole file."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(drawn.data)))
    add_structure(writer, drawn.marks)
    writer.root[generic.pdf_name("/ViewerPreferences")] = generic.DictionaryObject(
        {generic.pdf_name("/DisplayDocTitle"): generic.BooleanObject(True)}
    )
    writer.document_meta.created = writer.document_meta.last_modified = now
    _embed(writer, sd_jwt, now)
    signer = signers.PdfSigner(
        _metadata(signing, now),
        signer_of(signing.signer),
        timestamper=_Stamper(signing.time_stamper, now),
        new_field_spec=fields.SigFieldSpec(FIELD),
    )
    # In a thread of its own: pyHanko starts an event loop, and the caller's thread may be running one.
    with ThreadPoolExecutor(1) as apart:
        signed: io.BytesIO = apart.submit(signer.sign_pdf, writer).result()
    return signed.getvalue()


def signer_of(credentials: Credentials) -> signers.SimpleSigner:
    """With its own certificate and no other: nothing covers what stands beside it."""
    store = SimpleCertificateStore()
    return signers.SimpleSigner(_certificate(credentials.certificate), _key(credentials), store, embed_roots=False)


def _metadata(signing: Signing, now: datetime) -> signers.PdfSignatureMetadata:
    context = ValidationContext(
        trust_roots=[_certificate(signing.root)],
        crls=[crl.CertificateList.load(signing.revocation_list)],
        other_certs=[_certificate(signing.time_stamper.certificate)],
        moment=now,
        time_tolerance=CLOCK_TOLERANCE,
        revocation_mode="require",
        allow_fetching=False,
    )
    return signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=True,
        validation_context=context,
        dss_settings=DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
        reason="MÔ PHỎNG / MOCK",
    )


def _embed(writer: Any, sd_jwt: str, now: datetime) -> None:
    data = sd_jwt.encode("ascii")
    params = embed.EmbeddedFileParams(creation_date=now, modification_date=now)
    held = embed.EmbeddedFileObject.from_file_data(writer, data, compress=False, params=params, mime_type=MEDIA_TYPE)
    embed.embed_file(
        writer,
        embed.FileSpec(
            ATTACHMENT,
            file_name=ATTACHMENT,
            embedded_data=held,
            description="Dữ liệu có chữ ký / signed data (SD-JWT VC)",
            af_relationship=generic.pdf_name(RELATIONSHIP),
        ),
    )


class _Stamper(TimeStamper):
    """The provider's own authority, asked without a network."""

    def __init__(self, authority: Credentials, now: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.authority, self.now = authority, now

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return time_stamps.respond(req, self.authority, self.now)


def _certificate(certificate: pyca.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _key(credentials: Credentials) -> keys.PrivateKeyInfo:
    key = credentials.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
    return keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
