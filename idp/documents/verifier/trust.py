"""The trust list: which issuer may sign which document type, signed by the mock root (own format).

It is signed by the root key directly, `kid` naming the root by its subject key identifier, and carries no
certificate: the verifier pins the root already, so a chain would add a certificate to keep and to expire
without adding an authority. Nothing in the token can then choose the key it is checked with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Self

from cryptography import x509

from idp.documents.sd_jwt.errors import SdJwtError, SignatureInvalid
from idp.documents.sd_jwt.jws import UnverifiedJws, parse_jws, verify_signature
from idp.documents.verifier import certificates
from idp.documents.verifier.certificates import Chain
from idp.documents.verifier.dates import numeric_date, require_aware
from idp.documents.verifier.errors import (
    CertificateMalformed,
    IssuerMismatch,
    IssuerNotTrusted,
    RootNotUsable,
    TrustListExpired,
    TrustListMalformed,
    TrustListNotTrusted,
    TrustListRollback,
    TypeNotAllowedForIssuer,
)

#: The JOSE `typ` of a trust list.
TYPE = "trust-list+jwt"
MAX_LENGTH = 1_000_000


@dataclass(frozen=True)
class TrustedIssuer:
    """An issuer as the trust list names it; `ski` is its certificate's subject key identifier, hex."""

    name_vi: str
    name_en: str
    uri: str
    ski: str


@dataclass(frozen=True)
class Entry:
    """One line of the list: the issuer, its certificate and the document types it may sign.

    `pdf_certificate` signs PDF files of these types and no SD-JWT; None where the issuer makes none.
    """

    issuer: TrustedIssuer
    certificate: x509.Certificate
    document_types: frozenset[str]
    pdf_certificate: x509.Certificate | None = None


@dataclass(frozen=True)
class TrustList:
    """A verified trust list together with the root it was verified under."""

    root: x509.Certificate
    uri: str
    version: int
    issued_at: datetime
    expires_at: datetime
    entries: Mapping[str, Entry]

    @classmethod
    def load(
        cls,
        text: str,
        *,
        root: x509.Certificate,
        now: datetime,
        minimum_version: int | None = None,
        leeway: timedelta = timedelta(seconds=60),
    ) -> Self:
        """Verify a trust list and read it.

        `minimum_version` is the newest version the caller has seen: an older list is refused, since whoever
        can hand over a file could otherwise bring back an issuer that was struck off. Raises a
        `TrustListError`.
        """
        require_aware(now)
        _check_root(root, now)
        token = _verified(text, root)
        uri, version, issued_at, expires_at = _read_head(token.payload)
        if not issued_at - leeway <= now < expires_at:
            raise TrustListExpired("the trust list is not valid now")
        if minimum_version is not None and version < minimum_version:
            raise TrustListRollback("a newer trust list has been seen")
        return cls(root, uri, version, issued_at, expires_at, _entries(text, root))

    @property
    def issuers(self) -> tuple[TrustedIssuer, ...]:
        return tuple(entry.issuer for entry in self.entries.values())

    def check_still_valid(self, now: datetime) -> None:
        """Raise `TrustListExpired` when a list that was kept has expired meanwhile."""
        if now >= self.expires_at:
            raise TrustListExpired("the trust list has expired since it was loaded")

    def issuer_for(self, chain: Chain, vct: str, iss: str) -> TrustedIssuer:
        """The issuer whose certificate heads the chain, if it may sign `vct` under the name `iss`.

        Raises `IssuerNotTrusted`, `IssuerMismatch` or `TypeNotAllowedForIssuer`. The chain must have been
        validated before.
        """
        entry = self.signer(chain, iss)
        if vct not in entry.document_types:  # SD-JWT VC 7.7: authority is checked for each type
            raise TypeNotAllowedForIssuer("this issuer may not sign documents of this type")
        return entry.issuer

    def signer(self, chain: Chain, iss: str) -> Entry:
        """The entry for the chain's first certificate, whatever it signs."""
        try:
            entry = self.entries.get(chain.identifier)
        except CertificateMalformed as error:
            raise IssuerNotTrusted("the certificate has no subject key identifier") from error
        if entry is None or not certificates.same_key(entry.certificate, chain.leaf):
            # The identifier is only a name that a certificate gives its key; the key itself must match.
            raise IssuerNotTrusted("the issuer is not on the trust list")
        if iss != entry.issuer.uri or iss not in chain.uris:
            raise IssuerMismatch("iss is not the certificate's subject")
        return entry


def _check_root(root: x509.Certificate, now: datetime) -> None:
    if not _is_authority(root) or not root.not_valid_before_utc <= now <= root.not_valid_after_utc:
        raise RootNotUsable("no certificate authority, or not valid now")


# What depends on bytes alone is remembered by them, an error never; dates and versions are compared each time.


@lru_cache(maxsize=16)
def _is_authority(root: x509.Certificate) -> bool:
    try:
        certificates.require_readable(root)
        constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
        root.verify_directly_issued_by(root)
    except Exception as error:  # whatever a part raises that cannot be read, it is no root
        raise RootNotUsable("not a root certificate") from error
    return constraints.ca


@lru_cache(maxsize=4)
def _entries(text: str, root: x509.Certificate) -> Mapping[str, Entry]:
    return MappingProxyType(_read_entries(_verified(text, root).payload.get("issuers")))


@lru_cache(maxsize=4)
def _verified(text: str, root: x509.Certificate) -> UnverifiedJws:
    if len(text) > MAX_LENGTH or not text.isascii():
        raise TrustListMalformed("not a trust list")
    try:
        key, identifier = certificates.ec_key(root.public_key()), certificates.subject_key_identifier(root)
    except CertificateMalformed as error:
        raise RootNotUsable(error.detail) from error
    try:
        token = parse_jws(text.strip("\r\n\t "))
        if token.header.get("typ") != TYPE:
            raise TrustListMalformed(f"typ is not {TYPE}")
        if token.header.get("kid") != identifier:
            raise TrustListNotTrusted("signed by another root")
        verify_signature(token, key, {"ES256", "ES384"})
    except SignatureInvalid as error:
        raise TrustListNotTrusted("the signature does not verify") from error
    except SdJwtError as error:
        raise TrustListMalformed("the trust list cannot be read") from error
    return token


def _read_head(payload: Mapping[str, object]) -> tuple[str, int, datetime, datetime]:
    uri, version = payload.get("iss"), payload.get("version")
    if not isinstance(uri, str) or isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise TrustListMalformed("iss is a string, version a positive integer")
    try:
        issued_at, expires_at = numeric_date(payload, "iat"), numeric_date(payload, "exp")
    except ValueError as error:
        raise TrustListMalformed(str(error)) from error
    if issued_at is None or expires_at is None:
        raise TrustListMalformed("iat and exp are required")
    return uri, version, issued_at, expires_at


def _read_entries(value: object) -> dict[str, Entry]:
    if not isinstance(value, list):
        raise TrustListMalformed("issuers is an array")
    entries = {entry.issuer.ski: entry for entry in map(_read_entry, value)}
    if len(entries) != len(value):
        raise TrustListMalformed("a subject key identifier twice")
    return entries


def _read_entry(value: object) -> Entry:
    if not isinstance(value, dict) or not isinstance(value.get("name"), dict):
        raise TrustListMalformed("an issuer is an object with a name")
    name, document_types = value["name"], value.get("vct")
    strings = (name.get("vi"), name.get("en"), value.get("iss"), value.get("ski"))
    if not all(isinstance(one, str) and one for one in strings):
        raise TrustListMalformed("name.vi, name.en, iss and ski are strings")
    if not isinstance(document_types, list) or not all(isinstance(one, str) for one in document_types):
        raise TrustListMalformed("vct is an array of strings")
    issuer = TrustedIssuer(*map(str, strings))
    certificate, for_pdf = _listed_certificate(value.get("certificate"), issuer), value.get("pdf_certificate")
    if certificates.subject_key_identifier(certificate) != issuer.ski:
        raise TrustListMalformed("a certificate is not for its issuer's ski")
    return Entry(
        issuer,
        certificate,
        frozenset(document_types),
        None if for_pdf is None else _listed_certificate(for_pdf, issuer),
    )


def _listed_certificate(value: object, issuer: TrustedIssuer) -> x509.Certificate:
    try:
        certificate = certificates.read_certificate(value)
        certificates.subject_key_identifier(certificate)
    except CertificateMalformed as error:
        raise TrustListMalformed(error.detail) from error
    if issuer.uri not in certificates.uris(certificate):
        raise TrustListMalformed("a certificate is not for its issuer's iss")
    return certificate
