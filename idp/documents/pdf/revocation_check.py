"""Revocation lists of the pinned root (RFC 5280 section 6.3): those in the file, and a newer one at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from idp.documents.pdf.errors import PdfRevocationUnknown, PdfSignerRevoked, PdfTimeStampRevoked

_KNOWN = (x509.AuthorityKeyIdentifier, x509.CRLNumber)
#: After these, what the authority stamped before stays good (RFC 3161 section 4, 1).
_HARMLESS = frozenset(
    {x509.ReasonFlags.affiliation_changed, x509.ReasonFlags.superseded, x509.ReasonFlags.cessation_of_operation}
)


class RevocationLists:
    """Lists that the root signed."""

    def __init__(self, root: x509.Certificate, lists: Iterable[bytes]) -> None:
        """Raises PdfRevocationUnknown where one is not the root's."""
        self.lists: Sequence[x509.CertificateRevocationList] = [_read(one, root) for one in lists]

    def require_for(self, moment: datetime, leeway: timedelta) -> None:
        """RFC 5280 section 6.3.3: one that was current then. Raises PdfRevocationUnknown."""
        for one in self.lists:
            end = one.next_update_utc
            if end is not None and one.last_update_utc - leeway <= moment < end:
                return
        raise PdfRevocationUnknown("no revocation list was current when it was signed")

    def check_signer(self, certificate: x509.Certificate, signed_at: datetime) -> None:
        """What was signed before the revocation stays signed: the time stamp proves that it was before."""
        if any(entry.revocation_date_utc <= signed_at for entry in self._entries(certificate)):
            raise PdfSignerRevoked("revoked when it signed")

    def check_authority(self, certificate: x509.Certificate, stamped_at: datetime) -> None:
        """A stolen key can stamp any time, so only harmless reasons leave older stamps good (RFC 3161 section 4)."""
        for entry in self._entries(certificate):
            if _reason(entry) not in _HARMLESS or entry.revocation_date_utc <= stamped_at:
                raise PdfTimeStampRevoked("the time-stamp authority's certificate is revoked")

    def _entries(self, certificate: x509.Certificate) -> Iterable[x509.RevokedCertificate]:
        for one in self.lists:
            entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is not None:
                yield entry


def _read(data: bytes, root: x509.Certificate) -> x509.CertificateRevocationList:
    try:
        found = x509.load_der_x509_crl(data)
        key = root.public_key()
        known = all(isinstance(one.value, _KNOWN) for one in found.extensions)
        good = known and found.issuer == root.subject and isinstance(key, ec.EllipticCurvePublicKey)
        if good and found.is_signature_valid(key):  # type: ignore[arg-type]
            return found
    except Exception as error:  # `cryptography` has no common base
        raise PdfRevocationUnknown("a revocation list cannot be read") from error
    raise PdfRevocationUnknown("a revocation list is not the root's")


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None
