"""The life of a sign-in by QR: waiting, scanned, then approved, refused, not_me or expired (RFC 10027 6.1.2, 6.1.3).

What counts is decided by one UPDATE each; what is read before it only says why something is refused.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp import acr, throttling
from idp.accounts import names
from idp.accounts import store as accounts
from idp.accounts.authentication import may_sign_in
from idp.accounts.models import Account
from idp.accounts.qr_sign_in import codes, service_shown, store
from idp.accounts.qr_sign_in.errors import (
    AlreadyDecided,
    AlreadyScanned,
    Crowded,
    Expired,
    NotAllowed,
    NotFound,
    QrError,
)
from idp.accounts.qr_sign_in.models import QrSignInRow
from idp.accounts.qr_sign_in.service_shown import Asked
from idp.accounts.qr_sign_in.store import Seen
from idp.accounts.states import standing
from idp.db import insert_row
from idp.sessions import Authentication, Device, SignInRequest

LIFETIME = timedelta(seconds=120)
COLLECT_WITHIN = timedelta(seconds=60)
FORGET_AFTER = timedelta(hours=1)
MOST_LIVE = 5  # of one browser session: its tabs
MOST_AT_ADDRESS = 1_000  # a network that hides a whole town behind it must not notice
AMR = ("swk", "pin", "mfa")  # the phone's key and its passcode (RFC 8176)
APPROVE, REFUSE, NOT_ME = DECISIONS = ("approve", "refuse", "not_me")


@dataclass(frozen=True)
class Begun:
    """What the asking page shows. Both codes exist here and on that page only."""

    transaction_id: str
    code: str
    user_code: str
    number: int
    expires_at: datetime


@dataclass(frozen=True)
class Shown:
    """What the phone shows. `request_hash` covers all of it but the three numbers to choose from."""

    transaction_id: str
    service_name: str | None
    acr: str | None
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    browser: str
    address: str
    asked_at: datetime
    choices: tuple[int, int, int]
    request_hash: str
    expires_at: datetime


@dataclass(frozen=True)
class Outcome:
    """How a decision ended: approved, refused, wrong_number, changed or not_me."""

    state: str


def begin(
    session: Session,
    browser_session_id: str,
    asked: SignInRequest,
    request_id: str | None,
    device: Device,
    now: datetime,
) -> Begun:
    """A new code for this browser session. Of too many at once the oldest end. Raises Crowded."""
    store.delete_over(session, now - FORGET_AFTER)
    asked_from = throttling.address_key(device.address).hashed
    waiting, first_ends = store.live_from(session, asked_from, now)
    if waiting >= MOST_AT_ADDRESS:  # RFC 10027 6.1.11
        raise Crowded(first_ends or now)
    for old in store.live_of(session, browser_session_id, now)[MOST_LIVE - 1 :]:
        store.expire(session, old, "superseded")
    transaction_id, code, user_code = secrets.token_hex(16), codes.new_code(), _new_user_code(session)
    content = service_shown.asked(asked, device, now).text()
    choices = secrets.SystemRandom().sample(range(10, 100), 3)
    number, expires_at = secrets.choice(choices), now + LIFETIME
    insert_row(
        session, QrSignInRow, id=transaction_id, code_hash=codes.hashed(code), user_code_hash=codes.hashed(user_code),
        session_id=browser_session_id, request_id=request_id, asked=content,
        request_hash=service_shown.request_hash(transaction_id, content), number=number,
        choices=" ".join(map(str, choices)), state="waiting", created_at=now, expires_at=expires_at,
        asked_from=asked_from,
    )  # fmt: skip
    return Begun(transaction_id, code, user_code, number, expires_at)


def scan(session: Session, code: str, subject: str, device_id: str, now: datetime) -> Shown:
    """Take the request to this device; the same device may look again, no other may. Raises a QrError."""
    row = store.by_code(session, codes.hashed(code))
    if row is None:
        raise NotFound
    if row.state == "waiting" and row.expires_at > now:
        account = _usable(session, subject, now)
        if Asked.read(row.asked).subject not in (None, subject):
            raise NotAllowed
        store.scan(session, row.id, subject, device_id, _masked(account), now)
        row = store.by_id(session, row.id)
    if row is None:
        raise NotFound
    if row.state in ("scanned", *_DECIDED) and (row.subject, row.device_id) != (subject, device_id):
        raise AlreadyScanned
    _check_live(row, now)
    return _shown(row)


def decide(
    session: Session,
    transaction_id: str,
    *,
    subject: str,
    device_id: str,
    decision: str,
    number: int | None,
    request_hash: str,
    now: datetime,
) -> Outcome:
    """Take the decision of the device that scanned. A wrong number, or another content, ends it. Raises a QrError.

    To refuse is never made difficult: neither number nor content nor a locked account stand in its way.
    """
    row = store.by_id(session, transaction_id)
    if row is None or (row.subject, row.device_id) != (subject, device_id):
        raise NotFound
    _check_live(row, now)
    reason = None
    if decision == APPROVE:
        _usable(session, subject, now)
        reason = _objection(row, number, request_hash)
    state = "refused" if reason else {APPROVE: "approved", REFUSE: "refused", NOT_ME: "not_me"}[decision]
    if not store.decide(session, transaction_id, subject, device_id, state, reason, now):
        raise _why_not(session, transaction_id, now)
    return Outcome(reason or state)


def collect(session: Session, transaction_id: str, browser_session_id: str, now: datetime) -> Authentication | None:
    """The result, for the browser session that asked, once, within a minute, and while the account can be used."""
    if not store.collect(session, transaction_id, browser_session_id, now - COLLECT_WITHIN, now):
        return None
    row = store.by_id(session, transaction_id)
    if row is None or row.subject is None or row.decided_at is None:
        return None
    try:
        _usable(session, row.subject, now)
    except NotAllowed:
        return None
    return Authentication(row.subject, acr.achieved(AMR), AMR, row.decided_at)


def state_of(seen: Seen, now: datetime) -> str:
    """The state at `now`: what is not decided, or not collected, in time has expired."""
    if seen.state in store.LIVE:
        return seen.state if seen.expires_at > now else "expired"
    if seen.state == "approved" and seen.decided_at is not None:
        fresh = seen.collected_at is None and seen.decided_at + COLLECT_WITHIN > now
        return "approved" if fresh else "expired"
    return seen.state


_DECIDED = ("approved", "refused", "not_me")


def _objection(row: QrSignInRow, number: int | None, request_hash: str) -> str | None:
    """Why an approval is none."""
    if not hmac.compare_digest(request_hash.encode(), row.request_hash.encode()):
        return "changed"
    return None if number == row.number else "wrong_number"


def _check_live(row: QrSignInRow, now: datetime) -> None:
    if row.state in _DECIDED:
        raise AlreadyDecided
    if row.state == "expired" or row.expires_at <= now:
        raise Expired


def _why_not(session: Session, transaction_id: str, now: datetime) -> QrError:
    """Another decision was faster, or the time was up meanwhile."""
    row = store.by_id(session, transaction_id)
    return Expired() if row is None or row.state not in _DECIDED else AlreadyDecided()


def _usable(session: Session, subject: str, now: datetime) -> Account:
    """The account, where it is active and its holder signs in herself. Raises NotAllowed."""
    account = accounts.account(session, subject)
    if account is None or not standing(account, now).usable or not may_sign_in(account, now):
        raise NotAllowed
    return account


def _masked(account: Account) -> str:
    return service_shown.masked_name(names.nfc(account.person.full_name)) if account.person else ""


def _shown(row: QrSignInRow) -> Shown:
    asked, (first, second, third) = Asked.read(row.asked), map(int, row.choices.split())
    return Shown(
        transaction_id=row.id, service_name=asked.service_name, acr=asked.acr, scopes=asked.scopes,
        claims=asked.claims,
        browser=asked.browser, address=asked.address, asked_at=row.created_at, choices=(first, second, third),
        request_hash=row.request_hash, expires_at=row.expires_at,
    )  # fmt: skip


def _new_user_code(session: Session) -> str:
    while True:
        found = codes.new_user_code()
        if not store.user_code_known(session, codes.hashed(found)):
            return found
