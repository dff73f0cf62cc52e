"""Certificates for what is printed and kept: one an issuer to sign PDF files with (RFC 9336), one for the mock
time-stamp authority (RFC 3161 section 2.3). A key has one use: none of them signs an SD-JWT.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from idp import certificates, revocation
from idp.certificates import Credentials

YEAR = timedelta(days=365)
SIGNER_LIFE, SIGNER_RENEWAL = 5 * YEAR, YEAR
#: A paper is good for five years at most, and can be checked as long as its time stamp's certificate lives.
TIME_STAMPER_LIFE, TIME_STAMPER_RENEWAL = 10 * YEAR, 6 * YEAR
#: Clocks differ.
BACKDATED = timedelta(days=1)
TIME_STAMPER = "time-stamp-authority"
TIME_STAMPER_NAME = ("Dấu thời gian MÔ PHỎNG / MOCK time stamps", "mock-vneid (MÔ PHỎNG / MOCK)")
TIME_STAMPER_URI = "https://time-stamps.vn-mock.example"
#: id-kp-documentSigning (RFC 9336 section 3).
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")


def signer(keys_dir: Path, issuer_id: str) -> Credentials:
    """What an issuer signs PDF files with. Raises KeysMissing."""
    return certificates.load(_signer_base(keys_dir, issuer_id))


def time_stamper(keys_dir: Path) -> Credentials:
    """What the time-stamp authority signs with. Raises KeysMissing."""
    return certificates.load(keys_dir / TIME_STAMPER)


def make_signer(
    keys_dir: Path,
    authority: Credentials,
    issuer_id: str,
    title: tuple[str, ...],
    uri: str,
    now: datetime,
    point: str | None,
) -> None:
    """Make or renew an issuer's certificate for PDF files; `point` is where the revocation list is published."""
    base = _signer_base(keys_dir, issuer_id)
    _lay_down(keys_dir, base)
    if not _good(base, authority, now + SIGNER_RENEWAL, point):
        purpose = x509.ExtendedKeyUsage([DOCUMENT_SIGNING])
        _make(base, authority, title, uri, (now - BACKDATED, now + SIGNER_LIFE), point, purpose, critical=False)


def make_time_stamper(keys_dir: Path, authority: Credentials, now: datetime, point: str | None) -> None:
    """Make or renew the time-stamp authority's certificate."""
    base = keys_dir / TIME_STAMPER
    _lay_down(keys_dir, base)
    # The root may end before: then as long as the root.
    until = min(now + TIME_STAMPER_RENEWAL, authority.certificate.not_valid_after_utc - BACKDATED)
    if not _good(base, authority, until, point):
        life = (now - BACKDATED, now + TIME_STAMPER_LIFE)
        # RFC 3161 2.3: this purpose alone, and critical.
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        _make(base, authority, TIME_STAMPER_NAME, TIME_STAMPER_URI, life, point, purpose, critical=True)


def _signer_base(keys_dir: Path, issuer_id: str) -> Path:
    return keys_dir / "issuers" / f"{issuer_id}-pdf"


def _lay_down(keys_dir: Path, base: Path) -> None:
    """A key whose certificate was revoked is never used again."""
    found = certificates.existing(base)
    if found is not None and found.certificate.serial_number in {one.serial for one in revocation.revoked(keys_dir)}:
        for suffix in (".key", ".pem"):
            base.with_suffix(suffix).unlink()


def _good(base: Path, authority: Credentials, until: datetime, point: str | None) -> bool:
    found = certificates.existing(base)
    if found is None or not certificates.usable(found, authority, until):
        return False
    return point is None or certificates.points(found.certificate) == point


def _make(
    base: Path,
    authority: Credentials,
    title: tuple[str, ...],
    uri: str,
    life: tuple[datetime, datetime],
    point: str | None,
    purpose: x509.ExtendedKeyUsage,
    *,
    critical: bool,
) -> None:
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
    key = certificates.private_key(base)
    builder = certificates.end_entity(title, names, key, authority, life, commits=not critical)
    builder = builder.add_extension(purpose, critical=critical)
    if point is not None:
        places = [x509.DistributionPoint([x509.UniformResourceIdentifier(point)], None, None, None)]
        builder = builder.add_extension(x509.CRLDistributionPoints(places), critical=False)
    certificates.save(base, builder, authority)
