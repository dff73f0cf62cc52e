"""Verifying a signed PDF file (ETSI EN 319 142-1 section 6, level B-LT) and the document in it.

Offline, and independent of what made the file: signatures and certificates are checked with `cryptography`. What is
proven: an issuer on the trust list signed page and data together, at the time that the time stamp says, with a
certificate that was not revoked; and the data in it is that issuer's own document, in force now. Who holds the file
is not proven.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from idp.documents.pdf.container import Container, split
from idp.documents.pdf.contents import Contents, read_contents
from idp.documents.pdf.errors import (
    PdfEdited,
    PdfMalformed,
    PdfOtherIssuer,
    PdfTimeStampExpired,
    PdfTimeStampInvalid,
)
from idp.documents.pdf.revocation_check import RevocationLists
from idp.documents.pdf.signed_data import NotItsSignature, NotStrict, OtherAlgorithm, SignedData, read
from idp.documents.pdf.time_stamp_check import TimeStamp, check_time_stamp, may_stamp
from idp.documents.verifier.answers import Answer, Answers
from idp.documents.verifier.certificates import same_key
from idp.documents.verifier.dates import require_aware
from idp.documents.verifier.document import VerifiedDocument
from idp.documents.verifier.errors import (
    AlgorithmNotAllowed,
    CertificateExpired,
    IssuerNotTrusted,
    NotYetValid,
    VerificationError,
)
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding, NoKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import Entry, TrustList
from idp.documents.verifier.type_rules import TypeRules
from idp.documents.verifier.verify import verify


@dataclass(frozen=True)
class VerifiedPdf:
    """`document` is what the data in the file says. `signed_at` is the time stamp's time, `sd_jwt` that data."""

    document: VerifiedDocument
    signed_at: datetime
    sd_jwt: str


def verify_pdf(
    data: bytes,
    *,
    trust: TrustList,
    now: datetime,
    key_binding: ExpectedKeyBinding | NoKeyBinding = NO_KEY_BINDING,
    person: str | None = None,
    status: StatusLists | None = None,
    vct: Collection[str] | None = None,
    types: Mapping[str, TypeRules] | None = None,
    revocation_list: bytes | None = None,
    leeway: timedelta = timedelta(seconds=60),
) -> VerifiedPdf:
    """Verify a file; raise a `VerificationError` that says why it is refused.

    The expectations are those of `verifier.verify`. `revocation_list` is a newer one than the file carries, DER.
    """
    require_aware(now)
    trust.check_still_valid(now)
    with _asking(Answers(), "intact"):
        container = split(data)
        signed = _signed(container)
        stamp = check_time_stamp(signed)
    intact = Answers(intact=Answer.YES)
    with _asking(intact, "trusted"):
        entry = _signer(signed, trust)
        _check_authority(stamp, trust.root, now)
        _check_times(signed.signer, stamp, now, leeway)
    with _asking(Answers(), "intact"):  # from here on a trusted issuer's file, so it may be read as PDF
        contents = read_contents(data)
    with _asking(intact, "trusted"):
        _check_revocation(signed, stamp, contents, revocation_list, trust.root, leeway)
    document = verify(
        contents.sd_jwt, trust=trust, now=now, key_binding=key_binding, person=person, status=status, vct=vct,
        types=types, leeway=leeway,
    )  # fmt: skip
    with _asking(document.answers, "trusted"):
        if document.issuer != entry.issuer:
            raise PdfOtherIssuer("page and data have different signers")
    return VerifiedPdf(document, stamp.at, contents.sd_jwt)


@contextmanager
def _asking(answers: Answers, question: str) -> Iterator[None]:
    """Send the answers so far with an error."""
    try:
        yield
    except VerificationError as error:
        error.answers = replace(answers, **{question: error.outcome})
        raise


def _signed(container: Container) -> SignedData:
    try:
        signed = read(container.signature, "data", "v1")
        if signed.content is not None:
            raise PdfMalformed("the signature is of something else than the file")
        signed.check(container.covered)
    except OtherAlgorithm as error:
        raise AlgorithmNotAllowed(str(error)) from error
    except NotStrict as error:
        raise PdfMalformed(str(error)) from error
    except NotItsSignature as error:
        raise PdfEdited(str(error)) from error
    return signed


def _signer(signed: SignedData, trust: TrustList) -> Entry:
    """The issuer whose certificate for PDF files this is; one for SD-JWTs signs no PDF."""
    if not all(_issued_by(one, trust.root) for one in signed.certificates):
        raise IssuerNotTrusted("a certificate is not by the pinned root")
    for entry in trust.entries.values():
        if entry.pdf_certificate is not None and same_key(entry.pdf_certificate, signed.signer):
            if not _commits(signed.signer):
                raise IssuerNotTrusted("the certificate is not for signing documents")
            return entry
    raise IssuerNotTrusted("the signer is not on the trust list for PDF files")


def _check_authority(stamp: TimeStamp, root: x509.Certificate, now: datetime) -> None:
    if not all(_issued_by(one, root) for one in stamp.certificates) or not may_stamp(stamp.authority):
        raise PdfTimeStampInvalid("not by an authority of the pinned root")
    if not _valid(stamp.authority, stamp.at):
        raise PdfTimeStampInvalid("the authority's certificate was not valid then")
    if not _valid(stamp.authority, now):  # B-LT has no archive time stamp that would carry it on
        raise PdfTimeStampExpired("the authority's certificate is not valid now")


def _check_times(signer: x509.Certificate, stamp: TimeStamp, now: datetime, leeway: timedelta) -> None:
    if stamp.at > now + leeway:
        raise NotYetValid("signed in the future")
    if not _valid(signer, stamp.at):
        raise CertificateExpired("the signer's certificate was not valid when it signed")


def _check_revocation(
    signed: SignedData,
    stamp: TimeStamp,
    contents: Contents,
    newer: bytes | None,
    root: x509.Certificate,
    leeway: timedelta,
) -> None:
    RevocationLists(root, contents.revocation_lists).require_for(stamp.at, leeway)
    known = RevocationLists(root, (*contents.revocation_lists, *(() if newer is None else (newer,))))
    known.check_authority(stamp.authority, stamp.at)
    known.check_signer(signed.signer, stamp.at)


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _valid(certificate: x509.Certificate, moment: datetime) -> bool:
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def _commits(certificate: x509.Certificate) -> bool:
    """Its signatures bind the signer (RFC 5280 section 4.2.1.3), and it is no authority."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return usage.content_commitment and not basic.ca
