"""The technical part of a document, as the wallet shows it to whoever opens the fold."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from idp.documents.sd_jwt.parsing import parse
from idp.documents.sd_jwt.selecting import claims_of


@dataclass(frozen=True)
class Certificate:
    """One certificate of the chain; the root, which verifiers pin, is not among them."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    fingerprint: str


@dataclass(frozen=True)
class Technical:
    """`status_uri` and `status_index` say where the document's state is published."""

    vct: str
    issuer_uri: str
    algorithm: str
    status_uri: str
    status_index: str
    disclosures: int
    chain: tuple[Certificate, ...]


def technical(sd_jwt: str) -> Technical:
    """For a document of our own wallet, verified when it came in."""
    parsed, claims = parse(sd_jwt), claims_of(sd_jwt)
    status = _table(_table(claims.get("status")).get("status_list"))
    x5c = parsed.header.get("x5c")
    return Technical(
        vct=str(claims.get("vct", "")),
        issuer_uri=str(claims.get("iss", "")),
        algorithm=str(parsed.header.get("alg", "")),
        status_uri=str(status.get("uri", "")),
        status_index=str(status.get("idx", "")),
        disclosures=len(parsed.disclosures),
        chain=tuple(map(_certificate, x5c)) if isinstance(x5c, list) else (),
    )


def _certificate(encoded: str) -> Certificate:
    found = x509.load_der_x509_certificate(base64.b64decode(encoded))
    return Certificate(
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        fingerprint=found.fingerprint(hashes.SHA256()).hex(":"),
    )


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
