"""The mock root's certificate revocation list (RFC 5280 section 5).

Kept in the key folder and made anew when half of its life is over or a certificate was revoked; every new one has
a greater number, so that an old one can be told (5.2.3).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from idp import certificates, key_files
from idp.certificates import Credentials, KeysMissing

FILE, REVOKED = "root.crl", "revoked.json"
PATH = f"/crl/{FILE}"
MEDIA_TYPE = "application/pkix-crl"
LIFETIME = timedelta(days=7)
REASONS = ("unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation")


@dataclass(frozen=True)
class Revoked:
    """One certificate that counts no more from `at` on; `reason` is one of REASONS."""

    serial: int
    at: datetime
    reason: str


def address(provider: str) -> str:
    """Where the list is published: what certificates name as their distribution point."""
    return f"{provider}{PATH}"


def current(keys_dir: Path, now: datetime) -> bytes:
    """The list as DER. Raises KeysMissing."""
    root = certificates.load(keys_dir / "root")
    found = _found(keys_dir, root, now)
    if found is None:
        with key_files.locked(keys_dir):
            found = _found(keys_dir, root, now) or _make(keys_dir, root, now)
    return found.public_bytes(Encoding.DER)


def revoke(keys_dir: Path, certificate: x509.Certificate, now: datetime, reason: str) -> None:
    """Put a certificate on the list, once; the first date stays. Raises KeysMissing, ValueError (no such reason)."""
    if reason not in REASONS:
        raise ValueError(reason)
    with key_files.locked(keys_dir):
        known = {one.serial: one for one in revoked(keys_dir)}
        known.setdefault(certificate.serial_number, Revoked(certificate.serial_number, now, reason))
        rows = [{"serial": f"{i.serial:x}", "at": i.at.isoformat(), "reason": i.reason} for i in known.values()]
        key_files.write(keys_dir / REVOKED, json.dumps(rows, indent=2).encode(), key_files.PUBLIC)
    current(keys_dir, now)


def revoked(keys_dir: Path) -> Sequence[Revoked]:
    """What was revoked. Raises KeysMissing where the file cannot be read: a revocation is never forgotten."""
    path = keys_dir / REVOKED
    try:
        rows = json.loads(path.read_bytes())
        return [Revoked(int(row["serial"], 16), datetime.fromisoformat(row["at"]), row["reason"]) for row in rows]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        raise KeysMissing(f"{path} cannot be read: mend it, or restore it from a copy") from error


def _found(keys_dir: Path, root: Credentials, now: datetime) -> x509.CertificateRevocationList | None:
    found = _read(keys_dir, root)
    if found is None or found.next_update_utc is None:
        return None
    fresh = found.last_update_utc <= now < found.next_update_utc - LIFETIME / 2
    same = {one.serial_number for one in found} == {one.serial for one in revoked(keys_dir)}
    return found if fresh and same else None


def _read(keys_dir: Path, root: Credentials) -> x509.CertificateRevocationList | None:
    """The list on file, if this root signed it."""
    try:
        found = x509.load_der_x509_crl((keys_dir / FILE).read_bytes())
        return found if found.is_signature_valid(_public(root)) else None
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _make(keys_dir: Path, root: Credentials, now: datetime) -> x509.CertificateRevocationList:
    key = root.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
    above = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(certificates.identifier(root.certificate))
    builder = (
        x509.CertificateRevocationListBuilder(root.certificate.subject, now, now + LIFETIME)
        .add_extension(above, critical=False)
        .add_extension(x509.CRLNumber(_number(_read(keys_dir, root)) + 1), critical=False)
    )
    for one in revoked(keys_dir):
        builder = builder.add_revoked_certificate(_entry(one))
    made = builder.sign(key, hashes.SHA256())
    key_files.write(keys_dir / FILE, made.public_bytes(Encoding.DER), key_files.PUBLIC)
    return made


def _entry(one: Revoked) -> x509.RevokedCertificate:
    entry = x509.RevokedCertificateBuilder(one.serial, one.at)
    if one.reason != "unspecified":  # RFC 5280 5.3.1: then left out
        entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags(one.reason)), critical=False)
    return entry.build()


def _number(found: x509.CertificateRevocationList | None) -> int:
    if found is None:
        return 0
    return found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def _public(root: Credentials) -> ec.EllipticCurvePublicKey:
    key = root.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101
    return key
