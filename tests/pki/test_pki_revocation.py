"""The mock root's revocation list and the certificates for papers (RFC 5280 sections 4.2 and 5, RFC 3161 2.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from idp import paper_certificates, pki, revocation
from idp.certificates import KeysMissing

PROVIDER = "http://localhost:5000"
POINT = f"{PROVIDER}/crl/root.crl"


def load(keys_dir: Path, now: datetime) -> x509.CertificateRevocationList:
    found = x509.load_der_x509_crl(revocation.current(keys_dir, now))
    assert found.is_signature_valid(pki.root(keys_dir).certificate.public_key())
    assert found.issuer == pki.root(keys_dir).certificate.subject
    return found


def number(found: x509.CertificateRevocationList) -> int:
    return found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def test_the_list_is_kept_and_made_anew_in_time(keys_dir: Path, now: datetime) -> None:
    """The same octets for half of its life, then a greater number; a reader never meets one past its nextUpdate."""
    first = load(keys_dir, now)
    assert (len(first), number(first)) == (0, 1)
    soon = now + revocation.LIFETIME / 2 - timedelta(minutes=1)
    assert revocation.current(keys_dir, soon) == revocation.current(keys_dir, now)
    later = now + revocation.LIFETIME / 2
    second = load(keys_dir, later)
    assert number(second) == 2
    assert second.next_update_utc == later + revocation.LIFETIME


def test_a_revoked_certificate_is_on_it_at_once(keys_dir: Path, now: datetime) -> None:
    """With date and reason, which stay as they were first said."""
    load(keys_dir, now)
    certificate = paper_certificates.signer(keys_dir, "police-ministry").certificate
    revocation.revoke(keys_dir, certificate, now, "keyCompromise")
    revocation.revoke(keys_dir, certificate, now + timedelta(days=1), "superseded")
    entry = load(keys_dir, now + timedelta(days=1)).get_revoked_certificate_by_serial_number(
        certificate.serial_number
    )
    assert entry is not None
    assert entry.revocation_date_utc == now
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.key_compromise


def test_an_unspecified_reason_is_left_out(keys_dir: Path, now: datetime) -> None:
    """RFC 5280 5.3.1."""
    certificate = paper_certificates.time_stamper(keys_dir).certificate
    revocation.revoke(keys_dir, certificate, now, "unspecified")
    entry = load(keys_dir, now).get_revoked_certificate_by_serial_number(certificate.serial_number)
    assert entry is not None
    assert len(entry.extensions) == 0
    with pytest.raises(ValueError, match="certificateHold"):
        revocation.revoke(keys_dir, certificate, now, "certificateHold")


def test_a_revoked_certificate_is_made_anew(keys_dir: Path, now: datetime) -> None:
    """`keys init` then gives its owner another one, with another key."""
    old = paper_certificates.signer(keys_dir, "police-ministry").certificate
    revocation.revoke(keys_dir, old, now, "keyCompromise")
    pki.init(keys_dir, now)
    fresh = paper_certificates.signer(keys_dir, "police-ministry").certificate
    assert fresh.public_key() != old.public_key()
    assert paper_certificates.signer(keys_dir, "social-insurance").certificate.serial_number != fresh.serial_number


@pytest.mark.parametrize("spoiled", [b"", b"no list"])
def test_a_spoiled_list_is_replaced(keys_dir: Path, now: datetime, spoiled: bytes) -> None:
    (keys_dir / revocation.FILE).write_bytes(spoiled)
    assert number(load(keys_dir, now)) == 1


def test_a_list_of_another_root_is_replaced(keys_dir: Path, tmp_path: Path, now: datetime) -> None:
    pki.init(tmp_path / "other", now)
    (keys_dir / revocation.FILE).write_bytes(revocation.current(tmp_path / "other", now))
    load(keys_dir, now)


@pytest.mark.parametrize("spoiled", ["", "[{}]", "{", '[{"serial": 1}]'])
def test_no_revocation_is_forgotten(keys_dir: Path, now: datetime, spoiled: str) -> None:
    """A register that cannot be read stops everything: an empty list would acquit the revoked."""
    (keys_dir / revocation.REVOKED).write_text(spoiled)
    with pytest.raises(KeysMissing):
        revocation.current(keys_dir, now)


def test_what_the_certificates_are_for(keys_dir: Path, now: datetime) -> None:
    """PDF files: commitment and document signing. Time stamps: that alone, critical."""
    pki.init(keys_dir, now, PROVIDER)
    for issuer in pki.issuer_profiles():
        certificate = paper_certificates.signer(keys_dir, issuer).certificate
        certificate.verify_directly_issued_by(pki.root(keys_dir).certificate)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.content_commitment
        purpose = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert list(purpose) == [paper_certificates.DOCUMENT_SIGNING]
        assert certificate.public_key() != pki.issuer(keys_dir, issuer).certificate.public_key()
    stamper = paper_certificates.time_stamper(keys_dir).certificate
    found = stamper.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert found.critical
    assert list(found.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_a_moved_provider_moves_the_distribution_point(keys_dir: Path, now: datetime) -> None:
    """The certificate is renewed, its key stays, and a second run changes nothing."""
    key = paper_certificates.time_stamper(keys_dir).certificate.public_key()
    pki.init(keys_dir, now, PROVIDER)
    moved = paper_certificates.time_stamper(keys_dir).certificate
    point = moved.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0].full_name
    assert point is not None
    assert point[0].value == POINT
    assert moved.public_key() == key
    pki.init(keys_dir, now, PROVIDER)
    assert paper_certificates.time_stamper(keys_dir).certificate == moved


def test_near_their_end_they_are_renewed(keys_dir: Path, now: datetime) -> None:
    """With the same key. The time stamper's lives as long as the root, which nothing outlives."""
    signer, stamper = (
        paper_certificates.signer(keys_dir, "police-ministry"),
        paper_certificates.time_stamper(keys_dir),
    )
    pki.init(keys_dir, now + timedelta(days=4 * 365 + 30))
    renewed = paper_certificates.signer(keys_dir, "police-ministry")
    assert renewed.certificate != signer.certificate
    assert renewed.certificate.public_key() == signer.certificate.public_key()
    assert paper_certificates.time_stamper(keys_dir).certificate == stamper.certificate
