"""Queries of passkeys and their challenges: the only place of this package with `select()`."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.accounts.passkeys.info import PasskeyInfo, info
from idp.accounts.passkeys.models import Passkey, PasskeyChallenge
from idp.prepared import Prepared

CHALLENGE_LIFE = timedelta(minutes=5)
_LIVE = Passkey.removed_at.is_(None)
_ANY = Prepared(select(Passkey.id).where(Passkey.subject == bindparam("subject"), _LIVE).limit(1))


def of(session: Session, subject: str) -> list[PasskeyInfo]:
    """The account's passkeys that are not removed, the newest first."""
    query = select(Passkey).where(Passkey.subject == subject, Passkey.removed_at.is_(None))
    return [info(row) for row in session.scalars(query.order_by(Passkey.created_at.desc(), Passkey.id))]


def any_of(session: Session, subject: str) -> bool:
    """Whether the account has a passkey."""
    return _ANY.one(session, subject=subject) is not None


def by_credential(session: Session, credential_id: str) -> PasskeyInfo | None:
    """The passkey with this identifier, unless it is unknown or removed."""
    query = select(Passkey).where(Passkey.credential_id == credential_id, Passkey.removed_at.is_(None))
    row = session.scalar(query)
    return None if row is None else info(row)


def keep(session: Session, passkey: Passkey) -> bool:
    """False where the identifier is, or once was, somebody's (WebAuthn 7.1, step 27)."""
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError:
        return False
    return True


def rename(session: Session, passkey_id: str, subject: str, name: str) -> bool:
    """Give a passkey of this account another name; False where it is not hers, or removed."""
    return _one(session, _hers(passkey_id, subject).values(name=name))


def remove(session: Session, passkey_id: str, subject: str, now: datetime) -> bool:
    """Remove a passkey of this account; False where it is not hers or was removed before."""
    return _one(session, _hers(passkey_id, subject).values(removed_at=now))


def used(session: Session, passkey_id: str, count: tuple[int, int], backed_up: bool, now: datetime) -> bool:
    """Count a use, from the count that was read to the new one; False where another use came in between."""
    before, after = count
    statement = update(Passkey).where(Passkey.id == passkey_id, Passkey.removed_at.is_(None))
    statement = statement.where(Passkey.sign_count == before)
    return _one(session, statement.values(sign_count=after, backed_up=backed_up, last_used_at=now))


def keep_challenge(session: Session, value: bytes, session_id: str, purpose: str, now: datetime) -> None:
    """Remember a challenge of this browser session; an earlier one for the same purpose is void."""
    row = PasskeyChallenge
    stale = (row.session_id == session_id) & (row.purpose == purpose)
    session.execute(delete(row).where(stale | (row.expires_at <= now)))
    expires_at = now + CHALLENGE_LIFE
    session.add(row(value_hash=_hash(value), session_id=session_id, purpose=purpose, expires_at=expires_at))


def use_challenge(session: Session, value: bytes, session_id: str, purpose: str, now: datetime) -> bool:
    """Single use: one DELETE whose row count decides."""
    row = PasskeyChallenge
    mine = (row.value_hash == _hash(value)) & (row.session_id == session_id) & (row.purpose == purpose)
    return _one(session, delete(row).where(mine, row.expires_at > now))


def _hers(passkey_id: str, subject: str) -> Any:
    return update(Passkey).where(Passkey.id == passkey_id, Passkey.subject == subject, Passkey.removed_at.is_(None))


def _one(session: Session, statement: Executable) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount == 1


def _hash(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()
