"""Queries of bound devices and what hangs on them: the only place of this package with `select()`."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from idp.accounts.phone.bound_device import BoundDevice, Notice, notice, view
from idp.accounts.phone.models import PhoneChallenge, PhoneDecision, PhoneDevice, PhoneNotice
from idp.prepared import Prepared

CHALLENGE_LIFE = timedelta(minutes=5)
NOTICES_SHOWN = 20
_LIVE = PhoneDevice.removed_at.is_(None)
_ANY = Prepared(select(PhoneDevice.id).where(PhoneDevice.subject == bindparam("subject"), _LIVE).limit(1))


def of(session: Session, subject: str) -> list[BoundDevice]:
    """The account's devices that are not removed, the newest first."""
    query = select(PhoneDevice).where(PhoneDevice.subject == subject, PhoneDevice.removed_at.is_(None))
    return [view(row) for row in session.scalars(query.order_by(PhoneDevice.bound_at.desc(), PhoneDevice.id))]


def any_of(session: Session, subject: str) -> bool:
    """Whether the account has a device."""
    return _ANY.one(session, subject=subject) is not None


def live(session: Session, device_id: str) -> BoundDevice | None:
    """The device, unless it is unknown or removed."""
    query = select(PhoneDevice).where(PhoneDevice.id == device_id, PhoneDevice.removed_at.is_(None))
    row = session.scalar(query)
    return None if row is None else view(row)


def opened_in(session: Session, session_id: str, subject: str) -> BoundDevice | None:
    """The device of this account that is open in this browser session."""
    query = select(PhoneDevice).where(PhoneDevice.session_id == session_id, PhoneDevice.subject == subject)
    query = query.where(PhoneDevice.removed_at.is_(None)).order_by(PhoneDevice.last_used_at.desc())
    row = session.scalars(query.limit(1)).first()
    return None if row is None else view(row)


def key_known(session: Session, thumbprint: str) -> bool:
    """Whether this key is, or once was, bound."""
    query = select(PhoneDevice.id).where(PhoneDevice.thumbprint == thumbprint)
    return session.scalar(query) is not None


def remove(session: Session, device_id: str, subject: str, now: datetime) -> bool:
    """Remove a device of this account; False where it is not hers or was removed before."""
    statement = (
        update(PhoneDevice)
        .where(PhoneDevice.id == device_id, PhoneDevice.subject == subject, PhoneDevice.removed_at.is_(None))
        .values(removed_at=now)
        .execution_options(synchronize_session=False)
    )
    return _one(session, statement)


def rename(session: Session, device_id: str, subject: str, name: str) -> bool:
    """Give a live device of this account another name."""
    statement = (
        update(PhoneDevice)
        .where(PhoneDevice.id == device_id, PhoneDevice.subject == subject, PhoneDevice.removed_at.is_(None))
        .values(name=name)
        .execution_options(synchronize_session=False)
    )
    return _one(session, statement)


def used(session: Session, device_id: str, session_id: str, now: datetime) -> None:
    """The device is in use, opened in this browser session."""
    session.execute(
        update(PhoneDevice)
        .where(PhoneDevice.id == device_id)
        .values(last_used_at=now, session_id=session_id)
        .execution_options(synchronize_session=False)
    )


def challenge(session: Session, session_id: str, purpose: str, now: datetime) -> str:
    """A new random value for this browser session to sign; earlier ones of it are void."""
    value = secrets.token_urlsafe(32)
    stale = (PhoneChallenge.session_id == session_id) & (PhoneChallenge.purpose == purpose)
    session.execute(delete(PhoneChallenge).where(stale | (PhoneChallenge.expires_at <= now)))
    expires_at = now + CHALLENGE_LIFE
    session.add(
        PhoneChallenge(value_hash=_hash(value), session_id=session_id, purpose=purpose, expires_at=expires_at)
    )
    return value


def use_challenge(session: Session, value: str, session_id: str, purpose: str, now: datetime) -> bool:
    """Single use: one DELETE whose row count decides."""
    statement = (
        delete(PhoneChallenge)
        .where(PhoneChallenge.value_hash == _hash(value), PhoneChallenge.session_id == session_id)
        .where(PhoneChallenge.purpose == purpose, PhoneChallenge.expires_at > now)
        .execution_options(synchronize_session=False)
    )
    return _one(session, statement)


def keep_decision(
    session: Session, device_id: str, jti: str, transaction_id: str, signed: str, now: datetime
) -> bool:
    """File a signed decision; False where this device used the same `jti` before."""
    row = PhoneDecision(device_id=device_id, jti=jti, transaction_id=transaction_id, signed=signed, decided_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def unseen_notices(session: Session, device_id: str) -> list[Notice]:
    """What this device has not been told yet, the newest first."""
    query = select(PhoneNotice).where(PhoneNotice.device_id == device_id, PhoneNotice.seen_at.is_(None))
    rows = session.scalars(query.order_by(PhoneNotice.created_at.desc()).limit(NOTICES_SHOWN))
    return [notice(row) for row in rows]


def notices_seen(session: Session, device_id: str, now: datetime) -> None:
    """She has read them."""
    session.execute(
        update(PhoneNotice)
        .where(PhoneNotice.device_id == device_id, PhoneNotice.seen_at.is_(None))
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def _one(session: Session, statement: object) -> bool:
    return bool(session.execute(statement).rowcount)  # type: ignore[call-overload]


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
