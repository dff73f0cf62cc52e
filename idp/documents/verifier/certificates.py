"""The issuer's certificate chain in `x5c` (RFC 7515 section 4.1.6, RFC 5280, HAIP 1.0 section 6.1.1).

Path building and validation are `cryptography`'s; here stands the policy and what it leaves out.

What certificates say, and whether some lead to a root, depends on their bytes alone and is remembered by them. What
depends on the time or on a trust list is asked anew each time, so nothing remembered can outlive its validity.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import verification

from idp.documents.verifier.errors import CertificateExpired, CertificateMalformed, IssuerNotTrusted

#: Certificates in `x5c`: the issuer's and at most two between it and the root.
MAX_CHAIN = 3
_MAX_CERTIFICATE = 8_192
_CURVES = ("secp256r1", "secp384r1")
#: Certificates and chains that are remembered: more than a country has issuers, at a few kilobytes each.
_REMEMBERED = 512


@dataclass(frozen=True)
class Chain:
    """Certificates as they came in `x5c`, the signer's first. Not validated by existing."""

    certificates: tuple[x509.Certificate, ...]
    #: The root that it was last seen to lead to, and from when to when all of it is valid.
    lives: list[tuple[x509.Certificate, datetime, datetime]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    @property
    def leaf(self) -> x509.Certificate:
        return self.certificates[0]

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """SHA-256 of each certificate, hex."""
        return tuple(hashlib.sha256(one.public_bytes(Encoding.DER)).hexdigest() for one in self.certificates)

    @cached_property
    def identifier(self) -> str:
        """The signer's subject key identifier. Raises `CertificateMalformed`."""
        return subject_key_identifier(self.leaf)

    @cached_property
    def uris(self) -> Sequence[str]:
        """The signer's."""
        return uris(self.leaf)

    def key(self) -> ec.EllipticCurvePublicKey:
        """The signer's key. Raises `CertificateMalformed` unless it is an EC key."""
        return self._key

    @cached_property
    def _key(self) -> ec.EllipticCurvePublicKey:
        return ec_key(self.leaf.public_key())


def ec_key(key: object) -> ec.EllipticCurvePublicKey:
    """The same key, as one to verify with. Raises `CertificateMalformed` unless it is on P-256 or P-384."""
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in _CURVES:
        raise CertificateMalformed("the certificate's key is not on P-256 or P-384")
    return key


def read_chain(header: Mapping[str, object]) -> Chain:
    """Read `x5c`. Raises `CertificateMalformed`."""
    x5c = header.get("x5c")
    if not isinstance(x5c, list) or not 1 <= len(x5c) <= MAX_CHAIN:
        raise CertificateMalformed(f"x5c holds one to {MAX_CHAIN} certificates")
    return _chain(*map(_certificate_text, x5c))


@lru_cache(maxsize=_REMEMBERED)
def _chain(*texts: str) -> Chain:
    return Chain(tuple(map(read_certificate, texts)))


def read_certificate(text: object) -> x509.Certificate:
    """Read base64 of DER, the ordinary base64 (RFC 7515 section 4.1.6). Raises `CertificateMalformed`."""
    try:
        return load_der(base64.b64decode(_certificate_text(text), validate=True))
    except ValueError as error:  # binascii.Error is one; letters beyond ASCII raise another
        raise CertificateMalformed("a certificate is base64 text") from error


def _certificate_text(text: object) -> str:
    if not isinstance(text, str) or len(text) > _MAX_CERTIFICATE:
        raise CertificateMalformed("a certificate is base64 text")
    return text


def load_der(data: bytes) -> x509.Certificate:
    """Read a certificate from somebody else. Raises `CertificateMalformed`."""
    return _load(x509.load_der_x509_certificate, data)


def load_pem(data: bytes) -> x509.Certificate:
    """Read a certificate from a file. Raises `CertificateMalformed`."""
    return _load(x509.load_pem_x509_certificate, data)


def _load(load: Callable[[bytes], x509.Certificate], data: bytes) -> x509.Certificate:
    try:
        return require_readable(load(data))
    except CertificateMalformed:
        raise
    except Exception as error:  # `cryptography` has no common base: ValueError, TypeError, InvalidVersion ...
        raise CertificateMalformed("a certificate cannot be read") from error


def require_readable(certificate: x509.Certificate) -> x509.Certificate:
    """Raise `CertificateMalformed` unless each part used later can be read: `cryptography` parses them lazily."""
    try:
        _ = certificate.extensions, certificate.issuer, certificate.subject
        _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        _ = _spki(certificate)
    except Exception as error:
        raise CertificateMalformed("a part of a certificate cannot be read") from error
    return certificate


def validate_chain(chain: Chain, *, root: x509.Certificate, now: datetime, signed_at: datetime) -> None:
    """Raise `CertificateExpired` or `IssuerNotTrusted` unless the chain leads to the pinned root.

    Valid now, and valid when it signed: a signature made before or after a certificate's life was not made
    under it.
    """
    of, begin, end = chain.lives[0] if chain.lives else (None, now, now)  # read once: threads share a chain
    if of is not root:
        begin, end = _life(chain.certificates, root)
        chain.lives[:] = [(root, begin, end)]
    if not (begin <= now <= end and begin <= signed_at <= end):
        raise CertificateExpired("a certificate was not valid at the time")


@lru_cache(maxsize=_REMEMBERED)
def _life(certificates: tuple[x509.Certificate, ...], root: x509.Certificate) -> tuple[datetime, datetime]:
    """From when to when all certificates are valid, in a chain that leads to the root at no matter what time.

    Raises `IssuerNotTrusted`, which is not remembered.
    """
    for one in certificates:
        if one == root or one.issuer == one.subject:  # HAIP: neither the anchor nor anything self-signed
            raise IssuerNotTrusted("a self-signed certificate in x5c")
    whole = (*certificates, root)
    overlap = max(one.not_valid_before_utc for one in whole)  # so that a foreign chain is told from an old one
    try:
        found = _verifier(root, overlap).verify(certificates[0], list(certificates[1:]))
    except Exception as error:  # VerificationError, or what a part raises that only path building reads
        raise IssuerNotTrusted("the certificates do not lead to the pinned root") from error
    if tuple(found.chain) != whole:  # RFC 7515 section 4.1.6: each certifies the one before
        raise IssuerNotTrusted("x5c is not a chain in order")
    return overlap, min(one.not_valid_after_utc for one in whole)


def _verifier(root: x509.Certificate, moment: datetime) -> verification.ClientVerifier:
    return (
        verification.PolicyBuilder()
        .store(verification.Store([root]))
        .time(moment)
        .max_chain_depth(MAX_CHAIN)
        .extension_policies(ca_policy=_CA_POLICY, ee_policy=_SIGNER_POLICY)
        .build_client_verifier()
    )


def _may_sign(_: verification.Policy, __: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.digital_signature:  # RFC 5280 section 4.2.1.3
        raise ValueError("the certificate is not for signatures")


def _is_no_authority(_: verification.Policy, __: x509.Certificate, constraints: x509.BasicConstraints | None) -> None:
    if constraints is not None and constraints.ca:  # RFC 5280 section 4.2.1.9
        raise ValueError("a certificate authority does not sign documents")


_CA_POLICY = (
    verification.ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, verification.Criticality.CRITICAL, None)
    .require_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, None)
)
_SIGNER_POLICY = (
    verification.ExtensionPolicy.permit_all()
    .require_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, _may_sign)
    .may_be_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, _is_no_authority)
)


@lru_cache(maxsize=_REMEMBERED)
def subject_key_identifier(certificate: x509.Certificate) -> str:
    """Lower-case hex of the extension (RFC 5280 section 4.2.1.2). Raises `CertificateMalformed`."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound as error:
        raise CertificateMalformed("a certificate without subject key identifier") from error
    return extension.value.digest.hex()


@lru_cache(maxsize=_REMEMBERED)
def uris(certificate: x509.Certificate) -> Sequence[str]:
    """The URIs in the subject alternative name (RFC 5280 section 4.2.1.6)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(names.get_values_for_type(x509.UniformResourceIdentifier))


def same_key(one: x509.Certificate, other: x509.Certificate) -> bool:
    """Whether both certify the same public key."""
    return one == other or _spki(one) == _spki(other)


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
