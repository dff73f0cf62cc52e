"""The trust behind the documents: the mock root, the issuers' certificates, and all else `keys init` makes.

Everything lies in one key folder and is made where it is missing. Certificates near their end are renewed with
the same key, so the subject key identifier, which the trust list goes by, stays.
"""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from joserfc.jwk import ECKey

from idp import certificates, key_files, key_rotation, paper_certificates, revocation, type_files
from idp.certificates import Credentials, KeysMissing
from idp.type_files import DocumentTypeError

__all__ = [
    "Credentials", "IssuerProfile", "KeysMissing", "init", "issuer", "issuer_profiles", "key_identifier",
    "root", "server_certificate",
]  # fmt: skip

YEAR = timedelta(days=365)
#: Test documents carry dates of former years, and a certificate must have been valid when they were signed.
BACKDATED = 10 * YEAR
ROOT_LIFE, ISSUER_LIFE, SERVER_LIFE = 10 * YEAR, 5 * YEAR, timedelta(days=397)
ISSUER_RENEWAL, SERVER_RENEWAL = YEAR, timedelta(days=60)
ROOT_NAME = ("Gốc tin cậy MÔ PHỎNG / MOCK trust root", "mock-vneid (MÔ PHỎNG / MOCK)")
AUDIT_KEY = "audit.key"
SECRETS = ("at-rest.key", "pairwise.salt", AUDIT_KEY)
SECRET_BYTES = 32
PORTAL_KEYS = "portal/client-keys.json"


@dataclass(frozen=True)
class IssuerProfile:
    """An issuer as data: its URI (the `iss` of its documents), its name by language, the `vct` it may sign.

    `facility` is a hospital's code (MA_CSKCB), empty for anybody else.
    """

    id: str
    uri: str
    name: Mapping[str, str]
    vct: frozenset[str]
    facility: str = ""


def issuer_profiles() -> Mapping[str, IssuerProfile]:
    """The issuers by id: those of the installed package, and those that a type of the user's own brings.

    Which types each may sign is said by the types' files. Raises type_files.DocumentTypeError.
    """
    return _issuer_profiles(type_files.own_folder())


@cache
def _issuer_profiles(_own: Path | None) -> Mapping[str, IssuerProfile]:
    with (Path(__file__).parent / "issuers.toml").open("rb") as stream:
        tables = tomllib.load(stream)
    signs: dict[str, set[str]] = {}
    for head in type_files.heads().values():
        tables.update(head.own_issuers)
        for name in head.issued_by:
            signs.setdefault(name, set()).add(head.vct)
    unknown = sorted(signs.keys() - tables.keys())
    if unknown:
        raise DocumentTypeError(f"issued_by: no issuer {unknown[0]!r}; known are {', '.join(tables)}")
    return {
        name: IssuerProfile(
            name, table["uri"], table["name"], frozenset(signs.get(name, ())), table.get("facility", "")
        )
        for name, table in tables.items()
    }


def init(keys_dir: Path, now: datetime, provider: str | None = None) -> None:
    """Make every key file that is missing and renew what is near its end; what is good is left alone.

    `provider` is the address under which the revocation list is published; without it the certificates name none.
    """
    with key_files.locked(keys_dir):
        authority = _root(keys_dir, now)
        point = None if provider is None else revocation.address(provider)
        for profile in issuer_profiles().values():
            _issuer(keys_dir, authority, profile, now)
            title = (profile.name["vi"], profile.name["en"])
            paper_certificates.make_signer(keys_dir, authority, profile.id, title, profile.uri, now, point)
        paper_certificates.make_time_stamper(keys_dir, authority, now, point)
        for name in SECRETS:
            key_files.write_once(keys_dir / name, secrets.token_bytes(SECRET_BYTES))
        key_files.write_once(keys_dir / PORTAL_KEYS, _portal_keys())
        key_rotation.init(keys_dir, now)


def root(keys_dir: Path) -> Credentials:
    """The mock root. Raises KeysMissing."""
    return certificates.load(keys_dir / "root")


def issuer(keys_dir: Path, issuer_id: str) -> Credentials:
    """One issuer's key and certificate. Raises KeysMissing."""
    return certificates.load(keys_dir / "issuers" / issuer_id)


def server_certificate(keys_dir: Path, names: Iterable[str], now: datetime) -> tuple[Path, Path]:
    """The files (certificate, key) for `serve --tls`, made anew when a name is missing or the end is near.

    Raises KeysMissing where there is no root.
    """
    wanted = {certificates.general_name(name) for name in names}
    base = keys_dir / "tls" / "server"
    with key_files.locked(keys_dir):
        authority = root(keys_dir)
        found = certificates.existing(base)
        good = found is not None and certificates.usable(found, authority, now + SERVER_RENEWAL)
        if found is None or not good or not wanted <= certificates.named(found):
            _server(base, authority, wanted, now)
    return base.with_suffix(".pem"), base.with_suffix(".key")


def key_identifier(certificate: x509.Certificate) -> str:
    """The certificate's subject key identifier (RFC 5280 4.2.1.2) in hexadecimal."""
    return certificates.identifier(certificate).digest.hex()


def _root(keys_dir: Path, now: datetime) -> Credentials:
    base = keys_dir / "root"
    found = certificates.existing(base)
    if found is not None:
        return found
    builder = (
        certificates.builder(ROOT_NAME, certificates.private_key(base), issued_by=None)
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        # digitalSignature as well: the root signs the trust list itself.
        .add_extension(certificates.usage(certificates=True), critical=True)
    )
    return certificates.save(base, builder, None)


def _issuer(keys_dir: Path, authority: Credentials, profile: IssuerProfile, now: datetime) -> None:
    base = keys_dir / "issuers" / profile.id
    found = certificates.existing(base)
    if found is not None and certificates.usable(found, authority, now + ISSUER_RENEWAL):
        return
    # The document's `iss` must agree with this name.
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(profile.uri)])
    life = (now - BACKDATED, now + ISSUER_LIFE)
    key = certificates.private_key(base)
    title = (profile.name["vi"], profile.name["en"])
    certificates.save(base, certificates.end_entity(title, names, key, authority, life), authority)


def _server(base: Path, authority: Credentials, wanted: set[x509.GeneralName], now: datetime) -> None:
    names = x509.SubjectAlternativeName(sorted(wanted, key=repr))
    life = (now - timedelta(hours=1), now + SERVER_LIFE)
    key = certificates.private_key(base)
    builder = certificates.end_entity(ROOT_NAME[1:], names, key, authority, life)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificates.save(base, builder.add_extension(purpose, critical=False), authority)


def _portal_keys() -> bytes:
    """The demo portal's private JWK set: one key to sign with, one that answers are encrypted to."""
    keys = [_portal_key("sig", "ES256"), _portal_key("enc", "ECDH-ES")]
    return json.dumps({"keys": keys}, indent=2).encode()


def _portal_key(use: str, alg: str) -> Mapping[str, object]:
    key = ECKey.generate_key("P-256", private=True)
    return {**key.as_dict(private=True), "kid": key.thumbprint(), "use": use, "alg": alg}
