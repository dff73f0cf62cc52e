"""Server-side sessions: what the cookie is worth, and when it is worth nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from idp import sessions, sign_in_requests
from idp.db import Database
from idp.sessions import Authentication, BrowserSessionRow, SignInRequest

LAN = "lan-subject"


def signed_in(now: datetime, acr: str = "urn:vn-mock:loa:1") -> Authentication:
    return Authentication(LAN, acr, ("pwd",), now)


def test_the_database_never_holds_the_cookie_secret(db: Database, now: datetime) -> None:
    """A copy of the table signs nobody in: only the hash of the secret is stored."""
    with db.begin() as session:
        secret, _ = sessions.start(session, now)
        row = session.scalars(select(BrowserSessionRow)).one()
        assert secret not in {str(value) for value in vars(row).values()}


def test_signing_in_makes_a_new_secret(db: Database, now: datetime) -> None:
    """Session fixation: the cookie from before sign-in is worthless after it."""
    with db.begin() as session:
        before, anonymous = sessions.start(session, now)
        after, renewed = sessions.renew(session, anonymous, signed_in(now), now)
        assert sessions.find(session, before, now) is None
        assert sessions.find(session, after, now) == renewed
        assert renewed.csrf_token != anonymous.csrf_token


def test_stepping_up_keeps_the_session_id(db: Database, now: datetime) -> None:
    """The `sid` that clients know stays while the same person adds a factor."""
    with db.begin() as session:
        _, anonymous = sessions.start(session, now)
        _, first = sessions.renew(session, anonymous, signed_in(now), now)
        _, second = sessions.renew(session, first, signed_in(now, "urn:vn-mock:loa:2"), now)
        assert second.id == first.id
        assert second.authentication is not None
        assert second.authentication.acr == "urn:vn-mock:loa:2"


def test_another_person_gets_another_session(db: Database, now: datetime) -> None:
    """Nothing of one person's session is left to the next at the same browser."""
    with db.begin() as session:
        secret, first = sessions.start(session, now, signed_in(now))
        _, second = sessions.renew(session, first, Authentication("hoa", "urn:vn-mock:loa:1", ("pwd",), now), now)
        assert second.id != first.id
        assert sessions.find(session, secret, now) is None


@pytest.mark.parametrize(("wait", "alive"), [(sessions.IDLE - timedelta(seconds=1), True), (sessions.IDLE, False)])
def test_an_idle_session_ends(db: Database, now: datetime, wait: timedelta, alive: bool) -> None:
    """Half an hour without use ends a session."""
    with db.begin() as session:
        secret, _ = sessions.start(session, now, signed_in(now))
        assert (sessions.find(session, secret, now + wait) is not None) is alive


def test_use_does_not_prolong_a_session_for_ever(db: Database, now: datetime) -> None:
    """However busy, a session ends after its lifetime."""
    with db.begin() as session:
        secret, found = sessions.start(session, now, signed_in(now))
        late = now + sessions.LIFETIME
        sessions.touch(session, found.id, late - timedelta(seconds=1))
        assert sessions.find(session, secret, late) is None


def test_a_sign_in_request_belongs_to_one_browser(db: Database, now: datetime) -> None:
    """A link with somebody else's sign-in request opens nothing."""
    asked = SignInRequest("/authorize/continue", acr="urn:vn-mock:loa:2", not_before=now, form_targets=("https://a",))
    with db.begin() as session:
        _, mine = sessions.start(session, now)
        _, other = sessions.start(session, now)
        request_id = sign_in_requests.ask_sign_in(session, mine, asked, now)
        assert sign_in_requests.sign_in_request(session, mine, request_id, now) == asked
        assert sign_in_requests.sign_in_request(session, other, request_id, now) is None
        assert sign_in_requests.sign_in_request(session, mine, request_id, now + sessions.SIGN_IN_LIFETIME) is None


def test_ending_all_sessions_of_a_person(db: Database, now: datetime) -> None:
    """A locked account is signed out everywhere; other people are not."""
    with db.begin() as session:
        hers, _ = sessions.start(session, now, signed_in(now))
        his, _ = sessions.start(session, now, Authentication("hung", "urn:vn-mock:loa:1", ("pwd",), now))
        sessions.end_all_of(session, LAN)
        assert sessions.find(session, hers, now) is None
        assert sessions.find(session, his, now) is not None


def test_expired_sessions_are_forgotten(db: Database, now: datetime) -> None:
    """Cleaning up deletes what is over and nothing else."""
    with db.begin() as session:
        _, old = sessions.start(session, now - sessions.LIFETIME)
        sign_in_requests.ask_sign_in(session, old, SignInRequest("/"), now - sessions.LIFETIME)
        _, young = sessions.start(session, now)
        sessions.delete_expired(session, now)
        assert [row.id for row in session.scalars(select(BrowserSessionRow))] == [young.id]


def test_what_is_asked_of_the_sign_in_page_comes_back_whole(db: Database, now: datetime) -> None:
    """A request is kept as it was made: lists come back as they went in, the instant with its zone."""
    asked = SignInRequest("/x", "Cổng", scopes=("identity", "profile"), form_targets=("https://a",), not_before=now)
    with db.begin() as session:
        _, browser = sessions.start(session, now)
        request_id = sign_in_requests.ask_sign_in(session, browser, asked, now)
        session.flush()
        assert sign_in_requests.sign_in_request(session, browser, request_id, now) == asked
