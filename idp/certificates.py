"""X.509 certificates (RFC 5280) and the files they lie in: `<base>.key` beside `<base>.pem`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from idp import key_files


class KeysMissing(Exception):
    """A key file is missing or unusable; the message says what to do."""


@dataclass(frozen=True)
class Credentials:
    """A private key and the certificate for it."""

    key: ECKey
    certificate: x509.Certificate


def end_entity(
    title: tuple[str, ...],
    names: x509.SubjectAlternativeName,
    key: ec.EllipticCurvePrivateKey,
    authority: Credentials,
    life: tuple[datetime, datetime],
    *,
    commits: bool = False,
) -> x509.CertificateBuilder:
    """A certificate for signing or serving, within the life of the one that issues it.

    `commits`: what it signs binds the signer (`contentCommitment`), as a paper's signature does.
    """
    above = authority.certificate
    return (
        builder(title, key, issued_by=above)
        .not_valid_before(max(life[0], above.not_valid_before_utc))
        .not_valid_after(min(life[1], above.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(certificates=False, commits=commits), critical=True)
        .add_extension(names, critical=False)
    )


def builder(
    title: tuple[str, ...], key: ec.EllipticCurvePrivateKey, issued_by: x509.Certificate | None
) -> x509.CertificateBuilder:
    """What every certificate has: names, serial number, key identifiers (RFC 5280 4.2.1.1, 4.2.1.2)."""
    name, public = _name(*title), key.public_key()
    own = x509.SubjectKeyIdentifier.from_public_key(public)
    above = own if issued_by is None else identifier(issued_by)
    return (
        x509.CertificateBuilder(name if issued_by is None else issued_by.subject, name, public)
        .serial_number(x509.random_serial_number())
        .add_extension(own, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    )


def identifier(certificate: x509.Certificate) -> x509.SubjectKeyIdentifier:
    """The extension that names the certificate's key (RFC 5280 4.2.1.2)."""
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value


def _name(*names: str) -> x509.Name:
    """Country, the last name as organisation, the first as common name (which holds 64 letters)."""
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, names[-1])
    return x509.Name([country, organisation, x509.NameAttribute(NameOID.COMMON_NAME, names[0])])


def usage(*, certificates: bool, commits: bool = False) -> x509.KeyUsage:
    """Key usage (RFC 5280 4.2.1.3): signatures; for the root certificates and revocation lists too."""
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=commits,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def general_name(name: str) -> x509.GeneralName:
    """An address or a host name, as a subject alternative name."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def named(found: Credentials) -> set[x509.GeneralName]:
    """Whom the certificate is for."""
    return set(found.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def usable(found: Credentials, authority: Credentials, until: datetime) -> bool:
    """Still signed by this root, and valid long enough."""
    try:
        found.certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return found.certificate.not_valid_after_utc > until


def private_key(base: Path) -> ec.EllipticCurvePrivateKey:
    """The key beside a certificate; made where there is none."""
    path = base.with_suffix(".key")
    if path.exists():
        return _read_key(path)
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key_files.write(path, pem)
    return key


def save(base: Path, made: x509.CertificateBuilder, authority: Credentials | None) -> Credentials:
    """Sign with the authority's key (None: with its own, a root) and write `<base>.pem`."""
    own = _read_key(base.with_suffix(".key"))
    signer = own if authority is None else authority.key.private_key
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise KeysMissing("the signing key is not an EC private key")
    certificate = made.sign(signer, hashes.SHA256())
    key_files.write(base.with_suffix(".pem"), certificate.public_bytes(Encoding.PEM), key_files.PUBLIC)
    return Credentials(ECKey.import_key(own), certificate)


def existing(base: Path) -> Credentials | None:
    """Key and certificate, or None where one is missing or they do not belong together."""
    if not (base.with_suffix(".key").exists() and base.with_suffix(".pem").exists()):
        return None
    key = _read_key(base.with_suffix(".key"))
    try:
        certificate = x509.load_pem_x509_certificate(base.with_suffix(".pem").read_bytes())
    except (ValueError, x509.InvalidVersion):
        return None
    if certificate.public_key() != key.public_key():
        return None
    base.with_suffix(".key").chmod(key_files.PRIVATE)
    return Credentials(ECKey.import_key(key), certificate)


def load(base: Path) -> Credentials:
    """Key and certificate. Raises KeysMissing."""
    found = existing(base)
    if found is None:
        raise KeysMissing(f"no usable {base}.key with its .pem: run `.venv/bin/mock-vneid keys init`")
    return found


def points(certificate: x509.Certificate) -> str | None:
    """Where the certificate says that its revocation list is (RFC 5280 4.2.1.13)."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return None
    return next((str(name.value) for point in found for name in point.full_name or ()), None)


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeysMissing(f"{path} is not an EC private key: remove it and run `.venv/bin/mock-vneid keys init`")
    return key
