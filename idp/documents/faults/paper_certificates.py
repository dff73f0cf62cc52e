"""Certificates and revocation lists for papers that must not be taken (RFC 5280, RFC 3161 section 2.3)."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from idp import certificates, paper_certificates
from idp.certificates import Credentials
from idp.documents.faults.chains import certificate
from idp.documents.faults.forging import new_key
from idp.documents.faults.world import World

Life = tuple[timedelta, timedelta]
_DAY, _YEAR = timedelta(days=1), timedelta(days=365)
_ALWAYS = (-_DAY, _YEAR)


def signer(world: World) -> Credentials:
    """The right one."""
    return paper_certificates.signer(world.keys_dir, world.subject.issuer_id)


def stamper(world: World) -> Credentials:
    """The right one."""
    return paper_certificates.time_stamper(world.keys_dir)


def foreign_root(world: World) -> Credentials:
    """A root of the same name that nobody pinned."""
    key = new_key()
    name = world.root.certificate.subject
    return Credentials(key, certificate(world, key, None, authority=True, name=name))


def signs(
    world: World, *, root: Credentials | None = None, life: Life = _ALWAYS, own_key: bool = True, commits: bool = True
) -> Credentials:
    """Another certificate for signing documents: for the issuer's key, or for a new one."""
    purpose = x509.ExtendedKeyUsage([paper_certificates.DOCUMENT_SIGNING])
    holder = signer(world) if own_key else _stranger(world)
    return _certified(world, holder, root or world.root, life, purpose, commits=commits)


def stamps(
    world: World, *, root: Credentials | None = None, life: Life = _ALWAYS, own_key: bool = True
) -> Credentials:
    """Another certificate for time stamps."""
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    holder = stamper(world) if own_key else _stranger(world)
    return _certified(world, holder, root or world.root, life, purpose, commits=False)


def revocation_list(
    world: World,
    *revoked: Credentials,
    root: Credentials | None = None,
    begins: timedelta = timedelta(hours=-20),
    ends: timedelta = 6 * _DAY,
) -> bytes:
    """A list (DER) on which these were revoked a day ago."""
    authority = root or world.root
    builder = (
        x509.CertificateRevocationListBuilder(authority.certificate.subject, world.now + begins, world.now + ends)
        .add_extension(_authority(authority), critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder(one.certificate.serial_number, world.now - _DAY)
        reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
        builder = builder.add_revoked_certificate(entry.add_extension(reason, critical=False).build())
    return builder.sign(_private(authority), hashes.SHA256()).public_bytes(Encoding.DER)


def _authority(root: Credentials) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(certificates.identifier(root.certificate))


def _stranger(world: World) -> Credentials:
    return Credentials(new_key(), signer(world).certificate)


def _certified(
    world: World, holder: Credentials, root: Credentials, life: Life, purpose: x509.ExtendedKeyUsage, *, commits: bool
) -> Credentials:
    names = holder.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    moments = (world.now + life[0], world.now + life[1])
    title = ("MÔ PHỎNG / MOCK", "MÔ PHỎNG / MOCK")
    builder = certificates.end_entity(title, names, _private(holder), root, moments, commits=commits)
    made = builder.add_extension(purpose, critical=True).sign(_private(root), hashes.SHA256())
    return Credentials(holder.key, made)


def _private(credentials: Credentials) -> ec.EllipticCurvePrivateKey:
    key = credentials.key.private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
    return key
