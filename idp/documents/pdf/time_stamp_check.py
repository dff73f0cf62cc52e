"""The time stamp on a signature (RFC 3161 section 2.4.2, ETSI EN 319 122-1 section 5.3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from idp.documents.pdf.errors import PdfTimeStampInvalid, PdfTimeStampMissing
from idp.documents.pdf.signed_data import NotItsSignature, NotStrict, SignedData, read

ATTRIBUTE = "signature_time_stamp_token"


@dataclass(frozen=True)
class TimeStamp:
    """When, by whom. Whether that authority is trusted is not said by this."""

    at: datetime
    authority: x509.Certificate
    certificates: tuple[x509.Certificate, ...]


def check_time_stamp(signed: SignedData) -> TimeStamp:
    """Raises PdfTimeStampMissing, PdfTimeStampInvalid."""
    if not signed.unsigned:
        raise PdfTimeStampMissing("no unsigned attribute")
    if set(signed.unsigned) != {ATTRIBUTE}:  # nothing else, since nothing covers it
        raise PdfTimeStampInvalid("an unsigned attribute that is no time stamp")
    try:
        token = read(signed.unsigned[ATTRIBUTE].dump(), "tst_info", "v3")
        if token.content is None or token.unsigned:
            raise PdfTimeStampInvalid("a time stamp without its content")
        token.check(token.content)
        return TimeStamp(_time(token.content, signed.signature), token.signer, token.certificates)
    except (NotStrict, NotItsSignature) as error:
        raise PdfTimeStampInvalid(str(error)) from error


def may_stamp(authority: x509.Certificate) -> bool:
    """RFC 3161 section 2.3: for time stamps alone, and critical."""
    try:
        purpose = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return False
    return purpose.critical and list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _time(content: bytes, signature: bytes) -> datetime:
    from asn1crypto import tsp

    stamp = tsp.TSTInfo.load(content, strict=True)
    imprint = stamp["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise PdfTimeStampInvalid("another digest")
    if imprint["hashed_message"].native != hashlib.sha256(signature).digest():
        raise PdfTimeStampInvalid("made for another signature")
    if stamp["extensions"].native:
        raise PdfTimeStampInvalid("with extensions")
    at = stamp["gen_time"].native
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise PdfTimeStampInvalid("without a time")
    return at
