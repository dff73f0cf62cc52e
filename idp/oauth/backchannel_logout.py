"""OpenID Connect Back-Channel Logout 1.0: telling clients that a session is over, until they say that they know.

What is to be told is written down in the transaction that ends the session, so that none is forgotten; it is sent
afterwards, outside of any transaction, and again where that failed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy.orm import Session

from idp import refusal_log
from idp.oauth import acting, logout_store, logout_token, pairwise, store
from idp.oauth.models import Client, LogoutDelivery
from idp.oauth.ports import OAuthServices
from idp.outbound import OutboundError

#: How long after a failed try the next one comes; after the last of them the client is given up.
RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
log = logging.getLogger("mock_vneid.oauth")
LEASE = timedelta(minutes=1)  # longer than any call takes
AT_ONCE = 20
# A client that answers so may answer otherwise soon; every other refusal is its last word (section 2.8).
MAY_PASS = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True)
class _Outcome:
    error: str | None
    again: bool = False


def deliver_due(services: OAuthServices, now: datetime) -> datetime | None:
    """Try what is due at `now`; returns when the next try is, or None where nothing waits.

    Each try has its own time: the clients before may have taken longer than a token and a lease live.
    """
    with services.db.read() as session:
        waiting = logout_store.due(session, now, AT_ONCE)
        session.expunge_all()
    for delivery in waiting:
        _try(services, delivery, services.clock.now())
    with services.db.read() as session:
        return logout_store.next_due(session)


def _try(services: OAuthServices, delivery: LogoutDelivery, now: datetime) -> None:
    with services.db.begin() as session:
        if not logout_store.claim(session, delivery.id, delivery.next_at, now + LEASE):
            return
        client = store.client(session, delivery.client_id)
        session.expunge_all()
    outcome = _send(services, delivery, client, now)
    attempt = delivery.attempts + 1
    next_at = now + RETRY_AFTER[attempt - 1] if outcome.again and attempt <= len(RETRY_AFTER) else None
    _tell_operator(delivery, outcome, attempt, next_at)
    delivered_at = now if outcome.error is None else None
    with services.db.begin() as session:
        logout_store.conclude(session, delivery.id, next_at=next_at, delivered_at=delivered_at, error=outcome.error)
        if next_at is None:
            _record(services, session, delivery, outcome, attempt, now)


def _send(services: OAuthServices, delivery: LogoutDelivery, client: Client | None, now: datetime) -> _Outcome:
    if client is None or client.backchannel_logout_uri is None:
        return _Outcome("no_address")  # disabled or changed since
    sid = pairwise.session_identifier(services.pairwise_salt, client.client_id, delivery.session_id)
    sub = acting.sub(services, client, delivery.subject, delivery.acting_for)
    token = logout_token.sign(services.keys, issuer=services.issuer, client=client, sub=sub, sid=sid, now=now)
    uri = client.backchannel_logout_uri
    try:
        reply = services.outbound.post_form(uri, {"logout_token": token}, registered=(uri,), accept="*/*")
    except OutboundError as error:
        return _Outcome(error.code, again=True)
    if reply.status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
        return _Outcome(None)
    return _Outcome(f"status_{reply.status}", again=reply.status >= 500 or reply.status in MAY_PASS)


def _tell_operator(delivery: LogoutDelivery, outcome: _Outcome, attempt: int, next_at: datetime | None) -> None:
    client = refusal_log.plain(delivery.client_id)
    if outcome.error is None:
        log.info("logout token delivered client=%s attempt=%d", client, attempt)
        return
    following = f"again at {next_at:%Y-%m-%dT%H:%M:%SZ}" if next_at else "given up"
    log.warning("logout token not delivered client=%s attempt=%d: %s, %s", client, attempt, outcome.error, following)


def _record(
    services: OAuthServices,
    session: Session,
    delivery: LogoutDelivery,
    outcome: _Outcome,
    attempt: int,
    now: datetime,
) -> None:
    services.audit.record(
        session,
        event="oauth.logout_told" if outcome.error is None else "oauth.logout_not_told",
        subject=delivery.subject,
        client_id=delivery.client_id,
        details={"attempts": attempt, **({"error": outcome.error} if outcome.error else {})},
        now=now,
    )
