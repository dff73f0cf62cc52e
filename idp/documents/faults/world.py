"""What faults are made in: one document's content, its issuer, the root, a holder, and a time."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey

from idp.certificates import Credentials
from idp.documents import status, type_metadata
from idp.documents.document_types import DocumentType
from idp.documents.faults.forging import new_key
from idp.documents.issuance import VIETNAM
from idp.documents.issuers import Issuers

#: Entries of a status list, as many as the provider's have.
LIST_SIZE = 131_072
#: How long a folder of faults stays usable: its lists are not renewed.
LIFETIME = timedelta(days=7)
STATES = ("valid", "revoked", "suspended", "superseded")


class NoSuchPlace(Exception):
    """The fault cannot be made here; the message says why."""


@dataclass(frozen=True)
class Subject:
    """The content of one document: whose, which type, signed by whom, issued when."""

    kind: DocumentType
    issuer_id: str
    claims: Mapping[str, object]
    issued_on: date

    @property
    def person(self) -> str:
        return str(self.claims["personal_id_number"])


@dataclass(frozen=True)
class Signer:
    """Who signs: the name in `iss`, the key, and the certificates of `x5c`."""

    uri: str
    key: ECKey
    chain: tuple[x509.Certificate, ...]

    @property
    def x5c(self) -> list[str]:
        return [base64_der(one) for one in self.chain]


@dataclass(frozen=True)
class Binding:
    """Whom a presentation is made for."""

    audience: str
    nonce: str


@dataclass(frozen=True)
class World:
    """Everything that is right. `provider` is the address under which the lists are published.

    With `binding` every document is a presentation made for that audience and nonce.
    """

    subject: Subject
    other: Subject
    issuers: Issuers
    keys_dir: Path
    root: Credentials
    provider: str
    trust_list: str
    now: datetime
    binding: Binding | None = None
    holder: ECKey = field(default_factory=new_key)
    indexes: Mapping[str, int] = field(
        default_factory=lambda: dict(
            zip(STATES, secrets.SystemRandom().sample(range(LIST_SIZE), len(STATES)), strict=True)
        )
    )

    @cached_property
    def signer(self) -> Signer:
        return self.signer_of(self.subject.issuer_id)

    def signer_of(self, issuer_id: str) -> Signer:
        found = self.issuers.credentials(issuer_id)
        return Signer(self.issuers.profile(issuer_id).uri, found.key, (found.certificate,))

    def another_issuer(self) -> str:
        """One that answers for other types. Raises NoSuchPlace where every issuer may sign this one."""
        allowed = self.issuers.for_type(self.subject.kind.vct)
        for issuer_id in self.issuers.profiles:
            if issuer_id not in allowed:
                return issuer_id
        raise NoSuchPlace("every issuer may sign this type")

    def status_uri(self, issuer_id: str) -> str:
        return status.list_uri(self.provider, issuer_id, 1)

    def claims(self, subject: Subject) -> dict[str, object]:
        """The payload of a document that is in force now."""
        issued_at = datetime.combine(subject.issued_on, time(), VIETNAM).astimezone(UTC)
        entry = {"idx": self.indexes["valid"], "uri": self.status_uri(subject.issuer_id)}
        return {
            "iss": self.issuers.profile(subject.issuer_id).uri,
            "iat": stamp(issued_at),
            "nbf": stamp(issued_at),
            "exp": stamp(self.now + subject.kind.validity),
            "vct": subject.kind.vct,
            "vct#integrity": type_metadata.integrity(subject.kind.vct),
            "cnf": {"jwk": self.holder.as_dict(private=False)},
            "status": {"status_list": entry},
            **subject.claims,
        }


def stamp(moment: datetime) -> int:
    """NumericDate."""
    return int(moment.timestamp())


def base64_der(certificate: x509.Certificate) -> str:
    """As in `x5c`."""
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")
