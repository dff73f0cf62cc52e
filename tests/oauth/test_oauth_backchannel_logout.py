"""Back-Channel Logout 1.0, the provider's side: who is told, with which token, and what happens where that fails."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from altered_client import alter
from sqlalchemy import select

from idp.oauth import backchannel_logout, jws, tokens
from idp.oauth.backchannel_logout import RETRY_AFTER, deliver_due
from idp.oauth.logout_announcement import NEWS
from idp.oauth.models import LogoutDelivery
from idp.oauth.ports import OAuthServices
from idp.outbound import NoAnswer, OutboundError, Reply
from tests.oauth.conftest import SIGNED_OUT, Provider, payload_of

LISTENING = "https://rp.vn-mock.example/backchannel"


@dataclass
class Clients:
    """Stands for the clients' servers: answers with `answers` in turn, the last one from then on."""

    answers: list[int | OutboundError] = field(default_factory=lambda: [200])
    taken: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def post_form(self, url: str, form: Mapping[str, str], *, registered: Iterable[str], accept: str) -> Reply:
        assert set(form) == {"logout_token"}
        assert list(registered) == [url]
        with self.lock:
            self.taken.append((url, form["logout_token"]))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OutboundError):
            raise answer
        return Reply(answer, "text/html", b"")


@pytest.fixture
def clients() -> Clients:
    return Clients()


@pytest.fixture
def services(bare: Provider, clients: Clients) -> OAuthServices:
    return replace(bare.services, outbound=clients)  # type: ignore[arg-type]


def signed_in(bare: Provider, **changes: Any) -> dict[str, Any]:
    """The tokens of somebody signed in at the client `rp`, which wants to be told."""
    bare.secret = bare.register(**{"backchannel_logout_uri": LISTENING, **changes}).client_secret or ""
    return bare.tokens()


def sign_out(bare: Provider, tokens_of: dict[str, Any]) -> None:
    page = bare.browser.get("/end-session", query_string={"id_token_hint": tokens_of["id_token"]})
    assert page.status_code == 303


def deliveries(bare: Provider) -> list[LogoutDelivery]:
    with bare.db.read() as session:
        found = list(session.scalars(select(LogoutDelivery)))
        session.expunge_all()
        return found


def test_nothing_before_the_session_ends(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """A refresh, a userinfo request, another sign-in of the same person tell nobody anything."""
    signed_in(bare)
    bare.tokens(prompt="login")
    assert deliver_due(services, bare.clock.now()) is None
    assert clients.taken == []


def test_a_client_without_an_address_is_not_told(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Section 2.2: who registered no backchannel_logout_uri hears nothing."""
    sign_out(bare, signed_in(bare, backchannel_logout_uri=None))
    deliver_due(services, bare.clock.now())
    assert clients.taken == []
    assert deliveries(bare) == []


def test_a_client_that_nobody_used_is_not_told(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Only the clients of this very session (section 2.5)."""
    found = signed_in(bare)
    bare.register(
        client_id="other",
        backchannel_logout_uri="https://other.vn-mock.example/bc",
        redirect_uris=("https://other.vn-mock.example/cb",),
        post_logout_redirect_uris=(),
    )
    sign_out(bare, found)
    deliver_due(services, bare.clock.now())
    assert [url for url, _ in clients.taken] == [LISTENING]


def test_the_logout_token(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Section 2.4: its claims are the ID Token's sub and sid, the event, a jti; never a nonce."""
    found = signed_in(bare)
    sign_out(bare, found)
    deliver_due(services, bare.clock.now())
    (_, token), id_token = clients.taken[0], payload_of(found["id_token"])
    claims = jws.read(services.keys, token, typ="logout+jwt")
    assert {name: claims[name] for name in ("iss", "aud", "sub", "sid")} == {
        name: id_token[name] for name in ("iss", "aud", "sub", "sid")
    }
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert claims["jti"]
    assert "nonce" not in claims


def test_each_client_has_its_own_sub_and_sid(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Two clients of one session cannot tell by their tokens that it is one person."""
    found = signed_in(bare)
    other = {"client_id": "other", "redirect_uri": "https://other.vn-mock.example/cb"}
    bare.register(
        client_id="other",
        backchannel_logout_uri="https://other.vn-mock.example/bc",
        redirect_uris=(other["redirect_uri"],),
        post_logout_redirect_uris=(),
    )
    bare.code(**other)
    sign_out(bare, found)
    deliver_due(services, bare.clock.now())
    told = [jws.read(services.keys, token) for _, token in clients.taken]
    assert {claims["aud"] for claims in told} == {"rp", "other"}
    assert len({claims["sub"] for claims in told}) == len({claims["sid"] for claims in told}) == 2


def test_it_is_told_once(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Delivered is delivered, and an end that is told twice here is announced once."""
    found = signed_in(bare)
    sign_out(bare, found)
    session_id = deliveries(bare)[0].session_id
    with bare.db.begin() as session:
        tokens.end_browser_session(session, session_id, bare.clock.now())
    for _ in range(3):
        assert deliver_due(services, bare.clock.now()) is None
        bare.clock.instant += timedelta(hours=1)
    assert len(clients.taken) == 1
    assert ("oauth.logout_told", "subject-lan", "rp", {"attempts": 1}) in bare.audit.events


def test_a_client_out_of_reach_is_told_later(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Each retry comes later than the one before, with a token that is fresh again; then the client has it."""
    clients.answers = [NoAnswer("timeout"), 503, 429, 200]
    sign_out(bare, signed_in(bare))
    for wait in RETRY_AFTER[:3]:
        assert deliver_due(services, bare.clock.now()) == bare.clock.now() + wait
        before = len(clients.taken)
        assert deliver_due(services, bare.clock.now()) is not None
        assert len(clients.taken) == before, "tried before its time"
        bare.clock.instant += wait
    assert deliver_due(services, bare.clock.now()) is None
    assert len({payload_of(token)["jti"] for _, token in clients.taken}) == 4
    assert deliveries(bare)[0].delivered_at == bare.clock.now()


def test_a_client_is_given_up_in_the_end(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """After the last retry, on record with the reason."""
    clients.answers = [NoAnswer("unreachable")]
    sign_out(bare, signed_in(bare))
    for wait in (*RETRY_AFTER, timedelta()):
        deliver_due(services, bare.clock.now())
        bare.clock.instant += wait
    assert len(clients.taken) == len(RETRY_AFTER) + 1
    assert deliver_due(services, bare.clock.now()) is None
    assert (deliveries(bare)[0].last_error, deliveries(bare)[0].delivered_at) == ("unreachable", None)
    event, _, client_id, details = bare.audit.events[-1]
    assert (event, client_id, details["error"]) == ("oauth.logout_not_told", "rp", "unreachable")


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_a_refusal_is_the_last_word(bare: Provider, services: OAuthServices, clients: Clients, status: int) -> None:
    """Section 2.8: 400 says that the token was not taken; the same token again would not be either."""
    clients.answers = [status]
    sign_out(bare, signed_in(bare))
    assert deliver_due(services, bare.clock.now()) is None
    assert deliveries(bare)[0].last_error == f"status_{status}"


def test_204_is_taken_for_200(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Section 2.8: some web frameworks substitute it."""
    clients.answers = [204]
    sign_out(bare, signed_in(bare))
    deliver_due(services, bare.clock.now())
    assert deliveries(bare)[0].delivered_at is not None


def test_a_disabled_client_is_not_called(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """Not even where the delivery was written down before."""
    sign_out(bare, signed_in(bare))
    alter(bare.db, disabled_at=bare.clock.now())
    assert deliver_due(services, bare.clock.now()) is None
    assert clients.taken == []


def test_eight_couriers_deliver_once(bare: Provider, services: OAuthServices, clients: Clients) -> None:
    """As many processes as there may be."""
    sign_out(bare, signed_in(bare))
    threads = [threading.Thread(target=deliver_due, args=(services, bare.clock.now())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(clients.taken) == 1


def test_a_slow_client_takes_nothing_from_the_next(
    bare: Provider, services: OAuthServices, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Section 2.4: the token of each is as fresh as the first one's, however long the others took to answer."""
    found = signed_in(bare)
    other = "https://other.vn-mock.example/cb"
    bare.register(
        client_id="other",
        backchannel_logout_uri="https://other.vn-mock.example/bc",
        redirect_uris=(other,),
        post_logout_redirect_uris=(),
    )
    bare.code(client_id="other", redirect_uri=other)
    sign_out(bare, found)
    answer, taken_at = Clients.post_form, []

    def slowly(self: Clients, *sent: Any, **named: Any) -> Reply:
        taken_at.append(int(bare.clock.now().timestamp()))
        bare.clock.instant += timedelta(minutes=5)
        return answer(self, *sent, **named)

    monkeypatch.setattr(Clients, "post_form", slowly)
    deliver_due(services, bare.clock.now())
    assert [payload_of(token)["iat"] for _, token in clients.taken] == taken_at
    assert taken_at[1] - taken_at[0] == 300


def test_ending_with_nothing_to_tell_wakes_nobody(bare: Provider) -> None:
    """The courier is woken by a commit that has news, and by no other."""
    with bare.db.begin() as session:
        tokens.end_browser_session(session, "f" * 32, bare.clock.now())
        assert NEWS not in session.info


def test_the_person_leaves_for_the_service_at_once(bare: Provider) -> None:
    """Nothing waits for the clients: the answer to the logout request is the redirect."""
    found = signed_in(bare)
    query = {"id_token_hint": found["id_token"], "post_logout_redirect_uri": SIGNED_OUT}
    assert bare.browser.get("/end-session", query_string=query).location == SIGNED_OUT
    assert len(deliveries(bare)) == 1
    assert timedelta(seconds=8) < backchannel_logout.LEASE
