"""Issuing documents as SD-JWT VC: content and type in, a signed file in the holder's wallet out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from idp.audit.port import Audit
from idp.documents import content, holder_keys, status, store, type_metadata
from idp.documents.document import Document, DocumentStatus
from idp.documents.document_types import DocumentType
from idp.documents.issuers import Issuers
from idp.documents.models import DocumentRow
from idp.documents.sd_jwt.selecting import claims_of
from idp.documents.sd_jwt.vc import issue_vc
from idp.documents.type_rules import months_after
from idp.documents.wallet import view
from idp.encryption import AtRest

VIETNAM = timezone(timedelta(hours=7))
#: Claims that issuing sets; all others are the document's content.
TECHNICAL = frozenset({"iss", "iat", "nbf", "exp", "vct", "vct#integrity", "cnf", "status"})

#: As `seed_digest`: the document has since been brought up to date by a real record, and seeding leaves it alone.
KEPT_FROM_SEED = "brought up to date since"


class CannotIssue(Exception):
    """The law or the type does not allow this document; the message says why."""


class AlreadySuperseded(Exception):
    """A newer file has replaced this document; that one is reissued, not this."""


@dataclass(frozen=True)
class Issuing:
    """What issuing needs. `provider` is the address under which status lists are published."""

    issuers: Issuers
    at_rest: AtRest
    audit: Audit
    provider: str


@dataclass(frozen=True)
class NewDocument:
    """A document to be issued. `claims` is its content, without what issuing sets itself (`date_of_issuance` too).

    `seed_key` and `seed_digest` tell a document of the seed data, and from which content it was made.
    """

    holder: str
    type: DocumentType
    issuer_id: str
    claims: Mapping[str, object]
    issued_on: date
    seed_key: str | None = None
    seed_digest: str | None = None


def issue(session: Session, issuing: Issuing, new: NewDocument, now: datetime) -> Document:
    """Sign a document and put it into the holder's wallet.

    Raises content.ContentError, CannotIssue, issuers.MayNotSign, issuers.UnknownIssuer, pki.KeysMissing.
    """
    return _issue(session, issuing, new, now, secrets.token_hex(16))


def reissue(
    session: Session,
    issuing: Issuing,
    document_id: str,
    new: NewDocument,
    now: datetime,
    reason: str,
    by: Mapping[str, object] | None = None,
) -> Document:
    """Replace a document, as when its record changed: the old file is superseded and leaves the wallet's view.

    A suspension or revocation of the old one holds for the new one as well, since nothing lifted it; a revoked file
    stays revoked. Raises AlreadySuperseded, status.UnknownDocument, and what `issue` raises.
    """
    old = store.document(session, document_id)
    if old is None:
        raise status.UnknownDocument(document_id)
    carried, new_id = DocumentStatus(old.status), secrets.token_hex(16)
    if not store.supersede(session, document_id, new_id):
        raise AlreadySuperseded(document_id)
    fresh = _issue(session, issuing, new, now, new_id)
    if carried is not DocumentStatus.REVOKED:
        status.set_status(session, issuing.audit, document_id, DocumentStatus.SUPERSEDED, now, reason, by)
    status.set_status(session, issuing.audit, fresh.id, carried, now, reason, by)
    return replace(fresh, status=carried)


def content_of(document: Document) -> dict[str, object]:
    """What the document says, without the claims that issuing set."""
    return {name: value for name, value in claims_of(document.sd_jwt).items() if name not in TECHNICAL}


def _issue(session: Session, issuing: Issuing, new: NewDocument, now: datetime, document_id: str) -> Document:
    key, entry = holder_keys.make(), status.allocate(session, new.issuer_id, now)
    row = signed(issuing, new, now, document_id, key, entry)
    session.add(row)
    session.flush()
    holder_keys.keep(session, issuing.at_rest, document_id, key, now)
    details = {"document": document_id, "vct": row.vct, "issuer": row.issuer_id}
    issuing.audit.record(
        session, event="document.issued", subject=new.holder, client_id=None, details=details, now=now
    )
    return view(row)


def signed(
    issuing: Issuing, new: NewDocument, now: datetime, document_id: str, key: ECKey, entry: tuple[int, int]
) -> DocumentRow:
    """The signed document, in no session yet. `entry` is its status list and index. Raises as `issue` does."""
    claims, (number, index) = _content(new, now), entry
    row = DocumentRow(
        id=document_id,
        holder=new.holder,
        vct=new.type.vct,
        issuer_id=new.issuer_id,
        document_number=str(claims[new.type.number_claim]),
        issued_at=_start_of(new.issued_on),
        expires_at=_expiry(new.type, claims, new.issued_on),
        updated_at=now,
        status=int(DocumentStatus.VALID),
        status_list=number,
        status_index=index,
        seed_key=new.seed_key,
        seed_digest=new.seed_digest,
    )
    row.sd_jwt = _sign(issuing, new.type, row, claims, key)
    return row


def _content(new: NewDocument, now: datetime) -> dict[str, object]:
    claims = {str(name): content.normalized(value) for name, value in new.claims.items()}
    claims["date_of_issuance"] = new.issued_on.isoformat()
    content.check(new.type, claims)
    if _start_of(new.issued_on) > now:
        raise CannotIssue(f"{new.type.id}: the day of issue {new.issued_on} has not come yet")
    birthdate = date.fromisoformat(str(claims["birthdate"]))
    if _age(birthdate, new.issued_on) < new.type.minimum_age:
        raise CannotIssue(f"{new.type.id}: only from the age of {new.type.minimum_age}")
    return claims


def _sign(issuing: Issuing, kind: DocumentType, row: DocumentRow, claims: Mapping[str, object], key: ECKey) -> str:
    credentials = issuing.issuers.signing_credentials(row.issuer_id, kind.vct)
    # The start of a day: an exact instant would be one more thing to link presentations by.
    issued_at = int(row.issued_at.timestamp())
    uri = status.list_uri(issuing.provider, row.issuer_id, row.status_list)
    technical = {
        "iss": issuing.issuers.profile(row.issuer_id).uri,
        "iat": issued_at,
        "nbf": issued_at,
        "exp": int(row.expires_at.timestamp()),
        "vct": kind.vct,
        "vct#integrity": type_metadata.integrity(kind.vct),
        "cnf": {"jwk": key.as_dict(private=False)},
        "status": {"status_list": {"idx": row.status_index, "uri": uri}},
    }
    # As many digests as the type has claims to hide, whichever are there: an absent one, a spouse or a
    # guardian, then does not show (RFC 9901 sections 4.2.5 and 10.4).
    hidden = [path for path in kind.disclosable if path[0] in claims]
    return issue_vc(
        {**technical, **claims},
        disclosable=hidden,
        key=credentials.key,
        chain=[credentials.certificate],
        decoys=len(kind.disclosable) - len(hidden),
    )


def _start_of(day: date) -> datetime:
    """Midnight in Vietnam, where the document is issued."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


def _expiry(kind: DocumentType, claims: Mapping[str, object], issued_on: date) -> datetime:
    """The end of the last day of validity."""
    if kind.expiry_claim and kind.expiry_claim in claims:
        return _start_of(date.fromisoformat(str(claims[kind.expiry_claim])) + timedelta(days=1))
    if kind.validity_months is not None:
        return _start_of(months_after(issued_on, kind.validity_months))
    return _start_of(issued_on) + kind.validity


def _age(birthdate: date, day: date) -> int:
    """Full years on a day; someone born on 29 February has her birthday on 1 March in other years."""
    return day.year - birthdate.year - ((day.month, day.day) < (birthdate.month, birthdate.day))
