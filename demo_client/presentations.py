"""Presentation transactions: begun here, answered by the wallet, concluded once by the browser that began them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from demo_client import store
from demo_client.citizen import Citizen
from demo_client.dcql import RESPONSE_MODE, query_for
from demo_client.direct_post import InvalidResponse, WalletResponse
from demo_client.i18n import local_date
from demo_client.models import Transaction
from demo_client.procedures.model import Procedure
from demo_client.secret_values import hash_of, is_token, new_token

#: From the request to the wallet's answer, and again from the answer to the browser's return.
LIFETIME = timedelta(minutes=5)
#: A code shown on a screen is only good for this long: whoever photographs it comes too late (RFC 10027).
QR_LIFETIME = timedelta(minutes=2)
#: What came of a document that is filed nowhere can be looked at for so long; then the verdict alone is left.
KEEP_SHOWN = timedelta(minutes=10)
#: How long the outcome of a refused or declined request can be looked at again.
KEEP_OUTCOME = timedelta(days=1)


@dataclass(frozen=True)
class Begun:
    """A new transaction and the request-id, which exists in clear only here and in what the wallet fetches."""

    transaction: Transaction
    request_id: str


def begin(
    session: Session, citizen: Citizen, procedure: Procedure, browser: str, other_device: bool, now: datetime
) -> Begun:
    """Make a request for a procedure's documents, bound to this browser and this person."""
    forget(session, now)
    request_id = new_token()
    transaction = Transaction(
        id=new_token(),
        request_hash=hash_of(request_id),
        browser_hash=hash_of(browser),
        nonce=new_token(),  # 5.2: fresh and random for every request
        subject=citizen.subject,
        personal_id_number=citizen.personal_id_number,
        full_name=citizen.name,
        identity_level=citizen.identity_level,
        acr=citizen.acr,
        procedure=procedure.slug,
        procedure_date=local_date(now),
        query=query_for(procedure),
        response_mode=RESPONSE_MODE,
        other_device=other_device,
        created_at=now,
        request_until=now + (QR_LIFETIME if other_device else LIFETIME),
        expires_at=now + LIFETIME,
    )
    session.add(transaction)
    return Begun(transaction, request_id)


def forget(session: Session, now: datetime) -> int:
    """Delete what may no longer be kept; returns the number of dossiers whose retention has ended.

    Done at every new request, so that the rule holds where nobody runs the command.
    """
    store.sweep(
        session,
        answers_before=now - LIFETIME,
        shown_before=now - KEEP_SHOWN,
        outcomes_before=now - KEEP_OUTCOME,
    )
    store.purge_receipts(session, local_date(now))
    return store.purge_dossiers(session, local_date(now))


def requested(session: Session, request_id: str, now: datetime) -> Transaction | None:
    """The transaction whose request may be fetched now.

    Fetching is allowed again until it is answered: a wallet may have to retry, and each time its own fresh
    `wallet_nonce` goes into the object.
    """
    if not is_token(request_id):
        return None
    found = store.transaction_by_request(session, hash_of(request_id))
    open_still = found is not None and found.answered_at is None and now < found.request_until
    return found if open_still else None


def receive(session: Session, response: WalletResponse, portal_url: str, now: datetime) -> dict[str, str]:
    """Keep the wallet's answer, once, and say what to tell the wallet. Raises InvalidResponse.

    Nothing is decided here. Whoever began the request must come back with the response code (14.3): a person
    lured into answering somebody else's request returns to a browser that does not know it.
    """
    request_hash = hash_of(response.state)
    found = store.transaction_by_request(session, request_hash)
    if found is None:
        raise InvalidResponse("state is unknown, expired or already answered")
    if response.error is None and response.encrypted != (found.response_mode == "direct_post.jwt"):
        raise InvalidResponse(f"the request asked for {found.response_mode}")
    code = None if found.other_device else new_token()
    values = {
        "vp_token": response.vp_token,
        "outcome_code": response.error,
        "response_code_hash": hash_of(code) if code else None,
    }
    if not store.answer(session, request_hash, now, values):
        raise InvalidResponse("state is unknown, expired or already answered")
    if code is None:
        return {}
    return {"redirect_uri": f"{portal_url}/presentation/return?{urlencode({'response_code': code})}"}


def returned(session: Session, response_code: str) -> Transaction | None:
    """The transaction whose answer this response code was made for."""
    return store.transaction_by_code(session, hash_of(response_code)) if is_token(response_code) else None


def belongs(transaction: Transaction, browser: str, citizen: Citizen | None) -> bool:
    """True in the browser that began it, with the same person still signed in."""
    same_browser = transaction.browser_hash == hash_of(browser)
    return same_browser and citizen is not None and citizen.subject == transaction.subject


def state(transaction: Transaction, now: datetime) -> str:
    """pending, answered, expired, or the outcome: filed, shown, refused, declined."""
    if transaction.outcome is not None:
        return transaction.outcome
    if transaction.answered_at is not None:
        return "answered" if now < transaction.answered_at + LIFETIME else "expired"
    return "pending" if now < transaction.expires_at else "expired"


def outcome(code: str, answers: Mapping[str, str] | None = None, *, declined: bool = False) -> dict[str, Any]:
    """The values that conclude a transaction without a dossier."""
    return {"outcome": "declined" if declined else "refused", "outcome_code": code, "answers": answers or {}}
