"""All queries of the OpenID Provider. Single use is one UPDATE whose row count tells who was first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Delete, Update

from idp.oauth.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    Consent,
    Grant,
    InitialAccessToken,
    PendingAuthorization,
    PushedRequest,
    RefreshToken,
    UsedAssertion,
    UsedProof,
)
from idp.prepared import Prepared

# Longer than any request that was loaded by its reference may wait for an answer.
PUSHED_REMEMBERED_FOR = timedelta(hours=1)
CONSENTS_AT_ONCE = 10
CODES_REMEMBERED_FOR = timedelta(days=180)  # the longest life of a grant
# Statements made once: SQLAlchemy takes longer to make one of these than to execute it.
_NOTE_SIGN_IN = Prepared(
    update(cast("Table", PendingAuthorization.__table__))
    .where(PendingAuthorization.id == bindparam("request_id"))
    .values(sign_in_asked_at=bindparam("now"), account_chosen=True)
)
_ANSWER = Prepared(
    update(cast("Table", PendingAuthorization.__table__))
    .where(PendingAuthorization.id == bindparam("request_id"), PendingAuthorization.answered_at.is_(None))
    .values(answered_at=bindparam("now"))
)
_CONSENTS = (
    select(Consent.scope, Consent.claims)
    .where(
        Consent.client_id == bindparam("client_id"),
        Consent.subject == bindparam("subject"),
        Consent.expires_at > bindparam("now"),
        Consent.withdrawn_at.is_(None),
    )
    .order_by(Consent.given_at.desc(), Consent.id)
    .limit(CONSENTS_AT_ONCE)
    .offset(bindparam("after"))
    .with_for_update(read=True)
)
_CONSENTS_OF_HERS = Prepared(_CONSENTS.where(Consent.acting_for.is_(None)))
_CONSENTS_FOR_ANOTHER = Prepared(_CONSENTS.where(Consent.acting_for == bindparam("acting_for")))
_NOTE_USE = Prepared(
    update(cast("Table", Grant.__table__))
    .where(Grant.id == bindparam("grant_id"))
    .values(last_used_at=bindparam("now"))
)
_USE_CODE = Prepared(
    update(cast("Table", AuthorizationCode.__table__))
    .where(AuthorizationCode.code_hash == bindparam("hash"), AuthorizationCode.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_USE_REFRESH_TOKEN = Prepared(
    update(cast("Table", RefreshToken.__table__))
    .where(RefreshToken.token_hash == bindparam("hash"), RefreshToken.used_at.is_(None))
    .values(used_at=bindparam("now"))
)


def client(session: Session, client_id: str) -> Client | None:
    """The client, unless it is disabled: then it is nobody, at every endpoint and for every token."""
    found = registered_client(session, client_id)
    return found if found is not None and found.disabled_at is None else None


def registered_client(session: Session, client_id: str) -> Client | None:
    """The client, disabled or not: for the registry itself."""
    # A text that cannot be an identifier is not looked up: PostgreSQL refuses NUL in a parameter.
    return session.get(Client, client_id) if 0 < len(client_id) <= 100 and client_id.isprintable() else None


def clients(session: Session) -> Sequence[Client]:
    return session.scalars(select(Client).order_by(Client.client_id_issued_at, Client.client_id)).all()


def public_clients(session: Session) -> Sequence[Client]:
    return session.scalars(
        select(Client).where(Client.token_endpoint_auth_method == "none", Client.disabled_at.is_(None))
    ).all()


def end_pending(session: Session, client_id: str) -> None:
    """Forget the requests of a client that are on their way."""
    session.execute(delete(PendingAuthorization).where(PendingAuthorization.client_id == client_id))


def remove_client(session: Session, client_id: str) -> None:
    """The client and, by the foreign keys, all that was asked, consented and granted for it."""
    session.execute(delete(UsedAssertion).where(UsedAssertion.client_id == client_id))
    session.execute(delete(Client).where(Client.client_id == client_id))


def replace_registration_token(session: Session, client_id: str, old_hash: str, new_hash: str) -> bool:
    """True for the one caller whose token is still the client's."""
    row = Client
    return one(
        session,
        update(row)
        .where(row.client_id == client_id, row.registration_access_token_hash == old_hash)
        .values(registration_access_token_hash=new_hash),
    )


def initial_access_tokens(session: Session) -> Sequence[InitialAccessToken]:
    """Newest first."""
    return session.scalars(select(InitialAccessToken).order_by(InitialAccessToken.created_at.desc())).all()


def initial_access_token(session: Session, token_hash: str) -> InitialAccessToken | None:
    return session.get(InitialAccessToken, token_hash)


def use_initial_access_token(session: Session, token_hash: str, now: datetime) -> bool:
    """True for a caller that got one of the uses that are left."""
    row = InitialAccessToken
    return one(
        session,
        update(row)
        .where(row.token_hash == token_hash, row.expires_at > now, row.uses_left > 0)
        .values(uses_left=row.uses_left - 1),
    )


def end_initial_access_token(session: Session, token_id: str) -> bool:
    row = InitialAccessToken
    return one(session, delete(row).where(row.id == token_id))


def pending(session: Session, request_id: str) -> PendingAuthorization | None:
    return session.get(PendingAuthorization, request_id) if request_id.isprintable() else None


def bind_pending(session: Session, request_id: str, browser_hash: str) -> bool:
    """True where this browser is the first to open the request."""
    row = PendingAuthorization
    return one(
        session,
        update(row).where(row.id == request_id, row.browser_hash.is_(None)).values(browser_hash=browser_hash),
    )


def answer_pending(session: Session, request_id: str, now: datetime) -> bool:
    """True for the one caller that may answer the request."""
    return _ANSWER.run(session, request_id=request_id, now=now) == 1


def note_sign_in(session: Session, request_id: str, now: datetime) -> None:
    _NOTE_SIGN_IN.run(session, request_id=request_id, now=now)


def note_acting(session: Session, request_id: str, sub: str) -> None:
    session.execute(
        update(PendingAuthorization)
        .where(PendingAuthorization.id == request_id)
        .values(acting_sub=sub)
        .execution_options(synchronize_session=False)
    )


def consents(
    session: Session, client_id: str, subject: str, acting_for: str | None, now: datetime
) -> Iterator[tuple[str, Sequence[str]]]:
    """Scope and claims of the receipts that still hold, given for herself (None) or for this organisation.

    The newest first, and a few at a time: mostly the first one says it all. What is looked at is held till the
    transaction ends: she cannot withdraw between the look at it and what is granted by it.
    """
    statement = _CONSENTS_OF_HERS if acting_for is None else _CONSENTS_FOR_ANOTHER
    whom = {} if acting_for is None else {"acting_for": acting_for}
    for after in count(0, CONSENTS_AT_ONCE):
        rows = statement.all(session, client_id=client_id, subject=subject, now=now, after=after, **whom)
        yield from ((row.scope, row.claims) for row in rows)
        if len(rows) < CONSENTS_AT_ONCE:
            return


def grant(session: Session, grant_id: str) -> Grant | None:
    return session.get(Grant, grant_id, populate_existing=True)


def revoke_grant(session: Session, grant_id: str, now: datetime) -> bool:
    """True where it was not revoked before."""
    return one(session, update(Grant).where(Grant.id == grant_id, Grant.revoked_at.is_(None)).values(revoked_at=now))


def note_use(session: Session, grant_id: str, now: datetime) -> None:
    _NOTE_USE.run(session, grant_id=grant_id, now=now)


def grants_of_browser(session: Session, session_id: str) -> Sequence[Grant]:
    """Grants made in this browser session that are not revoked."""
    return session.scalars(select(Grant).where(Grant.session_id == session_id, Grant.revoked_at.is_(None))).all()


def revoke_acting(session: Session, subject: str, organisation: str, now: datetime) -> None:
    """End what one person was granted for one organisation, offline access too."""
    row = Grant
    session.execute(
        update(row)
        .where(row.subject == subject, row.acting_for == organisation, row.revoked_at.is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


def code(session: Session, code_hash: str) -> AuthorizationCode | None:
    return session.get(AuthorizationCode, code_hash)


def use_code(session: Session, code_hash: str, now: datetime) -> bool:
    return _USE_CODE.run(session, hash=code_hash, now=now) == 1


def access_token(session: Session, token_hash: str) -> AccessToken | None:
    return session.get(AccessToken, token_hash)


def delete_access_token(session: Session, token_hash: str) -> bool:
    """True for the one caller that revokes it."""
    return one(session, delete(AccessToken).where(AccessToken.token_hash == token_hash))


def refresh_token(session: Session, token_hash: str) -> RefreshToken | None:
    return session.get(RefreshToken, token_hash)


def use_refresh_token(session: Session, token_hash: str, now: datetime) -> bool:
    return _USE_REFRESH_TOKEN.run(session, hash=token_hash, now=now) == 1


def remember_assertion(session: Session, client_id: str, jti_hash: str, expires_at: datetime) -> bool:
    """True where this `jti` was not seen before; the primary key decides between two at once."""
    try:
        with session.begin_nested():
            session.add(UsedAssertion(client_id=client_id, jti_hash=jti_hash, expires_at=expires_at))
    except IntegrityError:
        return False
    return True


def remember_proof(session: Session, proof_hash: str, expires_at: datetime, now: datetime) -> bool:
    """True where this proof was not seen before; the primary key decides between two at once.

    One in sixteen, whichever hash begins so, clears away those that are over: there is one for each request.
    """
    if proof_hash.startswith("0"):
        session.execute(delete(UsedProof).where(UsedProof.expires_at <= now))
    try:
        with session.begin_nested():
            session.add(UsedProof(proof_hash=proof_hash, expires_at=expires_at))
    except IntegrityError:
        return False
    return True


def delete_expired(session: Session, now: datetime) -> None:
    """Forget what can no longer be used, nor tell of a reuse. Grants and receipts are kept: they are the record.

    A used code or refresh token must be known for as long as what it got may live: its second use ends that.
    """
    over = (PendingAuthorization, AccessToken, RefreshToken, UsedAssertion, UsedProof, InitialAccessToken)
    for expiring in over:
        session.execute(delete(expiring).where(expiring.expires_at <= now))
    session.execute(delete(PushedRequest).where(PushedRequest.expires_at <= now - PUSHED_REMEMBERED_FOR))
    session.execute(delete(AuthorizationCode).where(AuthorizationCode.expires_at <= now - CODES_REMEMBERED_FOR))


def one(session: Session, statement: Update | Delete) -> bool:
    # synchronize_session=False: the caller reads the row again where it needs the new value.
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount == 1
