"""Faults of the certificate chain in `x5c` (RFC 7515 section 4.1.6, RFC 5280, HAIP section 6.1.1)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from idp.certificates import Credentials, usage
from idp.documents.faults.forging import new_key
from idp.documents.faults.maker import Maker
from idp.documents.faults.plan import Plan
from idp.documents.faults.world import Signer, World, base64_der

_YEAR = timedelta(days=365)
_BETWEEN = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Trung gian MÔ PHỎNG / MOCK intermediate")])
_BELOW = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cấp dưới MÔ PHỎNG / MOCK subordinate")])


def certificate(
    world: World,
    key: ECKey,
    above: Credentials | None,
    *,
    life: tuple[datetime, datetime] | None = None,
    authority: bool = False,
    signs: bool = True,
    uri: str | None = None,
    identifier: bytes | None = None,
    name: x509.Name | None = None,
) -> x509.Certificate:
    """A certificate as `keys init` makes it for the issuer, but for what is said; `above` None: self-signed."""
    start, end = life or (world.now - 10 * _YEAR, world.now + _YEAR)
    subject = name or world.signer.chain[0].subject
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key)
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri or world.signer.uri)])
    made = (
        x509.CertificateBuilder(above.certificate.subject if above else subject, subject, key.public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier(identifier) if identifier else own, critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(_usage(authority=authority, signs=signs), critical=True)
        .add_extension(names, critical=False)
    )
    return made.sign(_private(above.key if above else key), hashes.SHA256())


def _usage(*, authority: bool, signs: bool) -> x509.KeyUsage:
    if signs:
        return usage(certificates=authority)
    return x509.KeyUsage(
        digital_signature=False, key_agreement=True, key_cert_sign=False, crl_sign=False, content_commitment=False,
        key_encipherment=False, data_encipherment=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _private(key: ECKey) -> ec.EllipticCurvePrivateKey:
    private = key.private_key
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError("a private key signs")
    return private


def _signed_by(world: World, key: ECKey, *chain: x509.Certificate) -> Plan:
    return Plan(signer=Signer(world.signer.uri, key, chain))


def _untrusted_root(world: World) -> Plan:
    """All as it should be, under a root of the same name that nobody pinned."""
    root_key, key = new_key(), new_key()
    name = world.root.certificate.subject
    root = Credentials(root_key, certificate(world, root_key, None, authority=True, name=name))
    return _signed_by(world, key, certificate(world, key, root))


def _self_signed(world: World) -> Plan:
    key = new_key()
    return _signed_by(world, key, certificate(world, key, None))


def _not_listed(world: World) -> Plan:
    """Certified by the root, and on no trust list: a struck-off issuer, or a server of the sandbox."""
    key = new_key()
    return _signed_by(world, key, certificate(world, key, world.root))


def _borrowed_identifier(world: World) -> Plan:
    """The identifier is only a name that a certificate gives its key: here that of the listed one."""
    key = new_key()
    listed = world.signer.chain[0].extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return _signed_by(world, key, certificate(world, key, world.root, identifier=listed))


def _through_no_authority(world: World) -> Plan:
    """The issuer's certificate, which may not certify, certifies another."""
    key, own = new_key(), world.signer
    leaf = certificate(world, key, Credentials(own.key, own.chain[0]), name=_BELOW)
    return _signed_by(world, key, leaf, *own.chain)


def _gap(world: World) -> Plan:
    """The certificate between root and issuer is left out."""
    between = new_key()
    authority = Credentials(between, certificate(world, between, world.root, authority=True, name=_BETWEEN))
    return _signed_by(world, world.signer.key, certificate(world, world.signer.key, authority))


def _same_key(world: World, **options: object) -> Plan:
    """The listed key in a certificate that is not right."""
    key = world.signer.key
    return _signed_by(world, key, certificate(world, key, world.root, **options))  # type: ignore[arg-type]


def _of_another(world: World) -> Plan:
    """The certificate of another issuer over the issuer's own signature."""
    return _signed_by(world, world.signer.key, *world.signer_of(world.another_issuer()).chain)


def _header(value: object) -> Maker:
    return lambda _: Plan(header={"x5c": value})


def _urlsafe(world: World) -> Plan:
    der = base64.b64decode(base64_der(world.signer.chain[0]))
    return Plan(header={"x5c": [base64.urlsafe_b64encode(der + bytes(2)).decode().rstrip("=") + "_"]})


MAKERS: Mapping[str, Maker] = {
    "untrusted-root": _untrusted_root,
    "self-signed": _self_signed,
    "issuer-not-listed": _not_listed,
    "key-identifier-borrowed": _borrowed_identifier,
    "through-no-authority": _through_no_authority,
    "chain-gap": _gap,
    "root-in-chain": lambda w: _signed_by(w, w.signer.key, *w.signer.chain, w.root.certificate),
    "chain-out-of-order": lambda w: _signed_by(w, w.signer.key, *w.signer.chain, *w.signer.chain),
    "signer-expired": lambda w: _same_key(w, life=(w.now - 10 * _YEAR, w.now - timedelta(days=1))),
    "signer-newer-than-document": lambda w: _same_key(w, life=(w.now - timedelta(hours=1), w.now + _YEAR)),
    "signer-not-for-signing": lambda w: _same_key(w, signs=False),
    "signer-is-authority": lambda w: _same_key(w, authority=True),
    "signer-renamed": lambda w: _same_key(w, uri="https://somebody.vn-mock.example"),
    "certificate-of-another": _of_another,
    "certificate-missing": _header(None),
    "certificate-text": _header("MIIB"),
    "certificate-list-empty": _header([]),
    "certificate-garbage": _header(["AAAA"]),
    "certificate-not-ascii": _header(["MIIBý"]),
    "certificate-base64url": _urlsafe,
    "certificates-too-many": lambda w: Plan(header={"x5c": w.signer.x5c * 4}),
}
