"""Clients' keys at an address of their own (Registration 2, Core 10.1.1): fetched guardedly, kept shortly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from werkzeug.test import TestResponse

from idp.adapters import RelyingParties
from idp.clock import FixedClock
from idp.db import Database
from idp.i18n import Catalogue
from idp.oauth import client_keys, fetched_keys, store
from idp.oauth.fetched_keys import FetchedKeys
from idp.outbound import Outbound
from tests.oauth import signed_requests
from tests.oauth.conftest import Provider, compose, parameters_of
from tests.oauth.test_oauth_private_key_jwt import KEY, STRANGER, assertion, claims, redeem
from tests.outbound.conftest import Peer, serving

PATH = "/jwks.json"
SECOND = ECKey.generate_key("P-256", {"kid": "sig-2", "use": "sig"})


@pytest.fixture
def peer() -> Iterator[Peer]:
    """The client's own server."""
    with serving() as peer:
        publish(peer, KEY)
        yield peer


def publish(peer: Peer, *keys: Key | dict[str, Any], kind: str = "application/json") -> None:
    jwks = [key if isinstance(key, dict) else key.as_dict(private=False) for key in keys]
    peer.answer(PATH, body=json.dumps({"keys": jwks}).encode(), Content_Type=kind)


@pytest.fixture
def fetching(db: Database, clock: FixedClock, provider_keys: Path, catalogue: Catalogue, peer: Peer) -> Provider:
    """A provider that may call loopback, and `rp` with its keys at the peer's."""
    outbound = Outbound(allow_loopback=True, total_seconds=2)
    made = compose(db, clock, provider_keys, catalogue, fetched_keys=FetchedKeys(outbound))
    made.register(token_endpoint_auth_method="private_key_jwt", jwks_uri=f"http://127.0.0.1:{peer.port}{PATH}")
    return made


def signed(provider: Provider, jti: str, key: Key = KEY, kid: str | None = "sig-1") -> TestResponse:
    """A token request whose authentication alone is looked at."""
    header = {"kid": kid} if kid else {}
    return redeem(provider, assertion(claims(provider, jti=jti), key, header), code="c")


def authenticated(response: TestResponse) -> bool:
    assert response.get_json()["error"] in ("invalid_grant", "invalid_client"), response.text
    return bool(response.get_json()["error"] == "invalid_grant")  # the code is wrong, the client is not


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"keys": 5}', b'{"keys": [5, null, "x", []]}', b'{"keys": []}', b"\xff", b"[" * 5000],
)
def test_an_address_with_no_keys_authenticates_nobody(fetching: Provider, peer: Peer, body: bytes) -> None:
    """invalid_client, never a failure of ours."""
    peer.answer(PATH, body=body)
    assert not authenticated(signed(fetching, "j"))


@pytest.mark.parametrize("status", [201, 204, 301, 302, 404, 500])
def test_another_status_is_no_answer(fetching: Provider, peer: Peer, status: int) -> None:
    """Redirects are not followed."""
    peer.answer(PATH, status=status, body=json.dumps({"keys": [KEY.as_dict(private=False)]}).encode())
    assert not authenticated(signed(fetching, "j"))


def test_an_address_that_cannot_be_reached(fetching: Provider, peer: Peer) -> None:
    """Nothing there, too slow, too large, of another type."""
    peer.answers.clear()
    assert not authenticated(signed(fetching, "a"))
    for number, answer in enumerate(("slow", "large", "type")):
        fetching.clock.instant += fetched_keys.AGAIN_AFTER
        if answer == "slow":
            peer.drip(PATH, headers_too=False)
        elif answer == "large":
            peer.answer(PATH, body=b" " * 300_000)
        else:
            publish(peer, KEY, kind="text/html")
        assert not authenticated(signed(fetching, f"b-{number}")), answer


def test_loopback_is_called_by_the_named_switch_only(
    db: Database, clock: FixedClock, provider_keys: Path, catalogue: Catalogue, peer: Peer
) -> None:
    """IDP_INSECURE_LOOPBACK; else an address within is no client's business."""
    made = compose(db, clock, provider_keys, catalogue, fetched_keys=FetchedKeys(Outbound(allow_loopback=False)))
    made.register(token_endpoint_auth_method="private_key_jwt", jwks_uri=f"http://127.0.0.1:{peer.port}{PATH}")
    assert not authenticated(signed(made, "j"))
    assert peer.requests == []


def test_keys_are_fetched_once_and_kept(fetching: Provider, peer: Peer) -> None:
    """Both media types of a JWK Set will do (RFC 7517 8.5)."""
    publish(peer, KEY, kind="application/jwk-set+json; charset=utf-8")
    assert all(authenticated(signed(fetching, f"j-{number}")) for number in range(3))
    assert [request[:2] for request in peer.requests] == [("GET", PATH)]


def test_a_new_key_is_found_at_once_and_an_old_one_dies(fetching: Provider, peer: Peer) -> None:
    """Core 10.1.1: an unknown kid is the signal."""
    assert authenticated(signed(fetching, "a"))
    publish(peer, SECOND)
    fetching.clock.instant += fetched_keys.AGAIN_AFTER
    assert authenticated(signed(fetching, "b", SECOND, "sig-2"))
    assert not authenticated(signed(fetching, "c"))


def test_a_request_signed_by_a_new_key_is_taken(fetching: Provider, peer: Peer) -> None:
    """RFC 9101 6.2: at the authorization endpoint too, and an old one signs no request any more."""
    assert not refused(fetching, KEY)
    publish(peer, SECOND)
    fetching.clock.instant += fetched_keys.AGAIN_AFTER
    assert refused(fetching, STRANGER)
    assert not refused(fetching, SECOND)
    assert refused(fetching, KEY)


def refused(provider: Provider, key: Key) -> bool:
    """A request object by this key."""
    text = signed_requests.sign(signed_requests.claims(provider), key=key)
    answer = provider.authorize(request=text)
    return answer.status_code == 303 and parameters_of(answer).get("error") == "invalid_request_object"


def test_the_wallet_has_the_same_keys(fetching: Provider, peer: Peer) -> None:
    """By its port: of this client, at this address; None where there are none."""
    fetched = FetchedKeys(Outbound(allow_loopback=True))
    parties, now = RelyingParties(fetched), fetching.clock.now()
    with fetching.db.read() as session:
        party = parties.find(session, "rp")
    assert party is not None
    assert party.jwks == {"keys": []}
    assert parties.keys(party, now, "sig-1") == {"keys": [KEY.as_dict(private=False)]}
    assert fetched.get("rp", f"http://127.0.0.1:{peer.port}{PATH}", now, "sig-1")
    assert len(peer.requests) == 1
    assert parties.keys(replace(party, jwks_uri=None), now, None) is None
    peer.answers.clear()
    assert parties.keys(replace(party, client_id="another"), now, None) is None


def test_unknown_kids_do_not_hammer_the_address(fetching: Provider, peer: Peer) -> None:
    """One call in ten seconds, whatever is asked for."""
    assert authenticated(signed(fetching, "a"))
    for number in range(10):
        assert not authenticated(signed(fetching, f"b-{number}", STRANGER, f"unknown-{number}"))
    assert len(peer.requests) == 1
    fetching.clock.instant += fetched_keys.AGAIN_AFTER
    for number in range(10):
        assert not authenticated(signed(fetching, f"c-{number}", STRANGER, f"unknown-{number}"))
    assert len(peer.requests) == 2
    assert authenticated(signed(fetching, "d"))


def test_a_key_taken_off_the_address_ends(fetching: Provider, peer: Peer) -> None:
    """Five minutes at most, and also where the address does not answer any more."""
    assert authenticated(signed(fetching, "a", kid=None))
    peer.answers.clear()
    fetching.clock.instant += fetched_keys.RENEWED_AFTER
    assert authenticated(signed(fetching, "b", kid=None))
    fetching.clock.instant += timedelta(minutes=1)
    assert not authenticated(signed(fetching, "c", kid=None))


def test_nothing_is_kept_beyond_a_change_of_the_registration(fetching: Provider, peer: Peer) -> None:
    """Another address, keys of its own, or a client that is disabled: at the next request."""
    assert authenticated(signed(fetching, "a"))
    old = f"http://127.0.0.1:{peer.port}{PATH}"
    peer.answer("/other", body=json.dumps({"keys": [SECOND.as_dict(private=False)]}).encode())
    change(fetching, jwks_uri=old.replace(PATH, "/other"))
    assert not authenticated(signed(fetching, "b"))
    assert authenticated(signed(fetching, "c", SECOND, "sig-2"))
    change(fetching, jwks_uri=None, jwks={"keys": [KEY.as_dict(private=False)]})
    assert not authenticated(signed(fetching, "d", SECOND, "sig-2"))
    assert authenticated(signed(fetching, "e"))
    change(fetching, jwks_uri=old, jwks=None, disabled_at=fetching.clock.now())
    assert not authenticated(signed(fetching, "f"))


def change(provider: Provider, **values: Any) -> None:
    with provider.db.begin() as session:
        client = store.registered_client(session, "rp")
        for name, value in values.items():
            setattr(client, name, value)


@pytest.mark.parametrize(
    "other",
    [
        {"kty": "quantum", "kid": "q"},
        {"kty": 5},
        {"kty": "EC", "crv": "P-256", "x": 5, "y": None},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        OctKey.generate_key(256).as_dict(private=True),
        ECKey.generate_key("P-384").as_dict(private=False),
        RSAKey.generate_key(2048).as_dict(private=True),
    ],
    ids=lambda jwk: str(jwk.get("kty")),
)
def test_keys_that_will_not_do_are_passed_over(fetching: Provider, peer: Peer, other: dict[str, Any]) -> None:
    """RFC 7517 5: the others in the set are still good; a private key is nobody's proof."""
    publish(peer, other, KEY)
    assert authenticated(signed(fetching, "j"))
    assert kids(fetching) == ["sig-1"]


def test_a_private_key_at_the_address_authenticates_nobody(fetching: Provider, peer: Peer) -> None:
    """Everybody has it."""
    publish(peer, KEY.as_dict(private=True))
    assert not authenticated(signed(fetching, "j"))


def test_too_many_keys_are_none(fetching: Provider, peer: Peer) -> None:
    """Each would be tried."""
    publish(peer, *[KEY] * (fetched_keys.MOST_KEYS + 1))
    assert not authenticated(signed(fetching, "j", kid=None))


def test_nobody_waits_for_the_writers_lock_while_keys_are_fetched(fetching: Provider, peer: Peer) -> None:
    """The call is made while no transaction is open."""
    open_while_called: list[bool] = []
    answer = peer.answers[PATH]

    def look(handler: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(write, fetching)
            open_while_called.append(done.exception(timeout=10) is None)
        answer(handler)

    peer.answers[PATH] = look
    assert authenticated(signed(fetching, "j"))
    assert open_while_called == [True]


def write(provider: Provider) -> None:
    with provider.db.begin() as session:
        store.delete_expired(session, provider.clock.now())


def test_many_at_once_are_served_by_one_call(fetching: Provider, peer: Peer) -> None:
    """Whoever comes first fetches, the others wait for it."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: authenticated(signed(fetching, f"j-{number}")), range(8)))
    assert answers == [True] * 8
    assert len(peer.requests) == 1
    publish(peer, SECOND)
    fetching.clock.instant += fetched_keys.AGAIN_AFTER
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda number: authenticated(signed(fetching, f"k-{number}", SECOND, "sig-2")), range(8))
        assert list(found) == [True] * 8
    assert len(peer.requests) == 2


def test_within_a_transaction_nothing_is_fetched(fetching: Provider, peer: Peer) -> None:
    """What lacks is told, the work is undone and done again."""
    tried: list[int] = []

    def work() -> list[str]:
        tried.append(len(peer.requests))
        return kids(fetching)

    assert client_keys.without_transaction(fetching.services, work) == ["sig-1"]
    assert tried == [0, 1]


def kids(provider: Provider) -> list[str]:
    with provider.db.read() as session:
        client = store.client(session, "rp")
        assert client is not None
        return [str(jwk["kid"]) for jwk in client_keys.of(provider.services, client)]


def test_the_store_of_key_sets_is_bounded(clock: FixedClock) -> None:
    """Whoever registers many clients does not fill the memory."""
    kept = FetchedKeys()
    for number in range(fetched_keys.MOST_SETS + 50):
        assert kept.get(f"c-{number}", "https://rp.example/jwks", clock.now()) == ()
    assert len(kept._sets) == fetched_keys.MOST_SETS
