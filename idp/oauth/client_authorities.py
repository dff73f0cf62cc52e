"""The authorities whose certificates clients authenticate with: what one must be, and why a certificate is of none.

RFC 5280 4.2.1: what an authority's own certificate lacks is told when the provider starts, by its name. A client
would be refused for it otherwise, and nobody would know why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from idp.oauth import clock_skew


def fault(authority: x509.Certificate) -> str | None:
    """What keeps it from issuing a certificate that we accept, or None."""
    if not _is_authority(authority):
        return "is no authority's: it lacks critical basicConstraints with CA:TRUE (RFC 5280 4.2.1.9)"
    try:
        signs = authority.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        signs = False
    return None if signs else "lacks keyUsage with keyCertSign (RFC 5280 4.2.1.3)"


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    return found.value.ca and found.critical


def why_not(leaf: x509.Certificate, authorities: Sequence[x509.Certificate], now: datetime) -> str:
    """For the operator's log: of a certificate that was refused, the reason."""
    if leaf.version is not x509.Version.v3:
        return "the certificate is of X.509 version 1, and version 3 is needed"
    if now > leaf.not_valid_after_utc:
        return clock_skew.past("the notAfter of the certificate", leaf.not_valid_after_utc, now)
    if now < leaf.not_valid_before_utc:
        return clock_skew.ahead("the notBefore of the certificate", leaf.not_valid_before_utc, now)
    issuer = next((authority for authority in authorities if _issued(leaf, authority)), None)
    if issuer is None:
        return "the certificate is not issued by a configured authority"
    if not issuer.not_valid_before_utc <= now <= issuer.not_valid_after_utc:
        return "the certificate of the authority that issued the client's is not in force"
    return "the certificate does not fit that of the authority that issued it (RFC 5280 6)"


def _issued(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
