"""Which sessions here are signed in, by which session of the provider, and their end when it says so.

The session itself is a file that any request of its browser writes again; what counts is the row in the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from demo_client import store
from demo_client.citizen import SignInRefused
from demo_client.logout_token import LEEWAY, LogoutNotice, LogoutTokenError
from demo_client.models import LogoutNotice as NoticeRow
from demo_client.models import SignIn
from demo_client.secret_values import hash_of

#: A sign-in is over after this long, whatever its browser does.
LASTS = timedelta(hours=8)
#: How long after an ID Token was issued its sign-in may still arrive here; longer than any code lives.
ON_THE_WAY = timedelta(minutes=10)


def begin(
    session: Session, session_hash: str, *, subject: str, sid: str | None, issued_at: datetime, now: datetime
) -> None:
    """Signed in from now on. Raises SignInRefused where the provider said meanwhile that it is over."""
    store.one_sign_in_at_a_time(session)
    store.forget_sign_ins(session, now)
    sid_hash = hash_of(sid) if sid is not None else None
    if store.was_told_over(session, sid_hash, subject, issued_at):
        raise SignInRefused("ended_meanwhile")
    session.add(SignIn(session_hash=session_hash, sid_hash=sid_hash, subject=subject, expires_at=now + LASTS))


def holds(session: Session, session_hash: str, now: datetime) -> bool:
    found = store.sign_in(session, session_hash)
    return found is not None and now < found.expires_at


def end(session: Session, session_hash: str) -> None:
    """She signs out herself, or in again."""
    store.end_sign_ins(session, [session_hash])


def move(session: Session, before: str, after: str) -> None:
    """The same session has a new name."""
    store.one_sign_in_at_a_time(session)
    store.rename_sign_in(session, before, after)


def end_by_sid(session: Session, sid: str) -> Sequence[str]:
    """End what that session of the provider signed in; returns the hashes of the sessions that were."""
    store.one_sign_in_at_a_time(session)
    return _ended(session, store.sign_ins_of(session, sid_hash=hash_of(sid)))


def end_as_told(session: Session, notice: LogoutNotice, now: datetime) -> Sequence[str]:
    """Back-Channel Logout 1.0 section 2.7, once for each token (2.6 item 8). Raises LogoutTokenError."""
    store.one_sign_in_at_a_time(session)
    store.forget_sign_ins(session, now)
    jti_hash = hash_of(notice.jti)
    if store.logout_notice(session, jti_hash) is not None:
        raise LogoutTokenError("a token with this jti was taken already")
    session.add(
        NoticeRow(
            jti_hash=jti_hash,
            sid_hash=hash_of(notice.sid) if notice.sid is not None else None,
            subject=notice.sub,
            issued_at=notice.issued_at,
            keep_until=max(notice.expires_at + LEEWAY, now + ON_THE_WAY),
        )
    )
    if notice.sid is not None:
        return _ended(session, store.sign_ins_of(session, sid_hash=hash_of(notice.sid)))
    return _ended(session, store.sign_ins_of(session, subject=notice.sub))


def _ended(session: Session, session_hashes: Sequence[str]) -> Sequence[str]:
    store.end_sign_ins(session, session_hashes)
    return session_hashes
