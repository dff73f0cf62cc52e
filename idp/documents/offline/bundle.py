"""The trust bundle: root, trust list, every status list and every type in one file (own format).

It is for a counter without a network.

Each list is signed by itself, so none can be changed. But whoever hands over the lists could leave one out, or put
an old one beside new ones. So the root signs over all of them together, and the bundle has a time that only grows:
who remembers the newest he used refuses an older one.

The root in it is there to be compared, never to be trusted: which root counts, the verifier knows from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from idp.documents.offline.type_data import TypeData
from idp.documents.sd_jwt.errors import SdJwtError, SignatureInvalid
from idp.documents.sd_jwt.jws import UnverifiedJws, parse_jws, verify_signature
from idp.documents.verifier import certificates
from idp.documents.verifier.dates import numeric_date, require_aware
from idp.documents.verifier.errors import (
    CertificateMalformed,
    RootNotUsable,
    TrustListExpired,
    TrustListMalformed,
    TrustListNotTrusted,
    TrustListRollback,
)
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.trust import TrustList

TYPE = "trust-bundle+jwt"
MAX_LENGTH = 16_000_000
_LEEWAY = timedelta(seconds=60)


@dataclass(frozen=True)
class TrustBundle:
    """A verified bundle. The status lists in it are verified when a document refers to one."""

    trust: TrustList
    status: StatusLists
    types: TypeData
    issued_at: datetime
    expires_at: datetime

    @classmethod
    def load(
        cls,
        text: str,
        *,
        root: x509.Certificate,
        now: datetime,
        newest_seen: datetime | None = None,
        minimum_version: int | None = None,
    ) -> Self:
        """Verify and read. `newest_seen` and `minimum_version` are of the newest bundle and trust list that were
        used before: older ones are refused. Raises a `TrustListError`, `StatusListMalformed`."""
        require_aware(now)
        payload = _verified(text, root).payload
        try:
            issued_at, expires_at = numeric_date(payload, "iat"), numeric_date(payload, "exp")
            types = TypeData.read(payload.get("type_metadata"))
        except ValueError as error:
            raise TrustListMalformed(str(error)) from error
        trust_text, lists = payload.get("trust_list"), payload.get("status_lists")
        if issued_at is None or expires_at is None or not isinstance(trust_text, str):
            raise TrustListMalformed("a bundle has iat, exp and trust_list")
        if not isinstance(lists, list) or not all(isinstance(one, str) for one in lists):
            raise TrustListMalformed("status_lists is an array of strings")
        if not issued_at - _LEEWAY <= now < expires_at:
            raise TrustListExpired("the bundle is not valid now")
        if newest_seen is not None and issued_at < newest_seen:
            raise TrustListRollback("a newer bundle has been used")
        trust = TrustList.load(trust_text, root=root, now=now, minimum_version=minimum_version)
        status = StatusLists.of(lists)
        if len(status.tokens) != len(lists):
            raise TrustListMalformed("two status lists of one address")
        return cls(trust, status, types, issued_at, expires_at)


def root_in(text: str) -> x509.Certificate:
    """The root that a bundle carries, unverified: only to be compared with a fingerprint known from elsewhere.

    Raises `TrustListMalformed`.
    """
    try:
        return certificates.read_certificate(_parsed(text).payload.get("root"))
    except CertificateMalformed as error:
        raise TrustListMalformed("a bundle carries its root") from error


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in hexadecimal, as it is told over the telephone or on paper."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _parsed(text: str) -> UnverifiedJws:
    if len(text) > MAX_LENGTH or not text.isascii():
        raise TrustListMalformed("not a bundle")
    try:
        token = parse_jws(text.strip("\r\n\t "))
    except SdJwtError as error:
        raise TrustListMalformed("the bundle cannot be read") from error
    if token.header.get("typ") != TYPE:
        raise TrustListMalformed(f"typ is not {TYPE}")
    return token


def _verified(text: str, root: x509.Certificate) -> UnverifiedJws:
    token = _parsed(text)
    try:
        key, identifier = certificates.ec_key(root.public_key()), certificates.subject_key_identifier(root)
    except CertificateMalformed as error:
        raise RootNotUsable(error.detail) from error
    if token.header.get("kid") != identifier:
        raise TrustListNotTrusted("signed by another root")
    try:
        verify_signature(token, key, {"ES256", "ES384"})
    except SignatureInvalid as error:
        raise TrustListNotTrusted("the signature does not verify") from error
    except SdJwtError as error:
        raise TrustListMalformed("the bundle cannot be read") from error
    if root_in(text) != root:
        raise TrustListMalformed("another certificate of the root")
    return token
