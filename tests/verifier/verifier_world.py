"""A small mock world to verify in: a root, issuers, a trust list, status lists, a holder and documents."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey, OKPKey

from idp.documents.sd_jwt.issuing import issue
from idp.documents.sd_jwt.jws import sign
from idp.documents.sd_jwt.key_binding import bind
from idp.documents.verifier.certificates import subject_key_identifier
from idp.documents.verifier.status import encode_status_list
from idp.documents.verifier.trust import TrustList

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PERSON = "065199000123"
AUDIENCE = "https://portal.example/client"
NONCE = "n-0S6_WzA2Mj"
RECORD = "urn:vn-mock:judicial-record-1:1"
HEALTH = "urn:vn-mock:health-book:1"
POLICE = "https://police.example/issuer"
HOSPITAL = "https://hospital.example/issuer"
STATUS_URI = "https://police.example/status/1"

DISCLOSABLE = [("personal_id_number",), ("full_name",), ("address",), ("address", "province"), ("names", None)]


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def new_key(curve: str = "P-256") -> ECKey:
    return ECKey.generate_key(curve)


def distinguished(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} (MÔ PHỎNG / MOCK)")])


@dataclass
class Authority:
    """A certificate with its key, able to certify others."""

    key: ECKey
    certificate: x509.Certificate

    @classmethod
    def root(cls, name: str = "Root", *, start: datetime | None = None, end: datetime | None = None) -> Authority:
        key = new_key()
        return cls(key, certify(name, key, name, key, authority=True, start=start, end=end))

    def certify(self, name: str, key: ECKey, **options: object) -> x509.Certificate:
        return certify(name, key, self.name, self.key, **options)  # type: ignore[arg-type]

    @property
    def name(self) -> x509.Name:
        return self.certificate.subject


def certify(
    name: str,
    key: ECKey,
    issuer: str | x509.Name,
    issuer_key: ECKey,
    *,
    authority: bool = False,
    uri: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    ski: bytes | None = None,
    may_sign: bool = True,
    extra: x509.ExtensionType | None = None,
) -> x509.Certificate:
    """Any certificate a test needs, the wrong ones too."""
    issuer_name = distinguished(issuer) if isinstance(issuer, str) else issuer
    identifier = x509.SubjectKeyIdentifier(ski) if ski else x509.SubjectKeyIdentifier.from_public_key(key.public_key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(distinguished(name))
        .issuer_name(issuer_name)
        .public_key(key.public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start or NOW - timedelta(days=400))
        .not_valid_after(end or NOW + timedelta(days=400))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(_usage(authority=authority, may_sign=may_sign), critical=True)
    )
    if uri:
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
        builder = builder.add_extension(names, critical=False)
    if extra:
        builder = builder.add_extension(extra, critical=True)
    signer = issuer_key.private_key
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    return builder.sign(signer, hashes.SHA256())


def _usage(*, authority: bool, may_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=may_sign and not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def base64_der(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


@dataclass
class Issuer:
    """An issuer with its chain as it goes into `x5c`."""

    name: str
    uri: str
    key: ECKey
    chain: tuple[x509.Certificate, ...]

    @property
    def x5c(self) -> list[str]:
        return [base64_der(one) for one in self.chain]

    def entry(self, *document_types: str) -> dict[str, object]:
        return {
            "name": {"vi": f"{self.name} (MÔ PHỎNG)", "en": f"{self.name} (MOCK)"},
            "ski": subject_key_identifier(self.chain[0]),
            "iss": self.uri,
            "certificate": base64_der(self.chain[0]),
            "vct": list(document_types),
        }


@dataclass
class World:
    """Everything a verification needs, made fresh."""

    root: Authority = field(default_factory=Authority.root)
    holder: ECKey | OKPKey = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.police = self.issuer("Police", POLICE)
        self.hospital = self.issuer("Hospital", HOSPITAL)

    def issuer(self, name: str, uri: str, key: ECKey | None = None, **options: object) -> Issuer:
        key = key or new_key()
        return Issuer(name, uri, key, (self.root.certify(name, key, uri=uri, **options),))

    def trust_payload(self, **changes: object) -> dict[str, object]:
        payload: dict[str, object] = {
            "iss": "https://id.example",
            "version": 7,
            "iat": stamp(NOW - timedelta(days=1)),
            "exp": stamp(NOW + timedelta(days=30)),
            "issuers": [self.police.entry(RECORD), self.hospital.entry(HEALTH)],
        }
        return payload | changes

    def trust_text(
        self, *, header: Mapping[str, object] | None = None, key: ECKey | None = None, **changes: object
    ) -> str:
        kid = subject_key_identifier(self.root.certificate)
        return sign(
            header or {"typ": "trust-list+jwt", "kid": kid}, self.trust_payload(**changes), key or self.root.key
        )

    def trust(self, **changes: object) -> TrustList:
        return TrustList.load(self.trust_text(**changes), root=self.root.certificate, now=NOW)

    def claims(self, **changes: object) -> dict[str, object]:
        claims: dict[str, object] = {
            "iss": POLICE,
            "vct": RECORD,
            "iat": stamp(NOW - timedelta(days=10)),
            "nbf": stamp(NOW - timedelta(days=10)),
            "exp": stamp(NOW + timedelta(days=80)),
            "cnf": {"jwk": self.holder.as_dict(private=False)},
            "status": {"status_list": {"idx": 3, "uri": STATUS_URI}},
            "personal_id_number": PERSON,
            "full_name": "Nguyễn Thị Mẫu",
            "criminal_status": "none",
            "address": {"province": "Hà Nội", "ward": "Cửa Nam"},
            "names": ["Mẫu", "Mẫn"],
        }
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def document(
        self,
        *,
        issuer: Issuer | None = None,
        header: Mapping[str, object] | None = None,
        disclosable: Iterable[tuple[str | int | None, ...]] = DISCLOSABLE,
        **changes: object,
    ) -> str:
        issuer = issuer or self.police
        header = {"typ": "dc+sd-jwt", "x5c": issuer.x5c} | dict(header or {})
        return issue(self.claims(**changes), disclosable=disclosable, key=issuer.key, header=header, decoys=1)

    def bound(self, document: str | None = None, *, issued_at: datetime = NOW, **changes: str) -> str:
        options = {"audience": AUDIENCE, "nonce": NONCE} | changes
        return bind(document or self.document(), holder_key=self.holder, issued_at=issued_at, **options)

    def status_token(
        self,
        values: Mapping[int, int] | None = None,
        *,
        bits: int = 2,
        issuer: Issuer | None = None,
        header: Mapping[str, object] | None = None,
        **changes: object,
    ) -> str:
        issuer = issuer or self.police
        entries = bytearray(64)
        for index, value in (values or {}).items():
            entries[index] = value
        payload: dict[str, object] = {
            "sub": STATUS_URI,
            "iat": stamp(NOW - timedelta(hours=1)),
            "exp": stamp(NOW + timedelta(hours=23)),
            "ttl": 3600,
            "status_list": {"bits": bits, "lst": encode_status_list(entries, bits)},
        }
        payload = {name: value for name, value in (payload | changes).items() if value is not None}
        return sign({"typ": "statuslist+jwt", "x5c": issuer.x5c} | dict(header or {}), payload, issuer.key)
