"""The mock root and the certificates under it (RFC 5280, HAIP 1.0 section 6.1.1)."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from idp import certificates, pki
from idp.pki import KeysMissing, issuer_profiles

ISSUERS = tuple(issuer_profiles())


def extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.Extension[x509.ExtensionType]:
    return certificate.extensions.get_extension_for_class(kind)


def test_the_root_is_a_ca_for_end_entities_only(keys_dir: Path) -> None:
    """Path length 0: nobody certified by the root can certify others. It signs the trust list, so it may sign."""
    certificate = pki.root(keys_dir).certificate
    constraints = extension(certificate, x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    usage = extension(certificate, x509.KeyUsage).value
    assert usage.key_cert_sign
    assert usage.digital_signature
    assert "MÔ PHỎNG" in certificate.subject.rfc4514_string()
    certificate.verify_directly_issued_by(certificate)


@pytest.mark.parametrize("issuer_id", ISSUERS)
def test_an_issuer_is_no_ca_and_named_by_its_uri(keys_dir: Path, issuer_id: str) -> None:
    """Signatures only, `iss` as subject alternative name, key identifiers on both ends, MOCK in the name."""
    root, found = pki.root(keys_dir), pki.issuer(keys_dir, issuer_id)
    found.certificate.verify_directly_issued_by(root.certificate)
    assert not extension(found.certificate, x509.BasicConstraints).value.ca
    usage = extension(found.certificate, x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    names = extension(found.certificate, x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [issuer_profiles()[issuer_id].uri]
    above = extension(found.certificate, x509.AuthorityKeyIdentifier).value.key_identifier
    assert above.hex() == pki.key_identifier(root.certificate)
    assert "MOCK" in found.certificate.subject.rfc4514_string()


def test_every_issuer_has_a_key_of_its_own(keys_dir: Path) -> None:
    """The provider is no issuer, and no issuer can sign for another."""
    identifiers = {pki.key_identifier(pki.issuer(keys_dir, name).certificate) for name in ISSUERS}
    assert len(identifiers | {pki.key_identifier(pki.root(keys_dir).certificate)}) == len(ISSUERS) + 1


def test_test_documents_of_former_years_were_signed_under_a_valid_certificate(keys_dir: Path, now: datetime) -> None:
    """Documents carry dates of former years; a certificate must have been valid when they were signed."""
    for name in ISSUERS:
        assert pki.issuer(keys_dir, name).certificate.not_valid_before_utc < now - timedelta(days=9 * 365)


def test_making_keys_again_changes_nothing(keys_dir: Path, now: datetime) -> None:
    """`keys init` is idempotent, so it can stand before every start."""
    before = {path: path.read_bytes() for path in keys_dir.rglob("*") if path.is_file()}
    pki.init(keys_dir, now + timedelta(days=30))
    assert {path: path.read_bytes() for path in keys_dir.rglob("*") if path.is_file()} == before


def test_a_certificate_near_its_end_is_renewed_with_the_same_key(keys_dir: Path, now: datetime) -> None:
    """The trust list goes by the key's identifier: documents of the old certificate stay verifiable."""
    old = pki.issuer(keys_dir, "police-ministry").certificate
    pki.init(keys_dir, now + timedelta(days=4 * 365 + 30))
    new = pki.issuer(keys_dir, "police-ministry").certificate
    assert new.serial_number != old.serial_number
    assert pki.key_identifier(new) == pki.key_identifier(old)
    assert new.not_valid_after_utc > old.not_valid_after_utc
    assert new.not_valid_before_utc < now


def test_no_certificate_outlives_the_root(keys_dir: Path, now: datetime) -> None:
    """Renewal stops where the root ends."""
    pki.init(keys_dir, now + timedelta(days=9 * 365))
    root = pki.root(keys_dir).certificate
    assert pki.issuer(keys_dir, "police-ministry").certificate.not_valid_after_utc == root.not_valid_after_utc


def test_issuers_of_another_root_are_certified_anew(keys_dir: Path, now: datetime) -> None:
    """Whoever replaces the root gets issuers under the new one."""
    for name in ("root.key", "root.pem"):
        (keys_dir / name).unlink()
    pki.init(keys_dir, now)
    root = pki.root(keys_dir).certificate
    pki.issuer(keys_dir, "hospital-bien-ho").certificate.verify_directly_issued_by(root)


def test_a_certificate_that_is_not_for_its_key_is_made_anew(keys_dir: Path, now: datetime) -> None:
    """Files mixed up by hand do not make an issuer that nobody can verify."""
    issuers = keys_dir / "issuers"
    shutil.copy(issuers / "hospital-bien-ho.pem", issuers / "hospital-song-ba.pem")
    with pytest.raises(KeysMissing, match="keys init"):
        pki.issuer(keys_dir, "hospital-song-ba")
    pki.init(keys_dir, now)
    assert pki.issuer(keys_dir, "hospital-song-ba").certificate.public_key() is not None


def test_missing_keys_name_the_command(tmp_path: Path) -> None:
    """The message says what to do."""
    with pytest.raises(KeysMissing, match="mock-vneid keys init"):
        pki.root(tmp_path)


def test_a_key_that_is_not_ec_is_refused(keys_dir: Path) -> None:
    """ES256 is what issuers sign with; another key in its place is named, not used."""
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (keys_dir / "root.key").write_bytes(pem)
    with pytest.raises(KeysMissing, match=r"root\.key"):
        pki.root(keys_dir)


def test_the_server_certificate_is_for_its_names(keys_dir: Path, now: datetime) -> None:
    """`serve --tls`: signed by the root, for serving only, valid a little over a year."""
    path, key = pki.server_certificate(keys_dir, ("localhost", "127.0.0.1", "::1"), now)
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    certificate.verify_directly_issued_by(pki.root(keys_dir).certificate)
    names = extension(certificate, x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert {str(each) for each in names.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1"}
    usage = extension(certificate, x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert certificate.not_valid_after_utc - now <= timedelta(days=398)
    assert key.stat().st_mode & 0o777 == 0o600


def test_the_server_certificate_is_kept_until_a_name_is_missing(keys_dir: Path, now: datetime) -> None:
    """A client that trusts it is not asked again at every start."""
    first = pki.server_certificate(keys_dir, ("localhost",), now)[0].read_bytes()
    assert pki.server_certificate(keys_dir, ("localhost",), now)[0].read_bytes() == first
    assert pki.server_certificate(keys_dir, ("localhost", "id.example.vn"), now)[0].read_bytes() != first


def test_the_server_certificate_is_renewed_before_its_end(keys_dir: Path, now: datetime) -> None:
    first = pki.server_certificate(keys_dir, ("localhost",), now)[0].read_bytes()
    later = now + timedelta(days=350)
    assert pki.server_certificate(keys_dir, ("localhost",), later)[0].read_bytes() != first


def test_openssl_agrees_on_every_chain(keys_dir: Path, now: datetime) -> None:
    """Another implementation builds the same paths to the root."""
    server = pki.server_certificate(keys_dir, ("localhost",), now)[0]
    leaves = [*sorted((keys_dir / "issuers").glob("*.pem")), server]
    command = ["openssl", "verify", "-x509_strict", "-attime", str(int(now.timestamp()))]
    done = subprocess.run(
        [*command, "-CAfile", str(keys_dir / "root.pem"), *map(str, leaves)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == len(leaves)


def test_names_too_long_for_a_certificate_do_not_happen() -> None:
    """A common name holds 64 letters (RFC 5280, ub-common-name)."""
    for profile in issuer_profiles().values():
        assert all(len(name) <= 64 for name in profile.name.values())
        assert "MÔ PHỎNG" in profile.name["vi"]
        assert "MOCK" in profile.name["en"]


def test_general_names_tell_addresses_from_hosts() -> None:
    assert isinstance(certificates.general_name("192.0.2.1"), x509.IPAddress)
    assert isinstance(certificates.general_name("id.example.vn"), x509.DNSName)
