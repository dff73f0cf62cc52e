"""Requests at the wallet, from the first click to the authenticated request (OpenID4VP 1.0 sections 5 and 5.10).

Each is bound to the browser session that brought it. Whoever answers must be signed in and gives her passcode at
consent, whatever the session's level: possession of the browser alone never shows a document.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.documents import metadata, party_keys, presentation_store, request_object
from idp.documents.authorization_request import AuthorizationRequest
from idp.documents.ports import DocumentServices, RelyingParty
from idp.documents.presentation_models import PresentationTransaction
from idp.outbound import OutboundError, Reply

LIFETIME = timedelta(minutes=10)
#: An answered request is remembered this long after its end, so that it is not answered again.
KEEP = timedelta(days=1)


class RequestUnavailable(Exception):
    """The request object could not be fetched; `reason` is a stable word, `unknown` for an HTTP error (5.10.2)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Pending:
    """A request as this browser brought it. `claims` is None until it was fetched and authenticated."""

    id: str
    client_id: str
    request_uri: str
    request_uri_method: str
    needs_confirmation: bool
    other_device: bool
    claims: Mapping[str, object] | None
    request_hash: str
    expires_at: datetime
    outcome: str | None

    @property
    def answer_key(self) -> str:
        """Client and nonce: the same request opened twice is still one request (14.2)."""
        nonce = (self.claims or {}).get("nonce", self.request_hash)
        return hashlib.sha256(json.dumps([self.client_id, nonce]).encode()).hexdigest()


def begin(
    session: Session, asked: AuthorizationRequest, browser_session_id: str, other_device: bool, now: datetime
) -> str:
    """Keep a request for this browser; returns its id."""
    presentation_store.sweep(session, now - KEEP)
    row = PresentationTransaction(
        id=secrets.token_urlsafe(32),
        session_id=browser_session_id,
        client_id=asked.client_id,
        request_uri=asked.request_uri,
        request_uri_method=asked.request_uri_method,
        other_device=other_device,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(row)
    return row.id


def find(session: Session, transaction_id: str, browser_session_id: str, now: datetime) -> Pending | None:
    """The request, only in the browser that brought it and while it lasts; its outcome stays to be seen."""
    row = presentation_store.transaction(session, transaction_id)
    if row is None or row.session_id != browser_session_id:
        return None
    if row.outcome is None and row.expires_at <= now:
        return None
    claims = json.loads(row.request) if row.request is not None else None
    outcome = row.outcome
    pending = Pending(
        row.id, row.client_id, row.request_uri, row.request_uri_method, row.other_device and row.confirmed_at is None,
        row.other_device, claims, row.request_hash or "", row.expires_at, outcome,
    )  # fmt: skip
    if outcome is None and claims is not None and presentation_store.is_answered(session, pending.answer_key):
        return replace(pending, outcome="elsewhere")
    return pending


def confirm(session: Session, transaction_id: str, now: datetime) -> None:
    """She says that she began this herself."""
    row = presentation_store.transaction(session, transaction_id)
    if row is not None and row.confirmed_at is None:
        row.confirmed_at = now


def fetch(services: DocumentServices, pending: Pending, party: RelyingParty) -> Pending:
    """Fetch and authenticate the request object, and keep it. Raises RequestUnavailable, NotAuthentic."""
    wallet_nonce = secrets.token_urlsafe(32) if pending.request_uri_method == "post" else None
    reply = _ask(services, pending, party, wallet_nonce)
    now = services.clock.now()
    claims = request_object.authenticate(
        reply,
        _with_keys(services, party, reply, now),
        audience=metadata.wallet_issuer(services.config.issuer),
        wallet_nonce=wallet_nonce,
        now=now,
    )
    request_object.return_address(claims, party)
    kept = json.dumps(claims, sort_keys=True)
    digest = hashlib.sha256(kept.encode()).hexdigest()
    expires_at = min(pending.expires_at, request_object.expires_at(claims) or pending.expires_at)
    with services.db.begin() as session:
        presentation_store.keep_request(session, pending.id, kept, digest, expires_at)
        browser = presentation_store.transaction(session, pending.id)
        found = None if browser is None else find(session, pending.id, browser.session_id, now)
    if found is None:
        raise RequestUnavailable("expired")
    return found


def _with_keys(services: DocumentServices, party: RelyingParty, text: str, now: datetime) -> RelyingParty:
    try:
        return party_keys.to_verify(services, party, text, now)
    except party_keys.NoKeys as error:
        raise RequestUnavailable("no_keys") from error


def _ask(services: DocumentServices, pending: Pending, party: RelyingParty, wallet_nonce: str | None) -> str:
    uri, accept = pending.request_uri, request_object.MEDIA_TYPE
    try:
        if wallet_nonce is None:
            reply = services.outbound.get(uri, registered=party.request_uris, accept=accept)
        else:
            told = {"wallet_metadata": json.dumps(metadata.capabilities()), "wallet_nonce": wallet_nonce}
            reply = services.outbound.post_form(uri, told, registered=party.request_uris, accept=accept)
    except OutboundError as error:
        raise RequestUnavailable(error.code) from error
    return _text(reply)


def _text(reply: Reply) -> str:
    if reply.status != 200:  # 5.10.2: MUST terminate
        raise RequestUnavailable("unknown")
    try:
        return reply.body.decode("ascii")
    except UnicodeDecodeError as error:
        raise RequestUnavailable("malformed") from error
