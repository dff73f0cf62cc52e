"""Certificates of clients, and an authority that issues them, for mutual TLS (RFC 8705)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
NAMES = (
    x509.DNSName("client.vn-mock.example"),
    x509.UniformResourceIdentifier("https://client.vn-mock.example/id"),
    x509.IPAddress(ip_address("192.0.2.7")),
    x509.IPAddress(ip_address("2001:db8::7")),
    x509.RFC822Name("client@vn-mock.example"),
)


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def rfc9440(self) -> str:
        """As `Client-Cert` has it."""
        return f":{base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()}:"

    @property
    def nginx(self) -> str:
        """As `$ssl_client_escaped_cert` has it."""
        return quote(self.pem.decode(), safe="")

    @property
    def jwk(self) -> dict[str, object]:
        """For the key set of a client with self_signed_tls_client_auth."""
        chain = [base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()]
        return {**ECKey.import_key(self.key.public_key()).as_dict(private=False), "x5c": chain}


@dataclass
class Authority:
    """Issues certificates; `holder` is its own."""

    name: str = "Mock client authority"
    begins: datetime = NOW - timedelta(days=1)
    holder: Holder = field(init=False)

    def __post_init__(self) -> None:
        self.holder = self._issue(
            ec.generate_private_key(ec.SECP256R1()), _name(self.name), None, self.begins, ca=True
        )

    def issue(
        self,
        subject: str = "CN=client,O=Mock,C=VN",
        names: tuple[x509.GeneralName, ...] = NAMES,
        begins: datetime | None = None,
        lasts: timedelta = YEAR,
    ) -> Holder:
        key = ec.generate_private_key(ec.SECP256R1())
        said = x509.Name.from_rfc4514_string(subject)
        return self._issue(key, said, self.holder, begins or self.begins, names=names, lasts=lasts)

    def _issue(
        self,
        key: ec.EllipticCurvePrivateKey,
        subject: x509.Name,
        issuer: Holder | None,
        begins: datetime,
        *,
        ca: bool = False,
        names: tuple[x509.GeneralName, ...] = (),
        lasts: timedelta = 10 * YEAR,
    ) -> Holder:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + lasts)
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
        )
        signer = issuer.key if issuer else key
        if ca:
            builder = builder.add_extension(_usage(), critical=True)
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        else:
            known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
            builder = builder.add_extension(known, critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return Holder(builder.sign(signer, hashes.SHA256()), key)


def self_signed(
    subject: str = "CN=client", begins: datetime = NOW - timedelta(days=1), lasts: timedelta = YEAR
) -> Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string(subject)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + lasts)
        .sign(key, hashes.SHA256())
    )
    return Holder(made, key)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
