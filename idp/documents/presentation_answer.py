"""Answering a request once: with presentations, or with an error (OpenID4VP 1.0 sections 8.1 and 8.5).

The right to answer is claimed, and the history written, in one transaction before anything is sent; a call to the
client happens outside of any. If the client cannot be reached the claim is given back, so that nothing is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.documents import direct_post, holder_keys, presentation_store
from idp.documents.dcql import Query
from idp.documents.direct_post import Delivered, NotDelivered, ReturnAddress
from idp.documents.disclosure_consent import Selected
from idp.documents.issuance import TECHNICAL
from idp.documents.ports import DocumentServices, RelyingParty
from idp.documents.presentation import Pending
from idp.documents.presentation_models import PresentationRecord
from idp.documents.request_object import PresentationRequest, Procedure
from idp.documents.sd_jwt.key_binding import bind
from idp.documents.sd_jwt.selecting import present

GIVEN, REFUSED, DENIED, FAILED = "given", "refused", "denied", "failed"


class AlreadyAnswered(Exception):
    """Somebody, perhaps the same person in another tab, has answered this request."""


@dataclass(frozen=True)
class Told:
    """What the history keeps of an answer: never a claim's value. `subject` is None before anybody signed in."""

    subject: str | None
    outcome: str
    reason: str | None
    procedure: Procedure | None
    documents: Sequence[Mapping[str, object]]


def give(
    services: DocumentServices,
    pending: Pending,
    party: RelyingParty,
    request: PresentationRequest,
    subject: str,
    selected: Sequence[Selected],
) -> Delivered:
    """Present what was chosen. Raises AlreadyAnswered, NotDelivered."""
    with services.db.read() as session:
        token = _vp_token(session, services, request, selected, services.clock.now())
    told = Told(subject, GIVEN, None, request.procedure, [_given(one) for one in selected])
    return _answer(services, pending, party, request.address, {"vp_token": token}, told)


def refuse(
    services: DocumentServices,
    pending: Pending,
    party: RelyingParty,
    request: PresentationRequest,
    subject: str | None,
    reason: str | None = None,
    outcome: str = REFUSED,
) -> Delivered:
    """access_denied (8.5), without saying to the client why. Raises AlreadyAnswered, NotDelivered."""
    told = Told(subject, outcome, reason or "access_denied", request.procedure, wanted(request.query))
    parameters = {"error": "access_denied"}  # 15.9: why is nobody's business but the holder's
    return _answer(services, pending, party, request.address, parameters, told)


def report(
    services: DocumentServices,
    pending: Pending,
    party: RelyingParty,
    address: ReturnAddress,
    code: str,
    description: str,
) -> Delivered:
    """Tell the client what is wrong with its request (8.5). Raises AlreadyAnswered, NotDelivered."""
    told = Told(None, DENIED, code, None, [])
    return _answer(services, pending, party, address, {"error": code, "error_description": _ascii(description)}, told)


def wanted(query: Query) -> list[Mapping[str, object]]:
    """What was asked for, as the history keeps it."""
    return [
        {"vct": vct, "document_id": None, "fields": [list(claim.path) for claim in entry.claims]}
        for entry in query.credentials
        for vct in sorted(entry.vct_values)
    ]


def _given(one: Selected) -> Mapping[str, object]:
    always = [name for name in one.offer.always if name not in TECHNICAL and name not in one.offer.asked]
    fields = [[name] for name in (*one.offer.asked, *always)]
    return {"vct": one.offer.document.vct, "document_id": one.offer.document.id, "fields": fields}


def _vp_token(
    session: Session,
    services: DocumentServices,
    request: PresentationRequest,
    selected: Sequence[Selected],
    now: datetime,
) -> dict[str, list[str]]:
    token: dict[str, list[str]] = {}
    for one in selected:
        document = one.offer.document
        text = present(document.sd_jwt, one.offer.places)
        if one.query.holder_binding:  # Annex B.3: without it the signature of the holder is not given away
            key = holder_keys.open_key(session, services.at_rest, document.id)
            # B.3.6: aud is the whole client_id
            text = bind(text, holder_key=key, audience=request.client_id, nonce=request.nonce, issued_at=now)
        token.setdefault(one.query.id, []).append(text)
    return token


def _answer(
    services: DocumentServices,
    pending: Pending,
    party: RelyingParty,
    address: ReturnAddress,
    parameters: Mapping[str, object],
    told: Told,
) -> Delivered:
    record_id = _claim(services, pending, party, told)
    try:
        return direct_post.send(services.outbound, parameters, address, party)
    except NotDelivered as error:
        _undo(services, pending, record_id, told, error)
        raise


def _claim(services: DocumentServices, pending: Pending, party: RelyingParty, told: Told) -> int | None:
    now = services.clock.now()
    try:
        with services.db.begin() as session:
            if not presentation_store.claim(session, pending.id, pending.answer_key, told.outcome, now):
                raise AlreadyAnswered
            _audit(services, session, f"presentation.{told.outcome}", pending, told, told.reason)
            return _remember(session, party, told, now)
    except IntegrityError as error:  # another transaction with the same request was faster
        raise AlreadyAnswered from error


def _remember(session: Session, party: RelyingParty, told: Told, now: datetime) -> int | None:
    if told.subject is None:
        return None
    procedure = None if told.procedure is None else {**told.procedure.names, "code": told.procedure.code}
    row = PresentationRecord(
        holder=told.subject,
        client_id=party.client_id,
        party=json.dumps(dict(party.name), ensure_ascii=False),
        procedure=None if procedure is None else json.dumps(procedure, ensure_ascii=False),
        documents=json.dumps(list(told.documents), ensure_ascii=False),
        outcome=GIVEN if told.outcome == GIVEN else REFUSED,
        reason=told.reason,
        at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def _undo(
    services: DocumentServices, pending: Pending, record_id: int | None, told: Told, error: NotDelivered
) -> None:
    with services.db.begin() as session:
        if error.final:
            presentation_store.set_outcome(session, pending.id, FAILED)
        else:
            presentation_store.release(session, pending.id)
        row = None if record_id is None else presentation_store.record(session, record_id)
        if row is not None:
            row.outcome, row.reason = FAILED, error.reason
        _audit(services, session, "presentation.failed", pending, told, error.reason)


def _audit(
    services: DocumentServices, session: Session, event: str, pending: Pending, told: Told, reason: str | None
) -> None:
    details = {"request": pending.request_hash, "reason": reason, "documents": list(told.documents)}
    services.audit.record(
        session, event=event, subject=told.subject, client_id=pending.client_id, details=details,
        now=services.clock.now(),
    )  # fmt: skip


def _ascii(description: str) -> str:
    """RFC 6749 4.1.2.1 allows printable ASCII without quotation mark and backslash."""
    return "".join(c for c in description if c.isascii() and c.isprintable() and c not in '"\\')
