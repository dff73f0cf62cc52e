"""What one process ends, another does not serve a moment longer: two providers, each with its own engine and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from asking_tokens import ask

from idp.clock import FixedClock
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth import store
from idp.oauth.models import Client, Grant
from tests.oauth.conftest import Provider, compose

OFFLINE = "openid identity offline_access"
Act = Callable[[Provider, dict[str, str]], None]


@pytest.fixture
def elsewhere(bare: Provider, clock: FixedClock, provider_keys: Path, catalogue: Catalogue) -> Iterator[Provider]:
    """The second process: nothing but the database and the key file is shared."""
    db = Database(bare.db.engine.url.render_as_string(hide_password=False))
    second = compose(db, clock, provider_keys, catalogue)
    second.subjects = bare.subjects
    yield second
    db.dispose()


def revoke_access_token(here: Provider, tokens: dict[str, str]) -> None:
    assert ask(here.app, "/revoke", ("rp", here.secret), {"token": tokens["access_token"]}).status_code == 200


def revoke_refresh_token(here: Provider, tokens: dict[str, str]) -> None:
    assert ask(here.app, "/revoke", ("rp", here.secret), {"token": tokens["refresh_token"]}).status_code == 200


def reuse_refresh_token(here: Provider, tokens: dict[str, str]) -> None:
    assert here.refresh(tokens["refresh_token"]).status_code == 200
    assert here.refresh(tokens["refresh_token"]).status_code == 400


def end_grant(here: Provider, tokens: dict[str, str]) -> None:
    with here.db.begin() as session:
        assert store.revoke_grant(session, session.query(Grant).one().id, here.clock.now())


def disable_client(here: Provider, tokens: dict[str, str]) -> None:
    with here.db.begin() as session:
        client = session.get(Client, "rp")
        assert client is not None
        client.disabled_at = here.clock.now()


@pytest.mark.parametrize(
    "act", [revoke_access_token, revoke_refresh_token, reuse_refresh_token, end_grant, disable_client]
)
@pytest.mark.parametrize("form", ["opaque", "jwt"])
def test_the_next_request_elsewhere_sees_it(bare: Provider, elsewhere: Provider, form: str, act: Act) -> None:
    """RFC 7009 2: no time between, at UserInfo and at introspection, whatever form the token has."""
    registered = bare.register(access_token_format=form)
    bare.secret = elsewhere.secret = registered.client_secret or ""
    caller = bare.register(client_id="watcher").client_secret or ""
    tokens = bare.tokens(scope=OFFLINE)
    access = {"token": tokens["access_token"]}
    for _ in range(2):  # served before, and more than once: what there is of caches is warm
        assert elsewhere.userinfo(tokens["access_token"]).status_code == 200
        assert ask(elsewhere.app, "/introspect", ("rp", bare.secret), access).get_json()["active"] is True
        assert ask(elsewhere.app, "/introspect", ("watcher", caller), access).get_json() == {"active": False}
    act(bare, tokens)
    assert elsewhere.userinfo(tokens["access_token"]).status_code == 401
    answer = ask(elsewhere.app, "/introspect", ("rp", bare.secret), access)
    assert answer.get_json() == {"active": False} or answer.status_code == 401
    assert (answer.status_code == 401) == (act is disable_client)


@pytest.mark.parametrize("form", ["opaque", "jwt"])
def test_a_lock_is_seen_elsewhere(bare: Provider, elsewhere: Provider, form: str) -> None:
    """The account is asked about at every request."""
    bare.secret = bare.register(access_token_format=form).client_secret or ""
    token = bare.tokens()["access_token"]
    locking = elsewhere.services.subjects
    assert elsewhere.userinfo(token).status_code == 200
    locking.locked.add("subject-lan")  # type: ignore[attr-defined]
    assert elsewhere.userinfo(token).status_code == 401
    told = ask(elsewhere.app, "/introspect", ("rp", bare.secret), {"token": token}).get_json()
    assert told == {"active": False}


def test_nothing_of_it_may_be_kept_on_the_way(bare: Provider) -> None:
    """RFC 9111 5.2.2.5: a cache between us and the client would be one that survives a revocation."""
    bare.secret = bare.register(userinfo_signed_response_alg="ES256").client_secret or ""
    token = bare.tokens()["access_token"]
    answers = [
        bare.userinfo(token),
        bare.userinfo("unknown"),
        *(ask(bare.app, path, ("rp", bare.secret), {"token": token}) for path in ("/introspect", "/revoke")),
    ]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 4
