"""An issuer's officer issues a document: who it is about comes from the register, the rest from her form.

What has a law of its own for being requested (rules.toml) is issued on a request alone, at the records desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.documents import content, content_form, issuance
from idp.documents.document import Document
from idp.documents.document_types import DocumentType, document_types
from idp.documents.issuance import VIETNAM, Issuing, NewDocument
from idp.documents.ports import Officer, RequestDesk
from idp.documents.request_models import DocumentLookUpRow
from idp.documents.requests import rules


class NotIssuedHere(Exception):
    """This issuer may not sign the type, or it is issued on a request only."""


@dataclass(frozen=True)
class IssuerDesk:
    """The acts, with what they need; methods run in the caller's transaction."""

    desk: RequestDesk
    issuing: Issuing

    def types(self, issuer: str) -> tuple[DocumentType, ...]:
        """What may be issued by hand."""
        vcts, requested = self.issuing.issuers.profile(issuer).vct, {kind.id for kind in rules.types()}
        known = document_types()
        return tuple(known.by_vct(vct) for vct in known.vcts if vct in vcts and known.by_vct(vct).id not in requested)

    def type(self, issuer: str, type_id: str) -> DocumentType:
        """Raises NotIssuedHere."""
        found = next((kind for kind in self.types(issuer) if kind.id == type_id), None)
        if found is None:
            raise NotIssuedHere
        return found

    def given(self, session: Session, officer: Officer, holder: str, kind: DocumentType) -> dict[str, object]:
        """What is not for an officer to type: the register's word, and who issues and signs."""
        known = {
            **(self.desk.register.facts(session, holder) or {}),
            "issuing_authority": self.issuing.issuers.profile(officer.issuer).name["vi"],
            "signer": officer.name,
        }
        return {name: value for name, value in known.items() if _fits(kind, name, value)}

    def issue(
        self, session: Session, officer: Officer, found: DocumentLookUpRow, kind: DocumentType,
        typed: Mapping[str, str], now: datetime,
    ) -> Document:  # fmt: skip
        """Of today. Raises what issuing raises: nothing is kept that does not fit the type."""
        given = self.given(session, officer, found.holder, kind)
        told = {**content_form.read(kind, typed, known(given)), **given}
        new = NewDocument(found.holder, kind, officer.issuer, told, now.astimezone(VIETNAM).date())
        made = issuance.issue(session, self.issuing, new, now)
        details = {
            "officer": officer.id, "purpose": found.purpose, "case": found.case_number, "document": made.id,
            "vct": kind.vct, "issuer": made.issuer_id,
        }  # fmt: skip
        self.issuing.audit.record(
            session, event="officer.document_issued", subject=found.holder, client_id=None, details=details, now=now
        )
        return made


def known(given: Mapping[str, object]) -> frozenset[str]:
    """The claims that the form does not ask for; issuing itself sets the day."""
    return frozenset(given) | {"date_of_issuance"}


def _fits(kind: DocumentType, name: str, value: object) -> bool:
    """The register may have something by the same name that this type writes otherwise."""
    if kind.claim((name,)) is None:
        return False
    try:
        content.check_part(kind, {name: value})
    except content.ContentError:
        return False
    return True
